"""A file of Portage's database in, the package of Gentoo that is installed with its files, or its licence, out:
https://projects.gentoo.org/pms/8/pms.html (names and versions, section 3; LICENSE, section 8),
https://wiki.gentoo.org/wiki//var/db/pkg (``CONTENTS``: obj, dir, sym, dev, fif).

``var/db/pkg/CATEGORY/NAME-VERSION`` is a folder a package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Licence, Owns, Package
from pratique.plugins import Cataloguer, Claim, File

_DATABASE = "var/db/pkg"
# PMS 3.2: numbers parted by dots, a letter, suffixes, a revision
_NAME = re.compile(r"(.+?)-(\d+(?:\.\d+)*[a-z]?(?:_(?:alpha|beta|pre|rc|p)\d*)*(?:-r\d+)?)")


def parse(file: File) -> Iterator[Fact]:
    """For ``CONTENTS`` the ``Package`` and what it ``Owns``, for ``LICENSE`` a ``Licence``. Raises ``Unreadable`` where
    the folder's name tells no version."""
    if file.size > DEFAULT.file_list:
        raise LimitExceeded(f"{file.path!r} has {file.size} bytes; limits.file_list is {DEFAULT.file_list}")
    category, folder, name = file.path.split("/")[-3:]
    if folder.startswith("-MERGING-"):  # what an interrupted installation leaves behind
        raise Unreadable(f"{folder!r} is a package that was not installed to its end")
    found = _NAME.fullmatch(folder)
    if found is None:
        raise Unreadable(f"{folder!r} is no name with a version")
    text = file.read().decode("utf-8", "replace")
    if name == "LICENSE":
        if text.strip():
            yield Licence("ebuild", found[1], (" ".join(text.split()),))
        return
    yield Package("ebuild", found[1], found[2], namespace=category, path=file.path)
    paths = tuple(_paths(text))
    if paths:
        yield Owns(found[1], paths, "ebuild")


def _paths(text: str) -> Iterator[str]:
    """ "obj /usr/bin/a DIGEST TIME", "sym /usr/bin/b -> a TIME"; a path may hold blanks."""
    for line in text.split("\n"):
        if line.startswith("obj /"):
            yield line[5:].rsplit(" ", 2)[0]
        elif line.startswith("sym /"):
            yield line[5:].partition(" -> ")[0]


CATALOGUER = Cataloguer(
    "portage", 1, Claim(below=((_DATABASE, 2, "CONTENTS"), (_DATABASE, 2, "LICENSE"))), parse, blocking=True
)
