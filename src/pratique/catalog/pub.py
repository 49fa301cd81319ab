"""The lock file of Dart's and Flutter's pub, or a package's own manifest, in; packages out.

https://dart.dev/tools/pub/glossary#lockfile, https://dart.dev/tools/pub/pubspec.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pratique.catalog._documents import Yaml, from_yaml
from pratique.catalog._lock import Left, declared, hexadecimal
from pratique.errors import Unreadable
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_LOCK = "pubspec.lock"


def parse(file: File) -> Iterable[Fact]:
    """The declared packages. Those that come with an SDK have the version 0.0.0 there, as pub tells it."""
    return declared(file, _read if file.path.endswith(_LOCK) else _described)


def _described(data: bytes, path: str) -> Iterator[Fact]:
    """The project; one that tells no version (of an application) is no package."""
    pubspec = from_yaml(data, "manifest of pub")
    about = pubspec if isinstance(pubspec, dict) else {}
    name, version = _text(about, "name"), _text(about, "version")
    if not name:
        raise Unreadable("no manifest of pub: it has no name")
    if not Left().out(name, version):
        yield Package("pub", name.lower(), version, path=path, declared=True)


def _read(data: bytes, path: str) -> Iterator[Fact]:
    lock = from_yaml(data, "lock file of pub")
    packages = lock.get("packages") if isinstance(lock, dict) else None
    if not isinstance(packages, dict):
        raise Unreadable("no lock file of pub: it has no packages")
    left = Left()
    for key, entry in packages.items():
        about = entry if isinstance(entry, dict) else {}
        described = about.get("description")
        source = described if isinstance(described, dict) else {}
        name, version = _text(source, "name") or key, _text(about, "version")
        if left.out(name, version):
            continue
        scope = "dev" if _text(about, "dependency") == "direct dev" else ""
        hashes = hexadecimal("sha256", _text(source, "sha256"))
        yield Package("pub", name.lower(), version, path=path, hashes=hashes, declared=True, scope=scope)
    yield from left.told(path)
    if isinstance(lock, dict) and not lock.keys() & {"sdks", "sdk"}:  # what comes last; the second before Dart 2
        yield Problem(path, "lock file of pub without its end: it is cut short")


def _text(members: dict[str, Yaml], key: str) -> str:
    value = members.get(key)
    return value if isinstance(value, str) else ""


CATALOGUER = Cataloguer("pub", 4, Claim(names=(_LOCK, "pubspec.yaml", "pubspec.yml")), parse)
