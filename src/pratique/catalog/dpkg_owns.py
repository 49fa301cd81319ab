"""dpkg's lists of files in, which package owns which path out: https://manpages.debian.org/dpkg-query (``-L``, ``-S``).

``var/lib/dpkg/info/NAME[:ARCH].list`` holds a path a line. Distroless images hold ``status.d/NAME.md5sums`` instead,
with lines as md5sum(1) writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pratique.errors import LimitExceeded
from pratique.limits import DEFAULT
from pratique.model import Fact, Owns
from pratique.plugins import Cataloguer, Claim, File

_DIGEST = re.compile(r"^[0-9a-f]{32} [ *]", re.MULTILINE)


def parse(file: File) -> Iterator[Fact]:
    """One ``Owns``; folders are left out where the next line lies in them. Raises ``LimitExceeded`` for a long list."""
    name, _, suffix = file.path.rpartition("/")[2].rpartition(".")
    if file.size > DEFAULT.file_list:
        raise LimitExceeded(f"{file.path!r} has {file.size} bytes; limits.file_list is {DEFAULT.file_list}")
    text = file.read().decode("utf-8", "replace") + "\n"
    if suffix == "md5sums":
        text = _DIGEST.sub("", text)
    paths = text.removeprefix("/.\n").removeprefix("/").replace("\n/", "\n").split("\n")
    kept = tuple([path for path, after in pairwise(paths) if path and not after.startswith(path + "/")])
    if kept:
        yield Owns(package=name.partition(":")[0], paths=kept)


CATALOGUER = Cataloguer(
    "dpkg-owns",
    1,
    Claim(folders=(("var/lib/dpkg/info", ".list"), ("var/lib/dpkg/status.d", ".md5sums"))),
    parse,
)
