"""The rpm databases of the fixtures, and NDB ones in the layout that rpm's lib/backend/ndb/rpmpkg.c describes."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

FIXTURES = Path(__file__).parent / "rpm"


def fixture(name: str) -> bytes:
    return gzip.decompress((FIXTURES / f"{name}.gz").read_bytes())


def ndb(blobs: Sequence[bytes], slot_pages: int = 1) -> bytes:
    """Blobs as packages 1, 2, …; the slot of a deleted package stands between them."""
    slots = bytearray(struct.pack("<4sIIII12x", b"RpmP", 0, 7, slot_pages, len(blobs) + 1))
    body = bytearray()
    for number, blob in enumerate(blobs, 1):
        blocks = -(-(16 + len(blob) + 12) // 16)
        slots += struct.pack("<4sIII", b"Slot", number, slot_pages * 256 + len(body) // 16, blocks)
        slots += struct.pack("<4sIII", b"Slot", 0, 0, 0)
        padding = bytes(blocks * 16 - 28 - len(blob))
        tail = struct.pack("<II4s", zlib.adler32(blob), len(blob), b"BlbE")
        body += struct.pack("<4sIII", b"BlbS", number, 7, len(blob)) + blob + padding + tail
    while len(slots) < slot_pages * 4096:
        slots += struct.pack("<4sIII", b"Slot", 0, 0, 0)
    return bytes(slots + body)


def header(tags: Mapping[int, str | int | list[str] | list[int]]) -> bytes:
    """A header as rpm's manual lays it out (format_header.html)."""
    index, data = b"", b""
    for tag, value in tags.items():
        if isinstance(value, str):
            kind, count, payload = 6, 1, value.encode() + b"\0"
        elif isinstance(value, int):
            kind, count, payload = 4, 1, struct.pack(">I", value)
        elif value and isinstance(value[0], int):
            kind, count, payload = 4, len(value), struct.pack(f">{len(value)}I", *value)
        else:
            kind, count, payload = 8, len(value), b"".join(str(text).encode() + b"\0" for text in value)
        if kind == 4:
            data += bytes(-len(data) % 4)
        index += struct.pack(">IIII", tag, kind, len(data), count)
        data += payload
    return struct.pack(">II", len(tags), len(data)) + index + data
