"""Composer's list of what it has installed, or its lock file, in; PHP packages out.

``vendor/composer/installed.json`` says what is installed, ``composer.lock`` what is to be
(https://getcomposer.org/doc/01-basic-usage.md, https://getcomposer.org/doc/04-schema.md#package).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from pratique.catalog._documents import from_json
from pratique.catalog._lock import Left, declared, hexadecimal, once
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_ABSENT = msgspec.Raw(b"null")
_WHAT = "list of Composer's packages"
_LICENCES, _LICENCE_LENGTH = 32, 256


class _Package(msgspec.Struct, gc=False):
    """PHP writes an empty map as ``[]``, so that a map is read apart."""

    name: str = ""
    version: str = ""
    license: msgspec.Raw = _ABSENT
    require: msgspec.Raw = _ABSENT
    dist: msgspec.Raw = _ABSENT


class _Dist(msgspec.Struct, gc=False):
    """The archive that was downloaded; mostly its hash is empty."""

    shasum: str | None = ""


class _Lock(msgspec.Struct, gc=False):
    """``composer.lock``; also ``installed.json`` since Composer 2."""

    packages: list[_Package]
    dev: list[_Package] | None = msgspec.field(default=None, name="packages-dev")


def parse(file: File) -> Iterable[Fact]:
    """The packages. Raises ``Unreadable`` for a damaged list of what is installed."""
    if not file.path.endswith("installed.json"):
        return declared(file, _locked)
    data = file.read()
    if data.lstrip()[:1] == b"[":  # before Composer 2
        packages = from_json(data, list[_Package], _WHAT)
    else:
        packages = from_json(data, _Lock, _WHAT).packages
    return once(_packages(packages, file.path, "", is_declared=False))


def _locked(data: bytes, path: str) -> Iterator[Fact]:
    lock = from_json(data, _Lock, "lock file of Composer")
    yield from _packages(lock.packages, path, "", is_declared=True)
    yield from _packages(lock.dev or (), path, "dev", is_declared=True)


def _packages(packages: Sequence[_Package], path: str, scope: str, *, is_declared: bool) -> Iterator[Fact]:
    left = Left()
    for package in packages:
        vendor, _, name = package.name.lower().rpartition("/")
        if left.out(name, package.version):
            continue
        yield Package(
            "composer",
            name,
            package.version,
            vendor,
            licences=_licences(package.license),
            path=path,
            depends=tuple(need for need in _keys(package.require) if "/" in need),
            hashes=hexadecimal("sha1", _shasum(package.dist)),
            declared=is_declared,
            scope=scope,
        )
    yield from left.told(path)


def _keys(raw: msgspec.Raw) -> Iterable[str]:
    """What it requires; names without a vendor are PHP itself and its extensions
    (https://getcomposer.org/doc/articles/composer-platform-dependencies.md)."""
    if bytes(memoryview(raw)[:1]) != b"{":
        return ()
    return (key.lower() for key in from_json(bytes(raw), dict[str, msgspec.Raw], _WHAT))


def _licences(raw: msgspec.Raw) -> tuple[str, ...]:
    kind = bytes(memoryview(raw)[:1])
    if kind == b"[":
        names = from_json(bytes(raw), list[str], _WHAT)[:_LICENCES]
    else:
        names = [from_json(bytes(raw), str, _WHAT)] if kind == b'"' else []
    return tuple(name[:_LICENCE_LENGTH] for name in names if name)


def _shasum(raw: msgspec.Raw) -> str:
    if bytes(memoryview(raw)[:1]) != b"{":
        return ""
    return from_json(bytes(raw), _Dist, _WHAT).shasum or ""


CATALOGUER = Cataloguer(
    "composer", 2, Claim(names=("composer.lock",), below=(("composer", 0, "installed.json"),)), parse
)
