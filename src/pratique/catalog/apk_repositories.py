"""``/etc/apk/repositories`` in, the branches that the image draws its packages from out.

https://man.archlinux.org/man/apk-repositories.5: a URL a line, whose folder above the repository is the branch. A
tagged one (``@edge URL``) gives only the packages that ask for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.model import Channel, Fact
from pratique.plugins import Cataloguer, Claim, File

_BRANCH = re.compile(r"(?:^|/)(edge|latest-stable|v\d+\.\d+)/[^/]+/?$")


def parse(file: File) -> Iterator[Fact]:
    """A channel of kind ``apk`` a branch (``v3.19``, ``edge``), each once, in the file's order."""
    seen = set[str]()
    for line in file.read().decode("utf-8", "replace").splitlines():
        text = line.strip()
        found = None if text.startswith(("#", "@")) else _BRANCH.search(text)
        if found is not None and found[1] not in seen:
            seen.add(found[1])
            yield Channel("apk", found[1], file.path)


CATALOGUER = Cataloguer("apk-repositories", 1, Claim(paths=("etc/apk/repositories",)), parse)
