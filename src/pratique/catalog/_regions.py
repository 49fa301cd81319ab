"""A region of a program's file: where its bytes lie, and where a loader would put them."""

from __future__ import annotations

from typing import BinaryIO

import msgspec


class Region(msgspec.Struct, frozen=True):
    """``address`` in memory, ``offset`` and ``size`` (bytes) in the file."""

    address: int
    offset: int
    size: int


def clipped(address: int, offset: int, size: int, file_size: int) -> Region:
    """As much of a region as the file holds: its tables may claim more."""
    return Region(address, offset, min(size, file_size - offset)) if offset < file_size else Region(address, 0, 0)


def read_range(stream: BinaryIO, file_size: int, offset: int, length: int) -> bytes:
    """At most ``length`` bytes; none past the end, where the offset may be too large to seek to."""
    if offset >= file_size:
        return b""
    stream.seek(offset)
    return stream.read(min(length, file_size - offset))
