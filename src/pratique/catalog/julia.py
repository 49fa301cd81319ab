"""Julia's manifest, or an installed package's project file, in; packages out.

https://pkgdocs.julialang.org/v1/toml-files/. ``Manifest.toml`` fixes what a project needs; a depot has each installed
package in ``packages/NAME/SLUG/`` with its ``Project.toml``
(https://docs.julialang.org/en/v1/manual/code-loading/#Package-directories).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from pratique.catalog._documents import from_toml
from pratique.catalog._lock import Left, declared
from pratique.errors import Unreadable
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class _Entry(msgspec.Struct, gc=False):
    """Needs are a list of names, or a table of names and UUIDs where a name alone does not tell."""

    version: str = ""
    path: str = ""
    deps: list[str] | dict[str, str] = []
    uuid: str = ""


class _Manifest(msgspec.Struct, gc=False):
    """Since format 2 the packages stand below ``deps``; before, each is a table of the file."""

    manifest_format: str = ""
    deps: dict[str, list[_Entry]] = {}


class _Project(msgspec.Struct, gc=False):
    """A package's own file."""

    name: str = ""
    version: str = ""
    uuid: str = ""
    deps: dict[str, str] = {}


def parse(file: File) -> Iterable[Fact]:
    """The packages; what Julia itself brings has no version in older manifests and is left out."""
    return _installed(file) if file.path.endswith("/Project.toml") else declared(file, _read)


def _installed(file: File) -> Iterator[Fact]:
    """Nothing where the folders are not those of a depot: many repositories have a folder of that name."""
    project = from_toml(file.read(), _Project, "project file of Julia")
    folders = file.path.split("/")
    if not project.uuid or project.name != folders[-3]:
        return
    if Left().out(project.name, project.version):
        raise Unreadable(f"installed package {project.name[:256]!r} of Julia without a version")
    yield Package(
        "julia", project.name, project.version, path=file.path, depends=tuple(project.deps), uuid=_uuid(project.uuid)
    )


def _read(data: bytes, path: str) -> Iterator[Fact]:
    if not data.strip():
        raise Unreadable("no manifest of Julia: it is empty")
    manifest = from_toml(data, _Manifest, "manifest of Julia")
    packages = manifest.deps
    if not manifest.manifest_format:
        packages = from_toml(data, dict[str, list[_Entry]], "manifest of Julia")
    versions = {name: entries[0].version for name, entries in packages.items() if len(entries) == 1}
    left = Left()
    for name, entries in packages.items():
        for entry in entries:
            if not entry.version or left.out(name, entry.version):
                continue
            depends = tuple(f"{need}@{versions[need]}" if versions.get(need) else need for need in entry.deps)
            yield Package(
                "julia", name, entry.version, path=path, depends=depends, declared=True, uuid=_uuid(entry.uuid)
            )
    yield from left.told(path)


def _uuid(text: str) -> str:
    """The UUID, "" for what is none (https://www.rfc-editor.org/rfc/rfc9562#section-4)."""
    return text.lower() if _UUID.fullmatch(text) else ""


CATALOGUER = Cataloguer(
    "julia",
    2,
    Claim(names=("Manifest.toml", "JuliaManifest.toml"), below=(("packages", 2, "Project.toml"),)),
    parse,
)
