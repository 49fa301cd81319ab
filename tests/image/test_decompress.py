"""Inflating blobs: what gzip and zstd write, in any pieces, and what is corrupt, cut off or a bomb."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import struct
import zlib
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from images import gzip_bytes, zstd_bytes
from pratique.errors import LimitExceeded, Unreadable
from pratique.image.decompress import Blob
from pratique.limits import DEFAULT, MIB, Limits

TEXT = b"".join(b"%d\n" % (number * number) for number in range(200_000))


class Slow(io.RawIOBase):
    """A stream that gives few bytes at a time, as sockets do."""

    def __init__(self, data: bytes, step: int) -> None:
        self._data, self._step, self._at = data, step, 0

    def read(self, count: int = -1) -> bytes:
        found = self._data[self._at : self._at + self._step]
        self._at += len(found)
        return found


def inflate(data: bytes, step: int = 1 << 30, limits: Limits = DEFAULT) -> bytes:
    blob = Blob(Slow(data, step), limits)  # type: ignore[arg-type]
    found = b"".join(blob.chunks())
    assert blob.drain() == "sha256:" + hashlib.sha256(data).hexdigest()
    assert (blob.size, blob.plain_size) == (len(data), len(found))
    return found


def header(flags: int) -> bytes:
    """A gzip header with the fields that ``flags`` announces (RFC 1952, section 2.3.1)."""
    found = b"\x1f\x8b\x08" + bytes([flags]) + b"\0\0\0\0\0\x03"
    found += struct.pack("<H", 5) + b"extra" if flags & 4 else b""
    found += b"n" * 3000 + b"\0" if flags & 8 else b""
    found += b"comment\0" if flags & 16 else b""
    return found + (struct.pack("<H", zlib.crc32(found) & 0xFFFF) if flags & 2 else b"")


@pytest.mark.parametrize("step", [1, 7, 1 << 30])
@pytest.mark.parametrize("flags", [0, 2, 4, 8, 16, 30])
def test_gzip_headers(flags: int, step: int) -> None:
    raw = zlib.compressobj(6, zlib.DEFLATED, -15)
    data = header(flags) + raw.compress(b"content") + raw.flush()
    data += struct.pack("<II", zlib.crc32(b"content"), 7)
    assert inflate(data, step) == b"content"


@given(
    st.lists(st.binary(max_size=4000), min_size=1, max_size=4),
    st.sampled_from(
        [gzip_bytes, zstd_bytes, lambda data: zstandard.ZstdCompressor(write_checksum=True).compress(data)]
    ),
    st.sampled_from([1, 13, 1000, 1 << 20]),
)
@settings(max_examples=80, deadline=None)
def test_members_and_frames_one_after_another(parts: list[bytes], pack: Callable[[bytes], bytes], step: int) -> None:
    assert inflate(b"".join(map(pack, parts)), step) == b"".join(parts)


@pytest.mark.parametrize("level", [1, 6, 9])
def test_gzip_of_every_level(level: int) -> None:
    assert inflate(gzip.compress(TEXT, level), 10_000) == TEXT


@pytest.mark.parametrize("level", [1, 3, 19])
def test_zstd_of_every_level(level: int) -> None:
    assert inflate(zstandard.ZstdCompressor(level=level).compress(TEXT), 10_000) == TEXT


def test_skippable_frames_as_zstd_chunked_has_them() -> None:
    skip = struct.pack("<II", 0x184D2A53, 6) + b"offset"
    assert inflate(skip + zstd_bytes(b"a") + skip + zstd_bytes(b"b") + skip, 3) == b"ab"


def test_zstd_without_content_size() -> None:
    out = io.BytesIO()
    with zstandard.ZstdCompressor().stream_writer(out, closefd=False) as writer:
        writer.write(TEXT)
    assert inflate(out.getvalue(), 5000) == TEXT


def test_plain_bytes_are_passed_on() -> None:
    assert inflate(TEXT, 1000) == TEXT


def test_zeros_after_gzip_are_padding() -> None:
    assert inflate(gzip_bytes(b"x") + bytes(100_000), 1000) == b"x"


@pytest.mark.parametrize("pack", [gzip_bytes, zstd_bytes], ids=["gzip", "zstd"])
def test_garbage_after_the_end(pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Unreadable):
        inflate(pack(b"x") + b"garbage")


def test_nothing_at_all() -> None:
    with pytest.raises(Unreadable, match="empty"):
        inflate(b"")


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress], ids=["bzip2", "xz"])
def test_other_compressions_are_named(pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Unreadable, match=r"bzip2|xz"):
        inflate(pack(b"x"))


@pytest.mark.parametrize("pack", [gzip_bytes, zstd_bytes], ids=["gzip", "zstd"])
def test_cut_off_anywhere(pack: Callable[[bytes], bytes]) -> None:
    data = pack(b"first" * 100) + pack(TEXT[:5000])
    boundary = len(pack(b"first" * 100))
    for cut in range(8, len(data), 17):
        if cut != boundary:
            with pytest.raises(Unreadable, match="breaks off"):
                inflate(data[:cut])


@given(st.integers(10, 4000), st.integers(1, 255))
@settings(max_examples=100, deadline=None)
def test_a_flipped_byte_in_gzip_is_found(at: int, change: int) -> None:
    data = bytearray(gzip_bytes(TEXT[:20_000]))
    data[at % (len(data) - 10) + 10] ^= change
    with pytest.raises(Unreadable):
        inflate(bytes(data))


@pytest.mark.parametrize("pack", [gzip_bytes, zstd_bytes], ids=["gzip", "zstd"])
def test_a_bomb_by_ratio(pack: Callable[[bytes], bytes]) -> None:
    bomb = pack(bytes(20 * MIB))
    with pytest.raises(LimitExceeded, match=r"limits\.ratio = 50"):
        inflate(bomb, limits=Limits(ratio=50, ratio_floor=MIB))
    assert len(inflate(bomb, limits=Limits(ratio=50, ratio_floor=32 * MIB))) == 20 * MIB


def test_chunks_are_bounded_whatever_a_bomb_holds() -> None:
    bomb = b"".join(zstd_bytes(bytes(8 * MIB)) for _ in range(20))
    assert max(map(len, Blob(io.BytesIO(bomb), Limits(ratio=1 << 20)).chunks())) <= MIB


def test_sizes_in_and_out_are_bounded() -> None:
    with pytest.raises(LimitExceeded, match=r"limits\.layer_size"):
        inflate(gzip_bytes(TEXT), limits=Limits(layer_size=100_000))
    with pytest.raises(LimitExceeded, match=r"limits\.layer_compressed"):
        inflate(TEXT, 1000, limits=Limits(layer_compressed=10_000))


def test_a_window_past_128_mib_is_refused() -> None:
    # frame header: no single segment, window descriptor 2^31 (RFC 8878, section 3.1.1.1.2)
    with pytest.raises(Unreadable, match="zstd"):
        inflate(b"\x28\xb5\x2f\xfd\x00" + bytes([21 << 3]) + b"\x01\x00\x00" + bytes(8))


def test_a_gzip_name_without_end() -> None:
    with pytest.raises(Unreadable, match="gzip header"):
        inflate(b"\x1f\x8b\x08\x08\0\0\0\0\0\x03" + b"n" * (2 << 20), 100_000)


def test_the_digest_is_over_all_bytes_after_an_error_too() -> None:
    data = gzip_bytes(TEXT)[:-50] + b"?" * 300_000
    blob = Blob(io.BytesIO(data), DEFAULT)
    with pytest.raises(Unreadable):
        b"".join(blob.chunks())
    assert blob.drain() == "sha256:" + hashlib.sha256(data).hexdigest()
