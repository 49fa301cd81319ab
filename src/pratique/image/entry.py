"""What one entry of a layer is: a name, a kind, and a body that can be read while it is the current one.

Kinds and fields follow POSIX pax (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import msgspec

from pratique.model import Kind


class Body(Protocol):
    """The bytes of the current entry; each can be had once, and only before the next entry is asked for."""

    def peek(self, count: int) -> bytes:
        """The first bytes, at most ``count``, without consuming them."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """All bytes, in pieces. Raises ``Unreadable`` where the layer breaks off."""
        ...


class Entry(msgspec.Struct, frozen=True, gc=False):
    """``path`` is normalised: relative, no ``.`` or ``..``, one "/" between parts; bytes that are no UTF-8 are written
    ``\\xNN``. ``size`` is that of the content (holes of a sparse file included), ``target`` a link's: normalised for a
    hard link, as it stands for a symbolic one. ``mode`` holds the permission bits."""

    path: str
    kind: Kind
    mode: int
    size: int
    target: str
    body: Body


def normalise(path: str) -> str:
    """The name that an engine extracts to: ``..`` cannot leave the root, as Go's ``path.Clean("/" + name)`` has it.
    "" is the root itself."""
    if not ("//" in path or "/." in path or path[:1] in "./"):
        return path if path[-1:] != "/" else path[:-1]
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
