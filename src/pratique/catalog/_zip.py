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
_ENTRY_SIZE = _ENTRY.size
_ENTRY_MAGIC = 0x02014B50
_LENGTHS = struct.Struct("<L24x3H")  # of the same header: magic, and the lengths of name, extra field and comment
_LONGEST_WANTED = 16
_LOCAL = struct.Struct("<4s5H3L2H")  # 4.3.7
_ENCRYPTED = 0x1
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


class Listing(msgspec.Struct, frozen=True, gc=False):
    """A central directory: the names of all members as written, and the members that were wanted."""

    names: list[bytes]
    members: list[Member]


class Budget:
    """How many members and bytes may still be read of one file and of all archives nested in it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.members = limits.nested_entries
        self.bytes = limits.nested_size

    @property
    def spent(self) -> bool:
        """Whether a bound has been reached: nothing more can be read."""
        return self.members < 0 or self.bytes < 0

    def spend(self, members: int, size: int) -> None:
        """Takes off; raises ``LimitExceeded`` at the bottom."""
        self.members -= members
        self.bytes -= size
        if self.spent:
            bounds = f"nested_entries ({self.limits.nested_entries}) or nested_size ({self.limits.nested_size} bytes)"
            raise LimitExceeded(f"archive holds more than we read: {bounds}")


class Archive:
    """The archive that ends at ``end`` of ``stream`` and begins not before ``start`` (bytes). Each method raises
    ``Unreadable`` for what is no zip archive or corrupt, ``LimitExceeded`` where the budget is spent."""

    def __init__(self, stream: BinaryIO, start: int, end: int, budget: Budget) -> None:
        self.stream = stream
        self.start = start
        self.end = end
        self.budget = budget

    def listing(self, wanted: tuple[bytes, ...]) -> Listing:
        """The directory: all names, and the members whose names end so (lower case, at most 16 bytes each). Raises
        ``Unreadable``, ``LimitExceeded``."""
        size, offset, at = self._end_record()
        if size > self.budget.limits.text:
            raise LimitExceeded(f"zip directory of {size} bytes is larger than limits.text")
        # Offsets count from the archive's first byte, which is where the directory's true place says it is.
        base = at - size - offset
        if base < self.start:
            raise Unreadable("zip directory lies outside of the archive")
        directory = self._read(at - size, size)
        names, places = _names(directory, wanted, self.budget.members)
        self.budget.spend(len(names), 0)
        return Listing(names, [_member(directory, place, base) for place in places])

    def read(self, member: Member, most: int) -> bytes:
        """The member's bytes, the first ``most`` of them where there are more."""
        return b"".join(self._chunks(member, most))

    def nested(self, member: Member) -> Archive:
        """The member as an archive: in place where it is stored, else inflated to memory or, past
        ``limits.in_memory``, to an unlinked temporary file. Close its stream if it is another one."""
        if member.method == STORED:
            at = self._data(member)
            return Archive(self.stream, at, at + member.compressed, self.budget)
        if member.size <= self.budget.limits.in_memory:
            data = self.read(member, self.budget.limits.in_memory)
            return Archive(BytesIO(data), 0, len(data), self.budget)
        target = tempfile.TemporaryFile()  # noqa: SIM115 - closed by who asked
        size = 0
        try:
            for chunk in self._chunks(member, self.budget.bytes + 1):
                size += target.write(chunk)
        except BaseException:
            target.close()
            raise
        return Archive(target, 0, size, self.budget)

    def _end_record(self) -> tuple[int, int, int]:
        """The directory's size and offset as written, and the place in the stream where it ends."""
        for window in (_END.size, _END.size + _FULL16):  # without and with a comment behind it
            window = min(self.end - self.start, window)
            tail = self._read(self.end - window, window)
            found = tail.rfind(b"PK\x05\x06", 0, max(0, len(tail) - _END.size + 4))
            if found >= 0:
                break
        else:
            raise Unreadable("no zip archive: no end of central directory")
        _, _, _, _, count, size, offset, _ = _END.unpack_from(tail, found)
        at = self.end - window + found
        if count == _FULL16 or _FULL32 in (size, offset):
            return self._end_record64(at) or (size, offset, at)
        return size, offset, at

    def _end_record64(self, at: int) -> tuple[int, int, int] | None:
        place = at - _END64_LOCATOR.size
        if place < self.start:
            return None
        magic, _, _, _ = _END64_LOCATOR.unpack(self._read(place, _END64_LOCATOR.size))
        at = place - _END64.size  # without the extensible data sector, which nobody writes
        if magic != b"PK\x06\x07" or at < self.start:
            return None
        magic, _, _, _, _, _, _, _, size, offset = _END64.unpack(self._read(at, _END64.size))
        if magic != b"PK\x06\x06":
            raise Unreadable("zip archive with a ZIP64 record of an unknown kind")
        return size, offset, at

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
        if member.method not in (STORED, DEFLATED):
            raise Unreadable(f"zip member {member.name[:256]!r} has compression method {member.method}")
        at, left, out = self._data(member), member.compressed, 0
        inflate = isal_zlib.decompressobj(-15) if member.method == DEFLATED else None
        pending = b""
        while out < most and (pending or left) and not (inflate and inflate.eof):
            if not pending:
                pending = self._read(at, min(left, _CHUNK))
                at, left = at + len(pending), left - len(pending)
            data, pending = self._inflated(inflate, pending, min(most - out, _CHUNK), member)
            out += len(data)
            self.budget.spend(0, len(data))
            yield data
        if out < most and inflate and not inflate.eof:
            raise Unreadable(f"zip member {member.name[:256]!r} is truncated")

    def _inflated(
        self, inflate: isal_zlib.Decompress | None, data: bytes, most: int, member: Member
    ) -> tuple[bytes, bytes]:
        """At most ``most`` bytes out, and what of ``data`` was not used for them."""
        if inflate is None:
            return data[:most], data[most:]
        try:
            return inflate.decompress(data, most), inflate.unconsumed_tail
        except isal_zlib.error as error:  # type: ignore[misc]  # the stubs declare an instance
            raise Unreadable(f"zip member {member.name[:256]!r} is corrupt: {error}") from error

    def _read(self, at: int, size: int) -> bytes:
        if at < self.start or at + size > self.end:
            raise Unreadable("zip record lies outside of the archive")
        self.budget.spend(0, size)
        self.stream.seek(at)
        data = self.stream.read(size)
        if len(data) != size:
            raise Unreadable("zip archive is truncated")
        return data


def _names(directory: bytes, wanted: tuple[bytes, ...], most: int) -> tuple[list[bytes], list[int]]:
    """The names in a central directory, at most ``most`` + 1, and the places of the headers of those that are wanted.
    An archive has thousands of members and we want a handful: nothing else is decoded here."""
    names: list[bytes] = []
    places: list[int] = []
    at, end, unpack = 0, len(directory) - _ENTRY.size, _LENGTHS.unpack_from
    while at <= end and len(names) <= most:
        magic, length, extra, comment = unpack(directory, at)
        if magic != _ENTRY_MAGIC:
            raise Unreadable("zip directory is corrupt")
        begin = at + _ENTRY_SIZE
        begin_extra = begin + length
        name = directory[begin:begin_extra]
        names.append(name)
        if name[-_LONGEST_WANTED:].lower().endswith(wanted):
            places.append(at)
        at = begin_extra + extra + comment
    return names, places


def _member(directory: bytes, at: int, base: int) -> Member:
    """The member whose header is at ``at``; the archive's first byte is at ``base`` of the stream."""
    fields = _ENTRY.unpack_from(directory, at)
    flags, method, packed, size, length, extra, offset = (fields[place] for place in (3, 4, 8, 9, 10, 11, 16))
    at += _ENTRY.size
    # APPNOTE's other encoding is code page 437; jar has always written UTF-8, and what we look for is ASCII.
    name = directory[at : at + length].decode("utf-8", "replace")
    if _FULL32 in (packed, size, offset):
        packed, size, offset = _wide(directory[at + length : at + length + extra], packed, size, offset)
    return Member(name, method, packed, size, base + offset, bool(flags & _ENCRYPTED))


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
