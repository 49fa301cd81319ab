"""A package that GHC has installed in, by its file in the package database; the package of Hackage out.

``package.conf.d/NAME-VERSION-HASH.conf`` (https://downloads.haskell.org/ghc/latest/docs/users_guide/packages.html,
"InstalledPackageInfo: a package specification").
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pratique.catalog._lock import Left
from pratique.errors import Unreadable
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_FIELD = re.compile(r"^([A-Za-z-]+):((?:[^\n]*)(?:\n[ \t]+[^\n]*)*)", re.MULTILINE)
_WANTED = frozenset({"name", "version", "license", "depends", "package-name", "lib-name"})
_UNIT = re.compile(r"(.+?)-([0-9]+(?:\.[0-9]+)*)(?:-[0-9A-Za-z-]+)?")
_UNITS, _UNIT_LENGTH = 5000, 160
_LICENCE_LENGTH = 256


def parse(file: File) -> Iterable[Fact]:
    """The package; a library within a package is that package. Raises ``Unreadable`` without a name or a version."""
    fields = _fields(file.read().decode(errors="replace"))
    name, version = fields.get("package-name") or fields.get("name", ""), fields.get("version", "")
    if Left().out(name, version):
        raise Unreadable(f"package of GHC that names nothing: {name[:256]!r} {version[:256]!r}")
    licence = fields.get("license", "")[:_LICENCE_LENGTH]
    depends = tuple(_needs(fields.get("depends", ""), name))
    return (Package("hackage", name, version, licences=(licence,) if licence else (), path=file.path, depends=depends),)


def _fields(text: str) -> dict[str, str]:
    """The fields that we read, of two with one name the last; values without the breaks between their lines."""
    found = dict[str, str]()
    for field in _FIELD.finditer(text):
        key = field[1].lower()
        if key in _WANTED:
            found[key] = " ".join(field[2].split())
    return found


def _needs(text: str, own: str) -> Iterable[str]:
    """Units: ``base-4.15.1.0``, ``OneTuple-0.3.1-Cr5t7A51yy2CfYwn88FKiy``."""
    for unit in text.split()[:_UNITS]:
        found = _UNIT.fullmatch(unit) if len(unit) <= _UNIT_LENGTH else None
        if found and found[1] != own:
            yield f"{found[1]}@{found[2]}"


CATALOGUER = Cataloguer("ghc-package", 1, Claim(below=(("package.conf.d", 0, ".conf"),)), parse)
