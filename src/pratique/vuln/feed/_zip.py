"""An ``all.zip`` in, its members' bytes out, a slice of its directory at a time, so that several processes may share
it.

https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT. ``zipfile`` takes 10 µs to read a member's entry of the
directory, and longer to open a member than to inflate one.
"""

from __future__ import annotations

import contextlib
import mmap
import struct
from collections.abc import Iterator
from pathlib import Path

import msgspec
from isal import igzip_lib, isal_zlib

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import Limits

_END = struct.Struct("<4s6xHIIH")  # APPNOTE 4.3.16: entries, size and offset of the directory, length of the comment
_LOCATOR = struct.Struct("<4s4xQ4x")  # 4.3.15
_END64 = struct.Struct("<4s28xQQQ")  # 4.3.14: entries, size and offset of the directory
_ENTRY = struct.Struct("<8xHH4xIIIHHH8xI")  # 4.3.12: flags … lengths of name, extra field and comment, offset
_EXTENT = struct.Struct("<4s16xI4xHHH")  # of these the signature, the compressed size and the lengths
_LOCAL = struct.Struct("<4s22xHH")  # 4.3.7: signature … lengths of name and extra field
_LONGEST_COMMENT = 0xFFFF
_NARROW = 0xFFFFFFFF  # stands where a value does not fit
_ENCRYPTED, _UTF8 = 0x1, 0x800
_STORED, _DEFLATED = 0, 8
_RECORD = b".json"


class Member(msgspec.Struct, frozen=True):
    """A member's name and bytes; ``data`` is None where it could not be read and ``why`` says so."""

    name: str
    data: bytes | None
    why: str = ""


class Slice(msgspec.Struct, frozen=True, array_like=True):
    """A part of the directory: the place of its first member, how many records it names, and its bytes in the file."""

    first: int
    count: int
    begin: int
    end: int


def slices(path: Path, limits: Limits, size: int) -> list[Slice]:
    """Parts of the archive of about so many compressed bytes. Raises ``Unreadable`` for a file that is no zip archive,
    ``LimitExceeded`` past the bounds on its size and its number of records."""
    with _mapped(path, limits) as data:
        try:
            found = list(_cut(data, size))
        except (struct.error, ValueError) as error:
            raise Unreadable(f"{str(path)!r} is no zip archive: {error}") from error
    count = sum(each.count for each in found)
    if count > limits.feed_records:
        raise LimitExceeded(f"{str(path)!r} holds {count} records, feed_records is {limits.feed_records}")
    return found


def members(path: Path, part: Slice, limits: Limits) -> Iterator[Member]:
    """The records of a slice: files whose names end in ``.json``."""
    with _mapped(path, limits) as data:
        at = part.begin
        while at < part.end:
            flags, method, crc, compressed, size, length, extra, comment, offset = _ENTRY.unpack_from(data, at)
            start = at + _HEAD
            name = data[start : start + length]
            at = start + length + extra + comment
            if not name.endswith(_RECORD):
                continue
            text = name.decode("utf-8" if flags & _UTF8 or name.isascii() else "cp437", "replace")
            if extra and _NARROW in (size, compressed, offset):
                size, compressed, offset = _wide(data[start + length : at - comment], size, compressed, offset)
            try:
                yield Member(text, _read(data, _Entry(flags, method, crc, compressed, size, offset), limits))
            except ValueError as error:
                yield Member(text, None, str(error))


@contextlib.contextmanager
def _mapped(path: Path, limits: Limits) -> Iterator[mmap.mmap]:
    try:
        with path.open("rb") as file:
            if path.stat().st_size > limits.feed_archive:
                raise LimitExceeded(f"{str(path)!r} is larger than feed_archive, {limits.feed_archive} bytes")
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError as error:
        raise Unreadable(f"{str(path)!r} is no zip archive: {error}") from error
    except OSError as error:
        raise Unreadable(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    with data:
        yield data


def _cut(data: mmap.mmap, size: int) -> Iterator[Slice]:
    count, start, end = _directory(data)
    at = begin = start
    seen = first = records = 0
    weight = 0
    while at < end:
        signature, compressed, name, extra, comment = _EXTENT.unpack_from(data, at)
        if signature != b"PK\1\2":
            raise ValueError("its directory is damaged")
        at += _HEAD + name
        if data[at - 5 : at] == _RECORD:
            records += 1
        at += extra + comment
        seen += 1
        weight += compressed
        if weight >= size or at >= end:
            yield Slice(first, records, begin, at)
            begin, first, records, weight = at, seen, 0, 0
    if at != end or seen & 0xFFFF != count & 0xFFFF:
        raise ValueError(f"its directory holds {seen} members, its end says {count}")


_HEAD = 46  # bytes of a directory's entry before its name


def _directory(data: mmap.mmap) -> tuple[int, int, int]:
    """How many entries the directory has, where it begins and where it ends."""
    at = data.rfind(b"PK\5\6", max(0, len(data) - _LONGEST_COMMENT - _END.size))
    if at < 0:
        raise ValueError("it has no end of a directory")
    _, count, size, offset, comment = _END.unpack_from(data, at)
    if at + _END.size + comment > len(data):
        raise ValueError("it is truncated")
    if count == 0xFFFF or 0xFFFFFFFF in (size, offset):
        count, size, offset = _end64(data, at - _LOCATOR.size, count, size, offset)
    if offset + size > at:
        raise ValueError("its directory lies outside the file")
    return count, offset, offset + size


def _end64(data: mmap.mmap, at: int, count: int, size: int, offset: int) -> tuple[int, int, int]:
    if at < 0 or data[at : at + 4] != b"PK\6\7":
        return count, size, offset
    signature, count, size, offset = _END64.unpack_from(data, _LOCATOR.unpack_from(data, at)[1])
    if signature != b"PK\6\6":
        raise ValueError("its end is damaged")
    return count, size, offset


class _Entry(msgspec.Struct, frozen=True, gc=False):
    """What the directory says of a member's bytes."""

    flags: int
    method: int
    crc: int
    compressed: int
    size: int
    offset: int


def _wide(extra: bytes, *values: int) -> list[int]:
    """The extra field of large archives (4.5.3): those of the values that did not fit, in this order."""
    at, found = 0, list(values)
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            wide = struct.iter_unpack("<Q", extra[at + 4 : at + 4 + length // 8 * 8])
            found = [next(wide, (value,))[0] if value == _NARROW else value for value in found]
        at += 4 + length
    return found


def _read(data: mmap.mmap, entry: _Entry, limits: Limits) -> bytes:
    if entry.size > limits.feed_record:
        raise ValueError(f"it is larger than feed_record, {limits.feed_record} bytes")
    if entry.flags & _ENCRYPTED or entry.method not in (_STORED, _DEFLATED):
        raise ValueError("it is encrypted or compressed by an unknown method")
    try:
        signature, name, extra = _LOCAL.unpack_from(data, entry.offset)
    except struct.error as error:
        raise ValueError("its header lies outside the archive") from error
    start = entry.offset + 30 + name + extra
    content = data[start : start + entry.compressed]
    if entry.method == _DEFLATED:
        content = _inflate(content, entry.size)
    if signature != b"PK\3\4" or len(content) != entry.size or isal_zlib.crc32(content) != entry.crc:
        raise ValueError("its bytes are not those that the directory names")
    return content


def _inflate(data: bytes, size: int) -> bytes:
    try:
        return igzip_lib.IgzipDecompressor(igzip_lib.DECOMP_DEFLATE).decompress(data, size + 1)
    except igzip_lib.error as error:  # type: ignore[misc]  # the stubs declare an instance
        raise ValueError(f"it cannot be inflated: {error}") from error
