"""What every cataloguer must do with bytes that make no sense."""

from __future__ import annotations

import msgspec

from catalog.memory_file import memory_file
from pratique.errors import Unreadable
from pratique.model import Fact
from pratique.plugins import Cataloguer


def survives(cataloguer: Cataloguer, path: str, data: bytes) -> list[Fact]:
    """The facts; none when the file is ``Unreadable``. Anything else that is raised fails the test, and so do
    facts that the cache could not store."""
    try:
        found = list(cataloguer.parse(memory_file(path, data)))
    except Unreadable:
        return []
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=list[Fact]) == found
    return found
