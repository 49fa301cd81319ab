"""A uv.lock, or a script's ``NAME.py.lock``, in; the packages that uv locked out.

https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile; its shape is that of ``crates/uv-resolver/src/lock``
of https://github.com/astral-sh/uv. What a package is for follows from who needs it: the graph is walked from the
projects of the workspace.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from pratique.catalog._documents import from_toml
from pratique.catalog._lock import unlisted
from pratique.catalog._projects import is_of_a_package
from pratique.catalog._pypi import Archive, Locked, archive_hashes, declared
from pratique.model import Fact
from pratique.plugins import Cataloguer, Claim, File


class _Need(msgspec.Struct, frozen=True):
    name: str
    version: str = ""
    extra: tuple[str, ...] = ()


class _Source(msgspec.Struct, frozen=True):
    virtual: str | None = None
    editable: str | None = None


class _File(msgspec.Struct, frozen=True):
    url: str = ""
    path: str = ""
    filename: str = ""
    hash: str = ""


class _Package(msgspec.Struct, frozen=True, rename="kebab"):
    name: str
    version: str = ""
    source: _Source = _Source()
    dependencies: tuple[_Need, ...] = ()
    optional_dependencies: dict[str, tuple[_Need, ...]] = {}
    dev_dependencies: dict[str, tuple[_Need, ...]] = {}
    sdist: _File | None = None
    wheels: tuple[_File, ...] = ()


class _Manifest(msgspec.Struct, frozen=True):
    """``requirements`` are those of a script, which is no package."""

    members: tuple[str, ...] = ()
    requirements: tuple[_Need, ...] = ()


class _Lock(msgspec.Struct, frozen=True):
    version: int
    package: tuple[_Package, ...] = ()
    manifest: _Manifest = _Manifest()


_Reached = tuple[str, str]  # a package's name and the extra that is asked for, or ""


def parse(file: File) -> Iterator[Fact]:
    """The packages; not the project itself where it is no package (``virtual``). Raises ``Unreadable``."""
    if is_of_a_package(file.path):
        return
    lock = from_toml(file.read(), _Lock, "uv.lock")
    scopes = _scopes(lock)
    found = [package for package in lock.package if package.source.virtual is None]
    yield from declared(file.path, (_locked(package, scopes.get(package.name, "")) for package in found))
    yield from unlisted(file.path, _needed(lock), {package.name for package in lock.package})


def _needed(lock: _Lock) -> Iterator[str]:
    yield from (need.name for need in lock.manifest.requirements)
    for package in lock.package:
        groups = (package.optional_dependencies, package.dev_dependencies)
        some = (package.dependencies, *(needs for group in groups for needs in group.values()))
        yield from (need.name for needs in some for need in needs)


def _locked(package: _Package, scope: str) -> Locked:
    files = (package.sdist, *package.wheels) if package.sdist else package.wheels
    archives = [Archive((one.filename or one.path or one.url).rpartition("/")[2], one.hash) for one in files]
    needs = tuple(f"{need.name}@{need.version}" if need.version else need.name for need in package.dependencies)
    return Locked(package.name, package.version, scope, tuple(dict.fromkeys(needs)), archive_hashes(archives))


def _scopes(lock: _Lock) -> dict[str, str]:
    """What each package is for, by name: "" for running, else ``optional`` (an extra of a project) or ``dev``."""
    roots = [
        package
        for package in lock.package
        if package.source.virtual is not None
        or package.source.editable is not None
        or package.name in lock.manifest.members
    ]
    if not roots and not lock.manifest.requirements:
        return {}
    graph = dict[_Reached, list[_Need]]()
    for package in lock.package:
        for extra, needs in (("", package.dependencies), *package.optional_dependencies.items()):
            graph.setdefault((package.name, extra), []).extend(needs)
    scopes = {package.name: "" for package in roots}
    seen = set[_Reached]()
    for scope, wanted in (
        ("", [lock.manifest.requirements, *(package.dependencies for package in roots)]),
        ("optional", [some for package in roots for some in package.optional_dependencies.values()]),
        ("dev", [some for package in roots for some in package.dev_dependencies.values()]),
    ):
        for name in _reached(graph, (need for some in wanted for need in some), seen):
            scopes.setdefault(name, scope)
    return scopes


def _reached(graph: dict[_Reached, list[_Need]], needs: Iterable[_Need], seen: set[_Reached]) -> Iterator[str]:
    """The names of what is needed, directly or not, and has not been seen before."""
    waiting = [(need.name, extra) for need in needs for extra in ("", *need.extra)]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            yield one[0]
            waiting += [(need.name, wanted) for need in graph.get(one, ()) for wanted in ("", *need.extra)]


CATALOGUER = Cataloguer("uv-lock", 4, Claim(names=("uv.lock",), suffixes=(".py.lock",)), parse)
