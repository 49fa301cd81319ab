"""A vendor's archive of documents in (a tar, packed by zstd, bzip2 or not at all), its files out, in one pass.

POSIX ustar and pax: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html, GNU's long names:
https://www.gnu.org/software/tar/manual/html_node/Standard.html. Names are labels here: nothing is written under one.
``tarfile`` takes a header that is damaged for the end, so that a broken archive would pass for a short one.
"""

from __future__ import annotations

import bz2
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import msgspec
import zstandard

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import Limits
from pratique.vuln.bulletin import Unread

_BLOCK = 512
_ZEROS = bytes(_BLOCK)
_CHUNK = 1 << 20  # bytes passed over at a time
_WINDOW = 128 << 20  # what the zstd tool itself allows without --long
_FILES = b"\0" + b"07"
_PAX, _LONG_NAME = b"xL"


class Member(msgspec.Struct, frozen=True):
    """A regular file of an archive: its name as it stands there, and its bytes."""

    name: str
    data: bytes


def members(path: Path, wanted: Callable[[str], bool], limits: Limits) -> Iterator[Member | Unread]:
    """The regular files whose names are wanted. What is damaged, breaks off or is too large is told of, and ends it
    where the rest cannot be found. Raises ``Unreadable`` where the file cannot be opened at all."""
    try:
        with _unpacked(path) as stream:
            yield from _members(_Source(stream, limits), path.name, wanted, limits)
    except (EOFError, zstandard.ZstdError, ValueError) as error:
        yield Unread(path.name, f"the archive is damaged: {error}")
    except (Unreadable, LimitExceeded) as error:
        yield Unread(path.name, str(error))
    except OSError as error:
        yield Unread(path.name, f"the archive cannot be read: {error.strerror or error}")


def _unpacked(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        magic = file.read(6)
    if magic.startswith(b"\x28\xb5\x2f\xfd"):
        unpack = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        packed = path.open("rb")
        return io.BufferedReader(unpack.stream_reader(packed, read_across_frames=True), _CHUNK)
    if magic.startswith(b"BZh"):
        return bz2.open(path, "rb")
    return path.open("rb")


class _Source:
    """The unpacked bytes, counted."""

    def __init__(self, stream: IO[bytes], limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self._left = limits.csaf_archive

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes, fewer at the end. Raises ``LimitExceeded``."""
        self._left -= size
        if self._left < 0:
            raise LimitExceeded(f"the archive holds more than csaf_archive, {self._limits.csaf_archive} bytes")
        return self._stream.read(size)

    def exactly(self, size: int) -> bytes:
        """The next ``size`` bytes. Raises ``Unreadable`` where there are fewer."""
        data = self.take(size)
        if len(data) < size:
            raise Unreadable("the archive breaks off within a file")
        return data

    def skip(self, size: int) -> None:
        """Passes over ``size`` bytes."""
        while size:
            step = min(size, _CHUNK)
            self.exactly(step)
            size -= step


def _members(source: _Source, where: str, wanted: Callable[[str], bool], limits: Limits) -> Iterator[Member | Unread]:
    name = ""
    for count in range(limits.feed_records):
        block = source.take(_BLOCK)
        if block == _ZEROS:
            return
        if len(block) < _BLOCK:
            raise Unreadable(f"the archive breaks off after {count} headers")
        flag, size = _header(block)
        padding = -size % _BLOCK
        if flag in (_PAX, _LONG_NAME):
            if size > limits.pax_header:
                raise LimitExceeded(f"a tar header of {size} bytes, pax_header is {limits.pax_header}")
            name = _longer(flag, source.exactly(size + padding)[:size], name)
            continue
        own, name = name or _name(block), ""
        if flag not in _FILES or not wanted(own):
            source.skip(size + padding)
        elif size > limits.csaf_document:
            yield Unread(f"{where}:{own[:200]}", f"it is larger than csaf_document, {limits.csaf_document} bytes")
            source.skip(size + padding)
        else:
            yield Member(own, source.exactly(size))
            source.skip(padding)
    raise LimitExceeded(f"the archive has more files than feed_records, {limits.feed_records}")


def _header(block: bytes) -> tuple[int, int]:
    """The type and size of a header, which is none unless its checksum is right (the field itself taken as spaces)."""
    try:
        stated = int(block[148:156].strip(b"\0 ") or b"0", 8)
    except ValueError:
        stated = -1
    if stated != sum(block) - sum(block[148:156]) + 8 * 32:
        raise Unreadable("the archive has a damaged header")
    field = block[124:136]
    if field[0] & 0x80:  # base-256, GNU's for what octal digits cannot say
        return block[156], int.from_bytes(bytes([field[0] & 0x3F]) + field[1:], "big")
    digits = field.strip(b"\0 ")
    if digits.strip(b"01234567"):
        raise Unreadable("the archive has a header with a damaged size")
    return block[156], int(digits or b"0", 8)


def _name(block: bytes) -> str:
    name = block[:100].partition(b"\0")[0]
    prefix = block[345:500].partition(b"\0")[0] if block[257:263] == b"ustar\0" else b""
    return (prefix + b"/" + name if prefix else name).decode("utf-8", "backslashreplace")


def _longer(flag: int, data: bytes, name: str) -> str:
    """The name that an extended header gives the next file; the one that is known already where it gives none."""
    if flag == _LONG_NAME:
        return data.partition(b"\0")[0].decode("utf-8", "backslashreplace")
    at = 0
    while at < len(data):
        digits = data[at : at + 20].partition(b" ")[0]
        length = int(digits) if digits.isdigit() else 0
        key, _, value = data[at + len(digits) + 1 : at + length - 1].partition(b"=")
        if length <= len(digits) + 2 or at + length > len(data):
            raise Unreadable("the archive has a damaged pax header")
        if key == b"path":
            name = value.decode("utf-8", "backslashreplace")
        elif key == b"size":
            raise Unreadable("the archive has a file larger than a header can say")
        at += length
    return name
