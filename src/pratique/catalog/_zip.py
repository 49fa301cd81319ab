"""A zip archive within a seekable stream in, its members and their bytes out, bounded.

PKWARE's APPNOTE 6.3.10 (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), as far as jar files use it:
stored and deflated members, ZIP64, bytes in front of the archive (an executable Spring Boot jar begins with a script).
``zipfile`` makes an object of every member, ten times slower; what an archive in an archive holds without compression
is read here in place, without a copy.
"""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

import msgspec
from isal import isal_zlib

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import Limits

STORED, DEFLATED = 0, 8

_END = struct.Struct("<4s4H2LH")  # 4.3.16, end of central directory record
_END64_LOCATOR = struct.Struct("<4sLQL")  # 4.3.15
_END64 = struct.Struct("<4sQ2H2L4Q")  # 4.3.14
_ENTRY = struct.Struct("<4s6H3L5H2L")  # 4.3.12, central directory header
_LOCAL = struct.Struct("<4s5H3L2H")  # 4.3.7
_ENCRYPTED = 0x1
_UTF8 = 0x800
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_ZIP64_EXTRA = 1  # 4.5.3
_CHUNK = 1 << 18


class Member(msgspec.Struct, frozen=True, gc=False):
    """One file of an archive, as its central directory tells; ``offset`` is the local header's, in the stream."""

    name: str
    method: int
    compressed: int
    size: int
    offset: int
    encrypted: bool = False


class Archive:
    """The archive that ends at ``end`` of ``stream`` and begins not before ``start`` (bytes)."""

    def __init__(self, stream: BinaryIO, start: int, end: int) -> None:
        self.stream = stream
        self.start = start
        self.end = end

    def members(self, limits: Limits, most: int) -> list[Member]:
        """All members, folders excepted. Raises ``Unreadable`` for what is no zip archive, ``LimitExceeded`` for more
        than ``most`` members or a central directory past ``limits.text``."""
        count, size, offset, at = self._end_record()
        if count > most or size > limits.text:
            raise LimitExceeded(f"archive of {count} members with a directory of {size} bytes: more than we read")
        # Offsets count from the archive's first byte, which is where the directory's true place says it is.
        base = at - size - offset
        if base < self.start:
            raise Unreadable("zip directory lies outside of the archive")
        directory = self._read(at - size, size)
        found = list(_entries(directory, base, most))
        if len(found) > most:
            raise LimitExceeded(f"archive of more than {most} members")
        return [member for member in found if not member.name.endswith("/")]

    def read(self, member: Member, most: int) -> bytes:
        """The member's bytes. Raises ``LimitExceeded`` past ``most`` bytes, ``Unreadable`` for corrupt ones."""
        return b"".join(self._chunks(member, most))

    def nested(self, member: Member, most: int, limits: Limits) -> Archive:
        """The member as an archive: in place where it is stored, else inflated to memory or, past
        ``limits.in_memory``, to an unlinked temporary file. Raises as ``read``."""
        if member.method == STORED:
            at = self._data(member)
            return Archive(self.stream, at, at + member.compressed)
        target: BinaryIO
        if member.size <= limits.in_memory:
            data = self.read(member, min(most, limits.in_memory))
            return Archive(BytesIO(data), 0, len(data))
        target = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it with the archive
        size = 0
        for chunk in self._chunks(member, most):
            size += target.write(chunk)
        return Archive(target, 0, size)

    def _end_record(self) -> tuple[int, int, int, int]:
        """Members, the directory's size and offset as written, and the place in the stream where it ends."""
        window = min(self.end - self.start, _END.size + _FULL16)
        tail = self._read(self.end - window, window)
        found = tail.rfind(b"PK\x05\x06", 0, len(tail) - _END.size + 4) if len(tail) >= _END.size else -1
        if found < 0:
            raise Unreadable("no zip archive: no end of central directory")
        _, _, _, _, count, size, offset, _ = _END.unpack_from(tail, found)
        at = self.end - window + found
        if _FULL16 in (count,) or _FULL32 in (size, offset):
            return self._end_record64(at) or (count, size, offset, at)
        return count, size, offset, at

    def _end_record64(self, at: int) -> tuple[int, int, int, int] | None:
        place = at - _END64_LOCATOR.size
        if place < self.start:
            return None
        magic, _, _, _ = _END64_LOCATOR.unpack(self._read(place, _END64_LOCATOR.size))
        at = place - _END64.size  # without the extensible data sector, which nobody writes
        if magic != b"PK\x06\x07" or at < self.start:
            return None
        magic, _, _, _, _, _, _, count, size, offset = _END64.unpack(self._read(at, _END64.size))
        if magic != b"PK\x06\x06":
            raise Unreadable("zip archive with a ZIP64 record of an unknown kind")
        return count, size, offset, at

    def _data(self, member: Member) -> int:
        """Where the member's bytes begin: the local header's lengths differ from the directory's."""
        if member.encrypted:
            raise Unreadable(f"zip member {member.name[:256]!r} is encrypted")
        header = self._read(member.offset, _LOCAL.size)
        fields = _LOCAL.unpack(header)
        at = member.offset + _LOCAL.size + int(fields[9]) + int(fields[10])
        if fields[0] != b"PK\x03\x04" or at + member.compressed > self.end:
            raise Unreadable(f"zip member {member.name[:256]!r} is not where the directory says")
        return at

    def _chunks(self, member: Member, most: int) -> Iterator[bytes]:
        at, left, out = self._data(member), member.compressed, 0
        if member.method not in (STORED, DEFLATED):
            raise Unreadable(f"zip member {member.name[:256]!r} has compression method {member.method}")
        inflate = isal_zlib.decompressobj(-15) if member.method == DEFLATED else None
        while left and not (inflate and inflate.eof):
            chunk = self._read(at, min(left, _CHUNK))
            at, left = at + len(chunk), left - len(chunk)
            try:
                data = inflate.decompress(chunk, most - out + 1) if inflate else chunk
            except isal_zlib.error as error:
                raise Unreadable(f"zip member {member.name[:256]!r} is corrupt: {error}") from error
            out += len(data)
            if out > most:
                raise LimitExceeded(f"zip member {member.name[:256]!r} is larger than {most} bytes")
            yield data
        if inflate and not inflate.eof:
            raise Unreadable(f"zip member {member.name[:256]!r} is truncated")

    def _read(self, at: int, size: int) -> bytes:
        if at < self.start or at + size > self.end:
            raise Unreadable("zip record lies outside of the archive")
        self.stream.seek(at)
        data = self.stream.read(size)
        if len(data) != size:
            raise Unreadable("zip archive is truncated")
        return data


def _entries(directory: bytes, base: int, most: int) -> Iterator[Member]:
    """The members of a central directory, at most ``most`` + 1; ends where the next header would begin otherwise."""
    at, end, unpack = 0, len(directory) - _ENTRY.size, _ENTRY.unpack_from
    while at <= end and most >= 0:
        (magic, _, _, flags, method, _, _, _, packed, size, name_size, extra, comment, _, _, _, offset) = unpack(
            directory, at
        )
        if magic != b"PK\x01\x02":
            raise Unreadable("zip directory is corrupt")
        at += _ENTRY.size
        name = directory[at : at + name_size]
        at += name_size
        if _FULL32 in (packed, size, offset):
            packed, size, offset = _wide(directory[at : at + extra], packed, size, offset)
        at += extra + comment
        most -= 1
        text = name.decode("utf-8" if flags & _UTF8 else "utf-8", "replace")
        yield Member(text, method, packed, size, base + offset, bool(flags & _ENCRYPTED))


def _wide(extra: bytes, packed: int, size: int, offset: int) -> tuple[int, int, int]:
    """The 64-bit values of those fields that are full (4.5.3), in the order size, packed, offset."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        field, at = extra[at + 4 : at + 4 + length], at + 4 + length
        if kind == _ZIP64_EXTRA:
            values = iter(struct.unpack_from(f"<{len(field) // 8}Q", field))
            size = next(values, size) if size == _FULL32 else size
            packed = next(values, packed) if packed == _FULL32 else packed
            offset = next(values, offset) if offset == _FULL32 else offset
    return packed, size, offset
