"""bun's lock file as text in, the packages that it names out (https://bun.com/docs/pm/lockfile).

It is JSON with commas behind last members. What is needed for development only follows from what needs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from pratique.catalog._documents import from_json
from pratique.catalog._lock import Left, declared, integrity, reached, scoped, text_of
from pratique.catalog._npm_names import is_version, split
from pratique.limits import DEFAULT
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

# a string, as it stands, or what JSON does not have: a comma before a bracket that closes, a comment
_COMMENT = rb"//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?"
_NO_JSON = re.compile(rb'("(?:[^"\\]|\\.)*+"?)|,(?=(?:\s|' + _COMMENT + rb")*+[}\]])|" + _COMMENT)


class _Workspace(msgspec.Struct, gc=False):
    """A project: what it needs, by name."""

    name: str = ""
    dependencies: dict[str, msgspec.Raw] = {}
    optional: dict[str, msgspec.Raw] = msgspec.field(default={}, name="optionalDependencies")


class _Needs(msgspec.Struct, gc=False):
    """What a package needs, by name."""

    dependencies: dict[str, msgspec.Raw] = {}
    optional: dict[str, msgspec.Raw] = msgspec.field(default={}, name="optionalDependencies")


class _Lock(msgspec.Struct, gc=False):
    """``packages`` by the place where they are put: ``a/b`` is what ``a`` has for itself; each is a list of
    ``name@version`` and, by the kind of package, where it comes from, what it needs and its integrity."""

    version: int = msgspec.field(name="lockfileVersion")
    workspaces: dict[str, _Workspace] = {}
    packages: dict[str, list[msgspec.Raw]] = {}


class _Found(msgspec.Struct, gc=False):
    """A package of the file."""

    name: str
    version: str
    integrity: str
    needs: _Needs


_WHAT = "lock file of bun"


def parse(file: File) -> Iterable[Fact]:
    """The declared packages; a workspace is none."""
    return declared(file, _read)


def _read(data: bytes, path: str) -> Iterator[Fact]:
    lock = from_json(_NO_JSON.sub(rb"\1", data), _Lock, _WHAT)
    found = {place: _found(parts) for place, parts in lock.packages.items()}
    edges = {place: tuple(_places(place, package, found)) for place, package in found.items()}
    roots = list[str]()
    for workspace in lock.workspaces.values():
        for name in (*workspace.dependencies, *workspace.optional):
            roots.append(f"{workspace.name}/{name}" if f"{workspace.name}/{name}" in found else name)
    running = reached(roots, edges)
    left = Left()
    for place, package in found.items():
        if package.version.startswith(("workspace:", "root:", "link:")):
            continue
        if left.out(package.name, package.version if is_version(package.version) else ""):
            continue
        scope, bare = scoped(package.name)
        yield Package(
            "npm",
            bare,
            package.version,
            scope,
            path=path,
            depends=tuple(f"{found[one].name}@{found[one].version}" for one in edges[place]),
            hashes=integrity(package.integrity),
            declared=True,
            scope="" if place in running else "dev",
        )
    yield from left.told(path)


def _found(parts: list[msgspec.Raw]) -> _Found:
    """The first part is the name with its version; of the others the object says what it needs, the last text may be an
    integrity."""
    texts = [text_of(part) for part in parts]
    name, version = split(texts[0]) if texts and texts[0] else ("", "")
    told = next((bytes(part) for part in parts if bytes(memoryview(part)[:1]) == b"{"), b"{}")
    return _Found(name, version, texts[-1] if len(texts) > 1 else "", from_json(told, _Needs, _WHAT))


def _places(place: str, package: _Found, found: dict[str, _Found]) -> Iterator[str]:
    """Where the packages are that this one needs: with it, or with one of those that it is put below."""
    above = [place]
    while "/" in above[-1] and len(above) < DEFAULT.json_depth:
        above.append(above[-1].rpartition("/")[0])
    for name in dict.fromkeys((*package.needs.dependencies, *package.needs.optional)):
        near = (f"{one}/{name}" for one in above)
        there = next((one for one in near if one in found), name)
        if there in found:
            yield there


CATALOGUER = Cataloguer("bun-lock", 2, Claim(names=("bun.lock",)), parse)
