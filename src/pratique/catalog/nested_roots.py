"""The package database of a root file system that lies in a folder of the image in, what the cataloguer of such a
database says of it out: of a chroot, of what a build has put together, of another distribution's files.

The packages are held for those of the image's distribution, for nothing beside the database says of which they are.
"""

from __future__ import annotations

from collections.abc import Iterable

from pratique.catalog import apk, dpkg, rpm
from pratique.model import Fact
from pratique.plugins import Cataloguer, Claim, File

_RPM = ("var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm")
_BELOW = (
    ("var/lib/dpkg", 0, "status"),
    ("lib/apk/db", 0, "installed"),
    *((folder, 0, name) for folder in _RPM for name in ("Packages", "Packages.db", "rpmdb.sqlite")),
)
_OWN = frozenset(path for one in (apk, dpkg, rpm) for path in one.CATALOGUER.claim.paths)
_PARSERS = {"status": dpkg.parse, "installed": apk.parse}


def parse(file: File) -> Iterable[Fact]:
    """As the database's own cataloguer, which it raises as well; nothing for the image's own databases."""
    if file.path in _OWN:
        return ()
    return _PARSERS.get(file.path.rpartition("/")[2], rpm.parse)(file)


CATALOGUER = Cataloguer("nested-roots", 1, Claim(below=_BELOW), parse)
