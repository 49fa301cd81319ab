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
    ("lib/dpkg", 0, "status"),
    ("lib/dpkg/status.d", 0, ""),
    ("var/lib/rpmmanifest", 0, "container-manifest-2"),
    ("lib/apk/db", 0, "installed"),
    *((folder, 0, name) for folder in _RPM for name in ("Packages", "Packages.db", "rpmdb.sqlite", "rpmdb.sqlite-wal")),
)
_OWN = frozenset(
    ("usr/lib/apk/db/installed", "var/lib/dpkg/status", *(f"{folder}/{name}" for folder, _, name in _BELOW[2:]))
)
_OWN_FOLDER = "var/lib/dpkg/status.d/"  # distroless: a file a package


def parse(file: File) -> Iterable[Fact]:
    """What the database's own cataloguer says and raises, and a ``Problem`` that tells of the assumption; nothing for
    the image's own databases."""
    return _nested(file) if is_nested(file.path) else ()


def is_nested(path: str) -> bool:
    """Whether a package database at that path is another root's."""
    name = path.rpartition("/")[2]
    if path in _OWN or path.startswith(_OWN_FOLDER):
        return False
    return any(name == ending or not ending for folder, _, ending in _BELOW if f"/{path}".endswith(f"/{folder}/{name}"))


def _nested(file: File) -> Iterator[Fact]:
    from pratique.catalog import apk, dpkg, rpm, rpm_manifest  # few images have one

    parsers = {"status": dpkg.parse, "installed": apk.parse, "container-manifest-2": rpm_manifest.parse}
    folder, _, name = file.path.rpartition("/")
    parse_own = dpkg.parse if folder.endswith("/status.d") else parsers.get(name, rpm.parse)
    count = 0
    for fact in parse_own(file):
        count += isinstance(fact, Package)
        yield fact
    if count:
        what = f"{file.path!r} is the database of another root: its {count} packages are held for the distribution's"
        yield Problem(file.path, what)


CATALOGUER = Cataloguer("nested-roots", 2, Claim(below=_BELOW), parse)
