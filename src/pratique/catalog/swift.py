"""The lock file of Swift's package manager in, the packages that it pins out: versions 1 to 3.

https://docs.swift.org/swiftpm/documentation/packagemanagerdocs/resolvingpackageversions
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from pratique.catalog._documents import from_json
from pratique.catalog._lock import Left, declared
from pratique.errors import Unreadable
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

# SCHEME://[USER@]HOST[:PORT]/PATH, and Git's USER@HOST:PATH
_LOCATION = re.compile(r"(?:[a-z+]{1,16}://(?:[^/@\s]*@)?([^/:\s]+)(?::\d+)?/|[^/@\s]+@([^/:\s]+):)([^?#\s]+)")


class _State(msgspec.Struct, gc=False):
    """A pin to a branch or a commit has no version."""

    version: str | None = None


class _Pin(msgspec.Struct, gc=False):
    """``repositoryURL`` and ``package`` in version 1, then ``location`` and ``identity``."""

    state: _State = msgspec.field(default_factory=_State)
    location: str = ""
    identity: str = ""
    url: str = msgspec.field(default="", name="repositoryURL")
    package: str | None = ""


class _Pins(msgspec.Struct, gc=False):
    """What version 1 has in ``object``."""

    pins: list[_Pin]


class _Lock(msgspec.Struct, gc=False):
    """Either of the two members holds the pins."""

    pins: list[_Pin] | None = None
    object: _Pins | None = None


def parse(file: File) -> Iterable[Fact]:
    """The declared packages, named after the repository: ``github.com/apple`` and ``swift-nio``; of a package registry
    (SE-0292) ``scope`` and ``name``."""
    return declared(file, _read)


def _read(data: bytes, path: str) -> Iterator[Fact]:
    lock = from_json(data, _Lock, "lock file of Swift's package manager")
    pins = lock.pins if lock.object is None else lock.object.pins
    if pins is None:
        raise Unreadable("no lock file of Swift's package manager: it has no pins")
    left = Left()
    for pin in pins:
        namespace, name = _repository(pin.location or pin.url) or _registered(pin.identity or pin.package or "")
        if not left.out(name, pin.state.version or ""):
            yield Package("swift", name, pin.state.version or "", namespace, path=path, declared=True)
    yield from left.told(path)


def _repository(location: str) -> tuple[str, str] | None:
    found = _LOCATION.fullmatch(location)
    if found is None:
        return None
    namespace, _, name = found[3].strip("/").removesuffix(".git").rpartition("/")
    host = (found[1] or found[2]).lower()
    return f"{host}/{namespace}".rstrip("/"), name


def _registered(identity: str) -> tuple[str, str]:
    scope, _, name = identity.partition(".")
    return (scope, name) if name else ("", identity)


CATALOGUER = Cataloguer("swift", 3, Claim(names=("Package.resolved", ".package.resolved")), parse)
