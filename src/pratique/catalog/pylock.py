"""A pylock.toml or pylock.NAME.toml in, the packages that it locks out.

https://packaging.python.org/en/latest/specifications/pylock-toml/ (PEP 751).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pratique.catalog._documents import from_toml
from pratique.catalog._projects import is_of_a_package
from pratique.catalog._pypi import Archive, Locked, archive_hashes, declared
from pratique.catalog.python import normalise
from pratique.model import Fact
from pratique.plugins import Cataloguer, Claim, File

_START, _END = "pylock.", ".toml"


class _Need(msgspec.Struct, frozen=True):
    name: str = ""
    version: str = ""


class _Archive(msgspec.Struct, frozen=True):
    name: str = ""
    url: str = ""
    path: str = ""
    hashes: dict[str, str] = {}


class _Package(msgspec.Struct, frozen=True):
    name: str
    version: str = ""
    marker: str = ""
    dependencies: tuple[_Need, ...] = ()
    archive: _Archive | None = None
    sdist: _Archive | None = None
    wheels: tuple[_Archive, ...] = ()


class _Lock(msgspec.Struct, frozen=True, rename="kebab"):
    lock_version: str
    packages: tuple[_Package, ...]


def parse(file: File) -> Iterator[Fact]:
    """The packages; those without a version (a folder, a repository) are one problem. Raises ``Unreadable``."""
    if is_of_a_package(file.path) or not file.path.rpartition("/")[2].lower().startswith(_START):
        return
    lock = from_toml(file.read(), _Lock, "pylock.toml")
    yield from declared(file.path, map(_locked, lock.packages))


def _locked(package: _Package) -> Locked:
    files = [one for one in (package.archive, package.sdist, *package.wheels) if one is not None]
    archives = [
        Archive((one.name or one.path or one.url).rpartition("/")[2], f"{algorithm}:{digest}")
        for one in files
        for algorithm, digest in one.hashes.items()
    ]
    needs = (f"{normalise(need.name)}@{need.version}".rstrip("@") for need in package.dependencies if need.name)
    return Locked(package.name, package.version, _scope(package.marker), tuple(needs), archive_hashes(archives))


def _scope(marker: str) -> str:
    """The markers of groups and extras are the specification's own (``in dependency_groups``, ``in extras``)."""
    if "dependency_groups" in marker:
        return "dev"
    return "optional" if "extras" in marker else ""


CATALOGUER = Cataloguer("pylock", 2, Claim(parts=((_START, _END),)), parse)
