"""rpm's ``Packages.db`` (NDB, as SUSE uses it) in, header blobs out:
https://github.com/rpm-software-management/rpm/blob/rpm-4.18.x/lib/backend/ndb/rpmpkg.c (layout at its top)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from pratique.errors import Unreadable

_MAGIC, _SLOT, _BLOB = b"RpmP", b"Slot", b"BlbS"
_PAGE = 4096  # of slots
_HEADER = 32
_BLOCK = 16  # unit of blobs' offsets; the size of a slot, too


def is_ndb(head: bytes) -> bool:
    """Whether a file that begins so is an NDB package database."""
    return head.startswith(_MAGIC)


def blobs(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """The blobs, by slot. Raises ``Unreadable`` where the file is damaged, after what could be read before."""
    stream.seek(0)
    head = stream.read(_HEADER)
    if len(head) < _HEADER:
        raise Unreadable(f"the NDB file ends after {size} bytes")
    version, _, slot_pages = struct.unpack_from("<III", head, 4)
    if version != 0:
        raise Unreadable(f"the NDB file has the unknown version {version}")
    if not 0 < slot_pages * _PAGE <= size:
        raise Unreadable(f"the NDB file has {slot_pages} pages of slots in {size} bytes")
    slots = stream.read(slot_pages * _PAGE - _HEADER)
    left = size
    for magic, package, offset, _ in struct.iter_unpack("<4sIII", slots):
        if magic != _SLOT:
            raise Unreadable(f"a slot of the NDB file begins with {magic!r}")
        if package:
            blob = _blob(stream, size, package, offset * _BLOCK)
            left -= len(blob)
            if left < 0:  # blobs overlap
                raise Unreadable("the blobs of the NDB file are longer than the file")
            yield blob


def _blob(stream: BinaryIO, size: int, package: int, offset: int) -> bytes:
    stream.seek(offset)
    head = stream.read(_BLOCK)
    if len(head) < _BLOCK or not head.startswith(_BLOB):
        raise Unreadable(f"the NDB file has no blob at {offset}")
    owner, _, length = struct.unpack_from("<III", head, 4)
    blob = stream.read(length) if length < size else b""
    if owner != package or len(blob) != length:
        raise Unreadable(f"the blob at {offset} of the NDB file is not the one of package {package}, or is cut short")
    return blob
