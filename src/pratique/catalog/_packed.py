"""Bytes that gzip, xz, Zstandard or bzip2 packed in, at most so many of what they were out: RFC 1952,
https://tukaani.org/xz/xz-file-format.txt, RFC 8878. Told apart by their first bytes; what none of them packed stays.
"""

from __future__ import annotations

import io

from pratique.errors import LimitExceeded, Unreadable

_XZ_MEMORY = 256 << 20  # bytes that a dictionary may take


def unpacked(data: bytes, most: int) -> bytes:
    """All of it. Raises ``LimitExceeded`` where that is more than ``most`` bytes, ``Unreadable`` for damaged data."""
    found = head(data, most + 1)
    if len(found) > most:
        raise LimitExceeded(f"more than {most} bytes once it is unpacked")
    return found


def head(data: bytes, most: int) -> bytes:
    """The first bytes of it, at most ``most``. Raises ``Unreadable`` for damaged data; data that end too early give
    what there is of them."""
    if data[:2] == b"\x1f\x8b":
        return _gzip(data, most)
    if data[:6] == b"\xfd7zXZ\0":
        return _xz(data, most)
    if data[:4] == b"\x28\xb5\x2f\xfd":
        return _zstd(data, most)
    if data[:3] == b"BZh":
        return _bzip2(data, most)
    return data[:most]


def _gzip(data: bytes, most: int) -> bytes:
    """The members one after another, which is one stream by RFC 1952, section 2.2."""
    import zlib

    found = b""
    try:
        while data and len(found) < most:
            inflater = zlib.decompressobj(31)
            found += inflater.decompress(data, most - len(found))
            data = inflater.unused_data.lstrip(b"\0") if inflater.eof else b""
    except zlib.error as error:
        raise Unreadable(f"damaged gzip data: {error}") from None
    return found


def _xz(data: bytes, most: int) -> bytes:
    import lzma

    try:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, _XZ_MEMORY).decompress(data, most)
    except (lzma.LZMAError, MemoryError) as error:
        raise Unreadable(f"damaged xz data: {error}") from None


def _zstd(data: bytes, most: int) -> bytes:
    import zstandard

    try:
        with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True) as reader:
            return reader.read(most)
    except zstandard.ZstdError as error:
        raise Unreadable(f"damaged Zstandard data: {error}") from None


def _bzip2(data: bytes, most: int) -> bytes:
    import bz2

    try:
        return bz2.BZ2Decompressor().decompress(data, most)
    except OSError as error:
        raise Unreadable(f"damaged bzip2 data: {error}") from None
