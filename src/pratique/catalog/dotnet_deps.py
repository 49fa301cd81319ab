"""A NAME.deps.json beside a .NET program in, the packages that it runs with out.

https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md (``targets``, ``libraries``).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pratique.catalog._documents import from_json
from pratique.catalog._nuget import content_hash, package
from pratique.model import Fact
from pratique.plugins import Cataloguer, Claim, File

_WHAT = "deps.json"
_RUNTIME_PACK = "runtimepack."  # what the SDK puts before the name of a runtime that the program brings along
_KINDS = ("package", "project", "runtimepack")  # a "reference" is a single assembly, which its own file tells


class _Library(msgspec.Struct, frozen=True):
    type: str = ""
    sha512: str = ""


class _Target(msgspec.Struct, frozen=True, rename="camel"):
    name: str = ""


class _Assets(msgspec.Struct, frozen=True, rename="camel"):
    dependencies: dict[str, str] = {}
    runtime: dict[str, msgspec.Raw] = {}
    native: dict[str, msgspec.Raw] = {}
    resources: dict[str, msgspec.Raw] = {}
    runtime_targets: dict[str, msgspec.Raw] = {}


class _Dependencies(msgspec.Struct, frozen=True, rename="camel"):
    libraries: dict[str, _Library]
    runtime_target: _Target | str = ""
    targets: dict[str, dict[str, _Assets]] = {}


def parse(file: File) -> Iterator[Fact]:
    """The packages and the program itself; one that brings no file of its own is only declared. Raises
    ``Unreadable``."""
    said = from_json(file.read(), _Dependencies, _WHAT)
    target = said.runtime_target if isinstance(said.runtime_target, str) else said.runtime_target.name
    assets = said.targets.get(target) or next(iter(said.targets.values()), {})
    for key, library in said.libraries.items():
        if library.type not in _KINDS:
            continue
        own = assets.get(key, _Assets())
        brings = own.runtime or own.native or own.resources or own.runtime_targets
        name, _, version = key.removeprefix(_RUNTIME_PACK).partition("/")
        depends = tuple(f"{name}@{version}" for name, version in own.dependencies.items())
        yield package(
            file.path, name, version, depends, content_hash(library.sha512), library.type == "package" and not brings
        )


CATALOGUER = Cataloguer("dotnet-deps", 3, Claim(suffixes=(".deps.json",)), parse)
