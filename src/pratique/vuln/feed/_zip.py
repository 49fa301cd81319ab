"""An ``all.zip`` in, its members' bytes out, one at a time. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT

The directory is read by ``zipfile``; members are inflated here, for ``zipfile`` takes longer to open than to read one.
"""

from __future__ import annotations

import mmap
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import Limits

_LOCAL = struct.Struct("<4s22xHH")  # APPNOTE 4.3.7: signature … file name length, extra field length
_ENCRYPTED = 0x1


class Member(msgspec.Struct, frozen=True):
    """A member's name and bytes; ``data`` is None where it could not be read and ``why`` says so."""

    name: str
    data: bytes | None
    why: str = ""


class Archive:
    """An open archive of records. Raises ``Unreadable`` for a file that is no zip archive, ``LimitExceeded`` past the
    bounds on its size and its number of members."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        try:
            if path.stat().st_size > limits.feed_archive:
                raise LimitExceeded(f"{str(path)!r} is larger than feed_archive, {limits.feed_archive} bytes")
            with zipfile.ZipFile(path) as archive:
                self._infos = [info for info in archive.infolist() if info.filename.endswith(".json")]
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise Unreadable(f"{str(path)!r} is no zip archive: {error}") from error
        except OSError as error:
            raise Unreadable(f"cannot read {str(path)!r}: {error.strerror or error}") from error
        if len(self._infos) > limits.feed_records:
            raise LimitExceeded(
                f"{str(path)!r} holds {len(self._infos)} records, feed_records is {limits.feed_records}"
            )

    def __len__(self) -> int:
        return len(self._infos)

    def __iter__(self) -> Iterator[Member]:
        for info in self._infos:
            try:
                yield Member(info.filename, self._inflate(info))
            except ValueError as error:
                yield Member(info.filename, None, str(error))

    def close(self) -> None:
        """Give the mapping back."""
        self._bytes.close()

    def _inflate(self, info: zipfile.ZipInfo) -> bytes:
        if info.file_size > self._limits.feed_record:
            raise ValueError(f"it is larger than feed_record, {self._limits.feed_record} bytes")
        if info.flag_bits & _ENCRYPTED or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError("it is encrypted or compressed by an unknown method")
        try:
            signature, name, extra = _LOCAL.unpack_from(self._bytes, info.header_offset)
        except struct.error as error:
            raise ValueError("its header lies outside the archive") from error
        start = info.header_offset + 30 + name + extra
        data = self._bytes[start : start + info.compress_size]
        if info.compress_type == zipfile.ZIP_DEFLATED:
            data = _inflate(data, info.file_size)
        if signature != b"PK\3\4" or len(data) != info.file_size or zlib.crc32(data) != info.CRC:
            raise ValueError("its bytes are not those that the directory names")
        return data


def _inflate(data: bytes, size: int) -> bytes:
    try:
        return zlib.decompressobj(-15).decompress(data, size + 1)
    except zlib.error as error:
        raise ValueError(f"it cannot be inflated: {error}") from error
