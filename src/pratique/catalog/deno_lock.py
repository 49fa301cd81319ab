"""Deno's lock file in, the packages of npm and JSR that it names out: versions 2 to 5.

https://docs.deno.com/runtime/fundamentals/modules/#integrity-checking-and-lock-files. Modules that are imported by URL
have no version of their own and are not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from pratique.catalog._documents import from_json
from pratique.catalog._lock import Left, declared, hexadecimal, integrity, scoped
from pratique.catalog._npm_names import is_version, split, without_peers
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File


class _Npm(msgspec.Struct, gc=False):
    """Needs by name (2, 3), or a list of names, with the version where there are several (4, 5)."""

    integrity: str = ""
    dependencies: dict[str, str] | list[str] = {}
    optional: list[str] = msgspec.field(default=[], name="optionalDependencies")


class _Jsr(msgspec.Struct, gc=False):
    """The hash is over the package's list of files."""

    integrity: str = ""
    dependencies: list[str] = []


class _OldNpm(msgspec.Struct, gc=False):
    """Version 2 has npm's packages apart."""

    packages: dict[str, _Npm] = {}


class _Packages(msgspec.Struct, gc=False):
    """Version 3 has all packages together."""

    npm: dict[str, _Npm] = {}
    jsr: dict[str, _Jsr] = {}


class _Version(msgspec.Struct, gc=False):
    """What tells how to read the rest."""

    version: str
    npm: msgspec.Raw = msgspec.Raw(b"{}")
    jsr: dict[str, _Jsr] = {}
    packages: _Packages = msgspec.field(default_factory=_Packages)


_WHAT = "lock file of Deno"


def parse(file: File) -> Iterable[Fact]:
    """The declared packages."""
    return declared(file, _read)


def _read(data: bytes, path: str) -> Iterator[Fact]:
    lock = from_json(data, _Version, _WHAT)
    left = Left()
    if lock.version == "2":
        npm = from_json(bytes(lock.npm), _OldNpm, _WHAT).packages
    elif lock.version == "3":
        npm = lock.packages.npm
    else:
        npm = from_json(bytes(lock.npm), dict[str, _Npm], _WHAT)
    versions = {split(key)[0]: without_peers(split(key)[1]) for key in npm if key}
    for key, entry in npm.items():
        name, version = _identity(key)
        if left.out(name, version):
            continue
        scope, bare = scoped(name)
        hashes, depends = integrity(entry.integrity), tuple(_needs(entry, versions))
        yield Package("npm", bare, version, scope, path=path, depends=depends, hashes=hashes, declared=True)
    for key, module in {**lock.jsr, **lock.packages.jsr}.items():
        name, version = _identity(key)
        if left.out(name, version):
            continue
        scope, bare = scoped(name)
        depends = tuple(need.removeprefix("jsr:") for need in module.dependencies if need.startswith("jsr:"))
        hashes = hexadecimal("sha256", module.integrity)
        yield Package("jsr", bare, version, scope, path=path, depends=depends, hashes=hashes, declared=True)
    yield from left.told(path)


def _identity(key: str) -> tuple[str, str]:
    name, version = split(key) if key else ("", "")
    version = without_peers(version)
    return name, version if is_version(version) else ""


def _needs(entry: _Npm, versions: dict[str, str]) -> Iterator[str]:
    needs = entry.dependencies
    for need in [*(needs.values() if isinstance(needs, dict) else needs), *entry.optional]:
        name, version = split(need) if need else ("", "")
        version = without_peers(version) or versions.get(name, "")
        if name:
            yield f"{name}@{version}" if version else name


CATALOGUER = Cataloguer("deno-lock", 2, Claim(names=("deno.lock",)), parse)
