"""The path of a lock file or manifest in; out, whether it lies in what a package manager has put there.

Such a file belongs to the package's own development: it says nothing of what is in the image.
"""

from __future__ import annotations

import re

# Python's and Node's installed packages, what Go, Composer and Bundler vendor, the caches of Go, Cargo, Maven and
# NuGet, installed gems, what Go's own command ignores as tests' data, documentation, and Debian's packages of Node's
_WITHIN = re.compile(
    r"(?:^|/)(?:site-packages|dist-packages|node_modules|bower_components|vendor|testdata|pkg/mod|gems"
    r"|usr/share/(?:doc|nodejs)|\.cargo/(?:registry|git)|cargo/registry|\.m2/repository|\.nuget/packages|\.conan2?|rustlib/src)/"
)


def is_of_a_package(path: str) -> bool:
    """Whether the file came with an installed or vendored package."""
    return _WITHIN.search(path) is not None
