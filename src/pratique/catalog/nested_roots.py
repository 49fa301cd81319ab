"""The package database of a root file system that lies in a folder of the image in, what the cataloguer of such a
database says of it out: of a chroot, of what a build has put together, of another distribution's files.

The packages are held for those of the image's distribution, for nothing beside the database says of which they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_RPM = ("var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm")
_BELOW = (
    ("var/lib/dpkg", 0, "status"),
    ("lib/apk/db", 0, "installed"),
    *((folder, 0, name) for folder in _RPM for name in ("Packages", "Packages.db", "rpmdb.sqlite", "rpmdb.sqlite-wal")),
)
_OWN = frozenset(("usr/lib/apk/db/installed", *(f"{folder}/{name}" for folder, _, name in _BELOW)))


def parse(file: File) -> Iterable[Fact]:
    """What the database's own cataloguer says and raises, and a ``Problem`` that tells of the assumption; nothing for
    the image's own databases."""
    return () if file.path in _OWN else _nested(file)


def _nested(file: File) -> Iterator[Fact]:
    from pratique.catalog import apk, dpkg, rpm  # few images have one

    parsers, count = {"status": dpkg.parse, "installed": apk.parse}, 0
    for fact in parsers.get(file.path.rpartition("/")[2], rpm.parse)(file):
        count += isinstance(fact, Package)
        yield fact
    if count:
        what = f"{file.path!r} is the database of another root: its {count} packages are held for the distribution's"
        yield Problem(file.path, what)


CATALOGUER = Cataloguer("nested-roots", 1, Claim(below=_BELOW), parse)
