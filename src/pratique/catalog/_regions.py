"""A region of a program's file: where its bytes lie, and where a loader would put them."""

from __future__ import annotations

import msgspec


class Region(msgspec.Struct, frozen=True):
    """``address`` in memory, ``offset`` and ``size`` (bytes) in the file."""

    address: int
    offset: int
    size: int
