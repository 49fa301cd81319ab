"""pnpm's lock file in, the packages that it names out: lockfileVersion 5 to 9.

https://github.com/pnpm/spec/tree/master/lockfile. Up to version 6 a package says itself that it is for development
only; since version 9 that follows from what needs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from pratique.catalog._block_yaml import documents
from pratique.catalog._documents import Yaml
from pratique.catalog._lock import Left, declared, integrity, reached, scoped, unlisted
from pratique.catalog._npm_names import is_version, without_peers
from pratique.errors import Unreadable
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_KEY = re.compile(r"(?:^|/)((?:@[^/@()]+/)?[^/@()]+)[/@](\d+\.\d+\.\d+[^_/()]*)(?:[_(]|$)")
# since version 9 what comes from elsewhere is NAME@https://…, NAME@file:…, NAME@git+ssh:…
_ELSEWHERE = re.compile(r"((?:@[^/@()]+/)?[^/@()]+)@[a-z][a-z+]*:")
_Tree = Mapping[str, Yaml]
_NOTHING: _Tree = {}


def parse(file: File) -> Iterable[Fact]:
    """The declared packages. A file past ``limits.file_list`` raises ``LimitExceeded``."""
    return declared(file, _read)


def _read(data: bytes, path: str) -> Iterator[Fact]:
    for lock in documents(data) or ("",):
        if not isinstance(lock, dict) or "lockfileVersion" not in lock:
            raise Unreadable("no lock file of pnpm: it has no lockfileVersion")
        yield from _packages(lock, path)


def _packages(lock: _Tree, path: str) -> Iterator[Fact]:
    packages = _tree(lock, "packages")
    snapshots = _tree(lock, "snapshots")
    running = _running(lock, snapshots) if snapshots else None
    left = Left()
    listed, needed = set[str](), set[str]()
    for key, package in (snapshots or packages).items():
        entry = package if isinstance(package, dict) else _NOTHING
        told = _tree(packages, _described(key)) if snapshots else entry
        name, version = _identity(key, told)
        listed.add(name)
        needed.update(need.rpartition("@")[0] or need for need in _needs(entry))
        if left.out(name, version):
            continue
        scope, bare = scoped(name)
        hashes = integrity(_text(_tree(told, "resolution"), "integrity"))
        for_development = key not in running if running is not None else entry.get("dev") == "true"
        yield Package(
            "npm",
            bare,
            version,
            scope,
            path=path,
            depends=tuple(_needs(entry)),
            hashes=hashes,
            declared=True,
            scope="dev" if for_development else "optional" if entry.get("optional") == "true" else "",
        )
    yield from left.told(path)
    yield from unlisted(path, needed, listed)
    if _text(lock, "lockfileVersion").startswith("9") and packages.keys() - set(map(_described, snapshots)):
        yield Problem(path, "lock file of pnpm that describes packages without a snapshot: it is cut short")


def _described(key: str) -> str:
    """``name@1.0.0(react@18.2.0)`` is described as ``name@1.0.0``. A patch is told in parentheses too."""
    return key.partition("(")[0]


def _tree(lock: _Tree, key: str) -> _Tree:
    value = lock.get(key)
    return value if isinstance(value, dict) else _NOTHING


def _text(lock: _Tree, key: str) -> str:
    value = lock.get(key)
    return value if isinstance(value, str) else ""


def _identity(key: str, told: _Tree) -> tuple[str, str]:
    """What does not come from a registry says its name and version beside. The keys of registries' packages are
    ``/name/1.0.0_peers`` (5), ``/name@1.0.0(peers)`` (6), ``name@1.0.0(peers)`` (9); in front of the first slash stands
    a registry that is not the default one."""
    given = _text(told, "name"), _text(told, "version")
    if given[0]:
        return given
    if elsewhere := _ELSEWHERE.match(key):
        return elsewhere[1], given[1] if is_version(given[1]) else ""
    found = _KEY.search(key)
    name, version = (found[1], found[2]) if found else (key, "")
    version = given[1] or version
    return (name, version) if is_version(version) else (key, "")


def _needs(entry: _Tree) -> Iterator[str]:
    for kind in ("dependencies", "optionalDependencies"):
        for name, found in _tree(entry, kind).items():
            yield _need(name, found) if isinstance(found, str) else name


def _need(name: str, found: str) -> str:
    """``1.0.0(peers)`` is of that name; ``/other/1.0.0`` or ``other@1.0.0`` is of another one."""
    version = without_peers(found)
    if is_version(version):
        return f"{name}@{version}"
    other, version = _identity(found, _NOTHING)
    return f"{other}@{version}" if version else name


def _running(lock: _Tree, snapshots: _Tree) -> set[str]:
    """The keys of what is needed to run: by the projects' dependencies, and by what these need."""
    edges = {key: tuple(_keys(entry, snapshots)) for key, entry in snapshots.items() if isinstance(entry, dict)}
    importers = _tree(lock, "importers").values()
    roots = (key for importer in importers if isinstance(importer, dict) for key in _keys(importer, snapshots))
    return reached(roots, edges)


def _keys(entry: _Tree, snapshots: _Tree) -> Iterator[str]:
    for kind in ("dependencies", "optionalDependencies"):
        for name, found in _tree(entry, kind).items():
            version = found if isinstance(found, str) else _text(found, "version") if isinstance(found, dict) else ""
            key = f"{name}@{version}"
            yield key if key in snapshots else version


CATALOGUER = Cataloguer("pnpm-lock", 4, Claim(names=("pnpm-lock.yaml",)), parse)
