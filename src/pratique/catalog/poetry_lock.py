"""A poetry.lock in, the packages that Poetry locked out.

https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock; written by ``poetry/packages/locker.py`` of
https://github.com/python-poetry/poetry: lock-version 1.0 has categories and keeps the files' hashes apart, 2.0 keeps
them with each package, 2.1 has groups.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pratique.catalog._documents import from_toml
from pratique.catalog._projects import is_of_a_package
from pratique.catalog._pypi import Archive, Locked, archive_hashes, declared
from pratique.catalog.python import normalise
from pratique.model import Fact, Problem
from pratique.plugins import Cataloguer, Claim, File


class _Need(msgspec.Struct, frozen=True):
    optional: bool = False


class _Package(msgspec.Struct, frozen=True):
    name: str
    version: str = ""
    category: str = "main"
    groups: tuple[str, ...] = ("main",)
    optional: bool = False
    files: tuple[Archive, ...] = ()
    dependencies: dict[str, str | _Need | list[str | _Need]] = {}


class _Metadata(msgspec.Struct, frozen=True):
    files: dict[str, tuple[Archive, ...]] = {}


class _Lock(msgspec.Struct, frozen=True):
    metadata: _Metadata | None = None
    package: tuple[_Package, ...] = ()


def parse(file: File) -> Iterator[Fact]:
    """The packages of all groups. Raises ``Unreadable``."""
    if is_of_a_package(file.path):
        return
    lock = from_toml(file.read(), _Lock, "poetry.lock")
    metadata = lock.metadata or _Metadata()
    yield from declared(file.path, (_locked(package, metadata) for package in lock.package))
    if lock.metadata is None:
        yield Problem(file.path, "poetry.lock without metadata, which follow the packages: it is cut short, or none")


def _locked(package: _Package, metadata: _Metadata) -> Locked:
    files = package.files or metadata.files.get(package.name, ())
    return Locked(package.name, package.version, _scope(package), _needs(package), archive_hashes(files))


def _scope(package: _Package) -> str:
    if package.category != "main" or "main" not in package.groups:
        return "dev"
    return "optional" if package.optional else ""


def _needs(package: _Package) -> tuple[str, ...]:
    def optional(need: str | _Need | list[str | _Need]) -> bool:
        if isinstance(need, list):
            return all(map(optional, need))
        return isinstance(need, _Need) and need.optional

    return tuple(normalise(name) for name, need in package.dependencies.items() if not optional(need))


CATALOGUER = Cataloguer("poetry-lock", 3, Claim(names=("poetry.lock",)), parse)
