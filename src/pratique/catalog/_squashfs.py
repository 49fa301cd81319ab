"""A SquashFS image and the path of a file in it in, that file's bytes out:
https://dr-emann.github.io/squashfs/squashfs.html (version 4.0), https://docs.kernel.org/filesystems/squashfs.html.

Inodes and directories lie in tables of blocks of at most 8 KiB, each packed for itself; a file lies in blocks of its
own and its end, or all of a small one, in a block that it shares with others.
"""

from __future__ import annotations

import struct
import zlib
from typing import BinaryIO

from pratique.catalog._packed import head
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT

MAGIC = b"hsqs"
_SUPERBLOCK = struct.Struct("<4sIIIIHHHHHHQQQQQQQQ")
_METADATA, _METADATA_PLAIN = 8192, 0x8000
_DATA_PLAIN = 1 << 24
_SMALLEST_BLOCK, _LARGEST_BLOCK = 1 << 12, 1 << 20
_NO_FRAGMENT = 0xFFFFFFFF
_FOLDERS = {1: struct.Struct("<I4xHH4x"), 8: struct.Struct("<4xII6xH4x")}  # basic and extended, after 16 bytes
_FILES = {2: struct.Struct("<IIII"), 9: struct.Struct("<QQ12xII4x")}
_ZLIB = 1
_KNOWN = frozenset((_ZLIB, 4, 6))  # zlib, xz, Zstandard; not lzma, lzo, lz4


class SquashFS:
    """An image of ``size`` bytes on a seekable stream. Raises ``Unreadable`` for what is none, or is packed in a way
    that is not read."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream, self._size = stream, size
        data = self._at(0, _SUPERBLOCK.size)
        magic, _, _, self._block, _, self._packer, _, _, _, major, _, self._root, *tables = _SUPERBLOCK.unpack(data)
        if magic != MAGIC or major != 4 or not _SMALLEST_BLOCK <= self._block <= _LARGEST_BLOCK:
            raise Unreadable(f"no SquashFS image of version 4: it begins with {data[:4]!r}")
        if self._packer not in _KNOWN:
            raise Unreadable(f"a SquashFS image that is packed by compressor {self._packer}, which is not read")
        _, _, _, self._inodes, self._folders, self._fragments, _ = tables

    def read(self, *parts: str) -> bytes:
        """The bytes of the file. Raises ``Unreadable`` where there is none or it is damaged, ``LimitExceeded`` for one
        longer than ``limits.stanza``."""
        inode = self._root
        for part in parts:
            inode = self._entry(inode, part.encode())
        return self._file(inode)

    def _entry(self, inode: int, wanted: bytes) -> int:
        """The inode of an entry of a folder."""
        kind, at = self._inode(inode)
        if kind not in _FOLDERS:
            raise Unreadable(f"no folder in the SquashFS image that has {wanted!r}")
        fields = _FOLDERS[kind].unpack(at.read(_FOLDERS[kind].size))
        block, size, offset = (fields[0], fields[1], fields[2]) if kind == 1 else (fields[1], fields[0], fields[2])
        if size > DEFAULT.file_list:
            raise LimitExceeded(f"a folder of {size} bytes; limits.file_list is {DEFAULT.file_list}")
        listing, left = _Table(self, self._folders + block, offset), size - 3
        while left > 12:
            count, start, _ = struct.unpack("<III", listing.read(12))
            left -= 12
            for _ in range(count + 1):
                place, _, _, length = struct.unpack("<HhHH", listing.read(8))
                name = listing.read(length + 1)
                left -= 9 + length
                if name == wanted:
                    return int(start << 16 | place)
                if left <= 0:
                    break
        raise Unreadable(f"no {wanted.decode()!r} in the SquashFS image")

    def _file(self, inode: int) -> bytes:
        kind, at = self._inode(inode)
        if kind not in _FILES:
            raise Unreadable("the SquashFS image has no file where one should be")
        fields = _FILES[kind].unpack(at.read(_FILES[kind].size))
        start, size, fragment, offset = fields if kind == 9 else (fields[0], fields[3], fields[1], fields[2])
        if size > DEFAULT.stanza:
            raise LimitExceeded(f"a file of {size} bytes; limits.stanza is {DEFAULT.stanza}")
        shared = fragment != _NO_FRAGMENT
        count = size // self._block if shared else -(-size // self._block)
        found = b""
        for (packed,) in struct.iter_unpack("<I", at.read(4 * count)):
            found += self._data(start, packed) if packed else bytes(min(self._block, size - len(found)))
            start += packed & (_DATA_PLAIN - 1)
        if shared:
            found += self._shared(fragment)[offset : offset + size - len(found)]
        if len(found) != size:
            raise Unreadable("a file of the SquashFS image is cut short")
        return found

    def _shared(self, number: int) -> bytes:
        """The block that ends of files share: 512 of them are told in a block of the table."""
        (place,) = struct.unpack("<Q", self._at(self._fragments + number // 512 * 8, 8))
        start, packed = struct.unpack("<QI4x", _Table(self, place, number % 512 * 16).read(16))
        return self._data(start, packed)

    def _inode(self, reference: int) -> tuple[int, _Table]:
        """Its kind, and the table where the rest of it begins."""
        table = _Table(self, self._inodes + (reference >> 16), reference & 0xFFFF)
        (kind,) = struct.unpack("<H14x", table.read(16))
        return kind, table

    def _data(self, start: int, packed: int) -> bytes:
        size = packed & (_DATA_PLAIN - 1)
        data = self._at(start, min(size, _LARGEST_BLOCK))
        return data if packed & _DATA_PLAIN else self._unpacked(data, self._block)

    def metadata(self, place: int) -> tuple[bytes, int]:
        """A block of a table, and where the next one lies."""
        (packed,) = struct.unpack("<H", self._at(place, 2))
        size = packed & (_METADATA_PLAIN - 1)
        data = self._at(place + 2, size)
        return data if packed & _METADATA_PLAIN else self._unpacked(data, _METADATA), place + 2 + size

    def _unpacked(self, data: bytes, most: int) -> bytes:
        if self._packer != _ZLIB:
            return head(data, most)
        try:
            return zlib.decompressobj().decompress(data, most)
        except zlib.error as error:
            raise Unreadable(f"a damaged block of the SquashFS image: {error}") from None

    def _at(self, place: int, size: int) -> bytes:
        if place + size > self._size:
            raise Unreadable("the SquashFS image is cut short, or points outside of itself")
        self._stream.seek(place)
        return self._stream.read(size)


class _Table:
    """A position in a table of metadata."""

    def __init__(self, image: SquashFS, place: int, offset: int) -> None:
        self._image = image
        self._block, self._next = image.metadata(place)
        self._offset = offset

    def read(self, size: int) -> bytes:
        """So many bytes, of as many blocks as they lie in."""
        found = self._block[self._offset : self._offset + size]
        self._offset += size
        while len(found) < size:
            self._block, self._next = self._image.metadata(self._next)
            if not self._block:
                raise Unreadable("a table of the SquashFS image is cut short")
            self._offset = size - len(found)
            found += self._block[: self._offset]
        return found
