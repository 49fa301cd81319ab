"""A packages.lock.json, project.assets.json or packages.config in, the packages of NuGet that it names out.

https://learn.microsoft.com/en-us/nuget/consume-packages/package-references-in-project-files#locking-dependencies,
https://learn.microsoft.com/en-us/nuget/reference/packages-config; project.assets.json is what a restore writes into
``obj`` (https://github.com/NuGet/NuGet.Client, ``NuGet.ProjectModel/LockFile``).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pratique.catalog._documents import from_json
from pratique.catalog._nuget import content_hash, package
from pratique.catalog._projects import is_of_a_package
from pratique.catalog._xml import from_xml
from pratique.errors import Unreadable
from pratique.model import Fact
from pratique.plugins import Cataloguer, Claim, File

_LOCK, _ASSETS, _CONFIG = "packages.lock.json", "project.assets.json", "packages.config"


class _Locked(msgspec.Struct, frozen=True, rename="camel"):
    type: str = ""
    resolved: str = ""
    content_hash: str = ""
    dependencies: dict[str, str] = {}


class _Lock(msgspec.Struct, frozen=True):
    dependencies: dict[str, dict[str, _Locked]]


class _Library(msgspec.Struct, frozen=True):
    type: str = ""
    sha512: str = ""


class _Needs(msgspec.Struct, frozen=True):
    dependencies: dict[str, str] = {}


class _Assets(msgspec.Struct, frozen=True):
    targets: dict[str, dict[str, _Needs]]
    libraries: dict[str, _Library]


def parse(file: File) -> Iterator[Fact]:
    """The packages, each version once; projects are none. Raises ``Unreadable``."""
    if is_of_a_package(file.path):
        return
    name = file.path.rpartition("/")[2]
    facts = _locked if name == _LOCK else _restored if name == _ASSETS else _configured
    yield from facts(file)


def _locked(file: File) -> Iterator[Fact]:
    seen = set[tuple[str, str]]()
    for framework in from_json(file.read(), _Lock, _LOCK).dependencies.values():
        for name, one in framework.items():
            if one.type.lower() != "project" and (name, one.resolved) not in seen:
                seen.add((name, one.resolved))
                yield package(
                    file.path, name, one.resolved, tuple(one.dependencies), content_hash(one.content_hash), True
                )


def _restored(file: File) -> Iterator[Fact]:
    said = from_json(file.read(), _Assets, _ASSETS)
    needs = dict[str, dict[str, str]]()
    for target in said.targets.values():
        for key, one in target.items():
            needs.setdefault(key, {}).update(one.dependencies)
    for key, library in said.libraries.items():
        if library.type == "package":
            name, _, version = key.partition("/")
            yield package(file.path, name, version, tuple(needs.get(key, ())), content_hash(library.sha512), True)


def _configured(file: File) -> Iterator[Fact]:
    root = from_xml(file.read(), _CONFIG)
    if root.name != "packages":
        raise Unreadable(f"no {_CONFIG}: the root is {root.name[:80]!r}")
    for one in root.all("package"):
        said = one.attributes
        scope = "dev" if said.get("developmentDependency", "").lower() == "true" else ""
        yield package(file.path, said.get("id", ""), said.get("version", ""), declared=True, scope=scope)


CATALOGUER = Cataloguer("nuget", 2, Claim(names=(_LOCK, _ASSETS, _CONFIG)), parse)
