"""A pdm.lock in, the packages that PDM locked out.

https://pdm-project.org/latest/usage/lockfile/; written by ``pdm/models/repositories/lock.py`` and
``pdm/formats`` of https://github.com/pdm-project/pdm. Before lock version 4.4 the hashes are kept apart.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pratique.catalog._documents import from_toml
from pratique.catalog._projects import is_of_a_package
from pratique.catalog._pypi import Archive, Locked, archive_hashes, declared, requirement_names
from pratique.model import Fact
from pratique.plugins import Cataloguer, Claim, File

_DEFAULT = "default"


class _File(msgspec.Struct, frozen=True):
    file: str = ""
    url: str = ""
    hash: str = ""


class _Package(msgspec.Struct, frozen=True):
    name: str
    version: str = ""
    groups: tuple[str, ...] = (_DEFAULT,)
    dependencies: tuple[str, ...] = ()
    files: tuple[_File, ...] = ()


class _Metadata(msgspec.Struct, frozen=True):
    files: dict[str, tuple[_File, ...]] = {}


class _Lock(msgspec.Struct, frozen=True):
    metadata: _Metadata
    package: tuple[_Package, ...] = ()


def parse(file: File) -> Iterator[Fact]:
    """The packages of all groups; one that several extras need stands there several times. Raises ``Unreadable``."""
    if is_of_a_package(file.path):
        return
    lock = from_toml(file.read(), _Lock, "pdm.lock")
    found = (_locked(package, lock.metadata) for package in lock.package)
    yield from declared(file.path, _once(found))


def _locked(package: _Package, metadata: _Metadata) -> Locked:
    files = package.files or metadata.files.get(f"{package.name} {package.version}", ())
    archives = [Archive(one.file or one.url.partition("#")[0].rpartition("/")[2], one.hash) for one in files]
    # which of the other groups are dependency groups and which are extras is not told
    scope = "" if _DEFAULT in package.groups else "optional"
    if scope and any(group in ("dev", "test", "tests", "lint", "doc", "docs") for group in package.groups):
        scope = "dev"
    return Locked(
        package.name, package.version, scope, requirement_names(package.dependencies), archive_hashes(archives)
    )


def _once(found: Iterator[Locked]) -> Iterator[Locked]:
    """A package with extras (``extras = [...]``) repeats the one without and names it among its dependencies."""
    kept = dict[tuple[str, str, str], Locked]()
    for one in found:
        kept.setdefault((one.name, one.version, one.scope), one)
    yield from kept.values()


CATALOGUER = Cataloguer("pdm-lock", 2, Claim(names=("pdm.lock",)), parse)
