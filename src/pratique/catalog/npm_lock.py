"""npm's lock file in, the packages that it names out (https://docs.npmjs.com/cli/configuring-npm/package-lock-json).

``package-lock.json`` and ``npm-shrinkwrap.json`` say what is to be installed. What npm keeps in
``node_modules/.package-lock.json`` is left alone: each package that it lists has a ``package.json`` beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from pratique.catalog._documents import from_json
from pratique.catalog._lock import Left, declared, integrity, scoped, text_of
from pratique.limits import DEFAULT
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_MODULES = "node_modules/"
_LICENCE_LENGTH = 256
_ABSENT = msgspec.Raw(b"null")


class _Entry(msgspec.Struct, gc=False):
    """A member of ``packages``, by the place where it is put (lockfileVersion 2 and 3)."""

    name: str = ""
    version: str | None = ""
    integrity: str | None = ""
    license: msgspec.Raw = _ABSENT
    link: bool = False
    dev: bool = False
    optional: bool = False
    dev_optional: bool = msgspec.field(default=False, name="devOptional")
    dependencies: dict[str, msgspec.Raw] = {}
    optional_dependencies: dict[str, msgspec.Raw] = msgspec.field(default={}, name="optionalDependencies")


class _Old(msgspec.Struct, gc=False):
    """A member of ``dependencies``, by name; those below it are put into its own folder (lockfileVersion 1)."""

    version: str | None = ""
    integrity: str | None = ""
    dev: bool = False
    optional: bool = False
    requires: dict[str, msgspec.Raw] | bool | None = None
    dependencies: dict[str, _Old] = {}


class _Lock(msgspec.Struct, gc=False):
    """A file of version 2 says everything twice, for older npm."""

    version: int = msgspec.field(default=0, name="lockfileVersion")  # npm before 5 wrote none
    packages: dict[str, _Entry] | None = None
    dependencies: msgspec.Raw = msgspec.Raw(b"{}")


def parse(file: File) -> Iterable[Fact]:
    """The packages that are to be installed."""
    return declared(file, _read)


def _read(data: bytes, path: str) -> Iterator[Fact]:
    lock = from_json(data, _Lock, "lock file of npm")
    if lock.packages:
        yield from _placed(lock.packages, path)
    else:
        if lock.packages is None and (lock.version > 1 or lock == _Lock()):
            yield Problem(path, "lock file of npm without its packages")
        yield from _nested(from_json(bytes(lock.dependencies), dict[str, _Old], "lock file of npm"), path)


def _placed(entries: dict[str, _Entry], path: str) -> Iterator[Fact]:
    left = Left()
    folders = _Folders(entries)
    for place, entry in entries.items():
        if entry.link:
            continue  # to a folder that has an entry of its own
        folder, own = _split(place)
        name, version = entry.name or own, entry.version or ""
        if not own and not (name and version):
            continue  # the project itself and its workspaces need have neither
        if left.out(name if len(place) <= DEFAULT.path else "", version):
            continue
        scope, bare = scoped(name)
        yield Package(
            "npm",
            bare,
            version,
            namespace=scope,
            licences=_licences(entry.license),
            path=path,
            depends=folders.needed(place, folder, entry),
            hashes=integrity(entry.integrity or ""),
            declared=True,
            scope=_scope(entry.dev or entry.dev_optional, entry.optional),
        )
    yield from left.told(path)


def _split(place: str) -> tuple[str, str]:
    """``"node_modules/a/node_modules/@b/c"`` is where the folder ``node_modules/a`` has ``@b/c``; "" for no package."""
    start = place.rfind(_MODULES)
    return (place[: max(start - 1, 0)], place[start + len(_MODULES) :]) if start >= 0 else ("", "")


class _Folders:
    """What each folder has in its ``node_modules``, as ``name@version``."""

    def __init__(self, entries: dict[str, _Entry]) -> None:
        self._has = dict[str, dict[str, str]]()
        self._seen_from = dict[str, tuple[dict[str, str], ...]]()
        for place, entry in entries.items():
            folder, own = _split(place)
            if own and entry.version:
                self._has.setdefault(folder, {})[own] = f"{entry.name or own}@{entry.version}"

    def needed(self, place: str, folder: str, entry: _Entry) -> tuple[str, ...]:
        """What a package needs, with the version that Node finds from its place
        (https://nodejs.org/api/modules.html, "Loading from node_modules folders"). An optional one that is not there is
        not needed."""
        if not entry.dependencies and not entry.optional_dependencies:
            return ()
        seen = self._from(folder)
        if place in self._has:
            seen = (self._has[place], *seen)
        found = [_first(seen, name) or name for name in entry.dependencies]
        for name in entry.optional_dependencies:
            if name not in entry.dependencies and (there := _first(seen, name)):
                found.append(there)
        return tuple(found)

    def _from(self, folder: str) -> tuple[dict[str, str], ...]:
        """What is seen from a folder: its own packages, and those of the folders above that have any."""
        if folder not in self._seen_from:
            above = [folder]
            while above[-1] and len(above) < DEFAULT.json_depth:
                above.append(above[-1].rpartition("/")[0])
            self._seen_from[folder] = tuple(self._has[one] for one in above if one in self._has)
        return self._seen_from[folder]


def _first(seen: tuple[dict[str, str], ...], name: str) -> str:
    for folder in seen:
        if name in folder:
            return folder[name]
    return ""


def _scope(dev: bool, optional: bool) -> str:
    return "dev" if dev else "optional" if optional else ""


def _licences(raw: msgspec.Raw) -> tuple[str, ...]:
    """npm copies what ``package.json`` says; only a text is an SPDX expression."""
    text = text_of(raw)[:_LICENCE_LENGTH]
    return (text,) if text else ()


def _nested(entries: dict[str, _Old], path: str) -> Iterator[Fact]:
    left = Left()
    waiting: list[tuple[dict[str, _Old], tuple[dict[str, _Old], ...]]] = [(entries, ())]
    while waiting:
        here, above = waiting.pop()
        scopes = (here, *above)[: DEFAULT.json_depth]
        for key, entry in here.items():
            name, version = _identity(key, entry)
            below = (entry.dependencies, *scopes)
            if entry.dependencies:
                waiting.append((entry.dependencies, scopes))
            if left.out(name, version):
                continue
            scope, bare = scoped(name)
            needs = entry.requires if isinstance(entry.requires, dict) else {}
            depends = tuple(_found_in(below, need) or need for need in needs)
            hashes = integrity(entry.integrity or "")
            bound = _scope(entry.dev, entry.optional)
            yield Package(
                "npm", bare, version, scope, path=path, depends=depends, hashes=hashes, declared=True, scope=bound
            )
    yield from left.told(path)


def _identity(key: str, entry: _Old) -> tuple[str, str]:
    """An alias has the other package's name in its version; what comes from Git, a URL or a folder has no version."""
    version = entry.version or ""
    if version.startswith("npm:"):
        name, _, version = version[4:].rpartition("@")
        return name, version
    return key, version if ":" not in version else ""


def _found_in(scopes: Iterable[dict[str, _Old]], name: str) -> str:
    for scope in scopes:
        if name in scope:
            other, version = _identity(name, scope[name])
            return f"{other}@{version}" if version else ""
    return ""


CATALOGUER = Cataloguer("npm-lock", 3, Claim(names=("package-lock.json", "npm-shrinkwrap.json")), parse)
