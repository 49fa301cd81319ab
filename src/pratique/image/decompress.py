"""A blob's stream in; its uncompressed bytes, in chunks of bounded size, and the digest over the blob, out.

gzip: RFC 1952 (https://www.rfc-editor.org/rfc/rfc1952), inflated by ISA-L; zstd: RFC 8878
(https://www.rfc-editor.org/rfc/rfc8878). Layers may be either or neither (image-spec, layer.md), whatever their media
type says: the first bytes tell.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO

import zstandard
from isal import igzip_lib

from pratique.errors import LimitExceeded, Unreadable
from pratique.image.zstd_frames import Frames
from pratique.limits import Limits

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_INPUT = 256 << 10  # bytes; this and the next are among the fastest of those tried (docs/adr/0003)
_OUTPUT = 512 << 10
_GZIP = b"\x1f\x8b"
_ZSTD_WINDOW = 128 << 20  # bytes; what the zstd tool itself allows without --long
_GZIP_HEADER = 1 << 20
_UNREAD = {b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"PK\x03\x04": "zip"}


class Blob:
    """Reads a blob once. ``size`` bytes of it have been read, ``plain_size`` came out; ``compression`` is gzip, zstd or
    "" for none, known once the first chunk is there."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self._hash = hashlib.sha256()
        self.size = 0
        self.plain_size = 0
        self.compression = ""

    def chunks(self) -> Iterator[bytes]:
        """The uncompressed bytes. Raises ``Unreadable`` for what is corrupt or breaks off, and ``LimitExceeded`` past a
        size or ratio."""
        limits = self._limits
        for chunk in self._inflated():
            self.plain_size += len(chunk)
            if self.plain_size > limits.ratio_floor and self.plain_size > limits.ratio * self.size:
                raise LimitExceeded(f"more than limits.ratio = {limits.ratio} bytes out for each byte in")
            if self.plain_size > limits.layer_size:
                raise LimitExceeded(f"more uncompressed bytes than limits.layer_size = {limits.layer_size}")
            yield chunk

    def drain(self) -> str:
        """Reads the rest of the blob without inflating it; the digest ("sha256:…") over all of its bytes."""
        while self._read():
            pass
        return "sha256:" + self._hash.hexdigest()

    def _read(self) -> bytes:
        """The next bytes of the blob, hashed and counted; b"" at its end."""
        data = self._stream.read(_INPUT)
        self._hash.update(data)
        self.size += len(data)
        if self.size > self._limits.layer_compressed:
            raise LimitExceeded(f"the blob is larger than limits.layer_compressed = {self._limits.layer_compressed}")
        return data

    def _inflated(self) -> Iterator[bytes]:
        start = self._start()
        if start.startswith(_GZIP):
            self.compression = "gzip"
            yield from self._gzip(start)
        elif Frames.begins(start):
            self.compression = "zstd"
            yield from self._zstd(start)
        else:
            for magic, name in _UNREAD.items():
                if start.startswith(magic):
                    raise Unreadable(f"a layer compressed with {name}: image-spec knows gzip, zstd and plain tars")
            yield from self._plain(start)

    def _start(self) -> bytes:
        """The first bytes, enough to tell the format by."""
        start = b""
        while len(start) < 8 and (data := self._read()):
            start += data
        if not start:
            raise Unreadable("the blob is empty")
        return start

    def _plain(self, data: bytes) -> Iterator[bytes]:
        while data:
            yield data
            data = self._read()

    def _gzip(self, data: bytes) -> Iterator[bytes]:
        """Members one after another (RFC 1952, section 2.2); zeros may follow the last, as gzip itself accepts."""
        while data:
            data = self._gzip_header(data)
            # ISA-L misreads header checksums that are split over two calls, so it is given the deflate data only.
            inflate = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP_NO_HDR_VER)
            while True:
                try:
                    chunk = inflate.decompress(data, _OUTPUT)
                except igzip_lib.error as error:  # type: ignore[misc]  # the stubs declare an instance
                    raise Unreadable(f"corrupt gzip data before byte {self.size}: {error}") from error
                if chunk:
                    yield chunk
                if inflate.eof:
                    break
                data = self._expect("gzip") if inflate.needs_input else b""
            data = self._padding(inflate.unused_data)

    def _padding(self, data: bytes) -> bytes:
        """What follows a member: the next one, or nothing."""
        data = data.lstrip(b"\0")
        while not data and (more := self._read()):
            data = more.lstrip(b"\0")
        return data

    def _gzip_header(self, data: bytes) -> bytes:
        """What follows the member's header (RFC 1952, section 2.3)."""
        while (end := _header_end(data)) < 0:
            if len(data) > _GZIP_HEADER:
                raise Unreadable(f"a gzip header of more than {_GZIP_HEADER} bytes")
            data += self._expect("gzip")
        return data[end:]

    def _expect(self, name: str) -> bytes:
        data = self._read()
        if not data:
            raise Unreadable(f"the {name} data breaks off after {self.size} bytes")
        return data

    def _zstd(self, data: bytes) -> Iterator[bytes]:
        """Frames one after another, skippable ones too. The library reads a frame that breaks off as if it ended there,
        so the frames are followed beside it."""
        source = _Followed(data, self._read)
        unpack = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        reader = unpack.stream_reader(io.BufferedReader(source, _INPUT), read_size=_INPUT, read_across_frames=True)
        try:
            while chunk := reader.read(_OUTPUT):
                yield chunk
        except zstandard.ZstdError as error:
            raise Unreadable(f"corrupt zstd data before byte {self.size}: {error}") from error
        if not source.frames.complete:
            raise Unreadable(f"the zstd data breaks off after {self.size} bytes")


class _Followed(io.RawIOBase):
    """The blob as the source of the zstd library: what it hands on is followed frame by frame."""

    def __init__(self, start: bytes, read: Callable[[], bytes]) -> None:
        self._rest = memoryview(start)
        self._blob = read
        self.frames = Frames()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        target = memoryview(buffer).cast("B")
        data = self._rest or memoryview(self._blob())
        count = min(len(data), len(target))
        target[:count] = data[:count]
        self._rest = data[count:]
        self.frames.follow(data[:count])
        return count


def _header_end(data: bytes) -> int:
    """The length of the gzip header that ``data`` begins with; -1 if it goes on. Raises ``Unreadable`` for none."""
    if not _GZIP.startswith(data[:2]) or data[2:3] not in (b"", b"\x08"):
        raise Unreadable(f"no gzip member where one should begin, but {data[:4]!r}")
    if len(data) < 10:
        return -1
    flags, end = data[3], 10
    if flags & 4:  # FEXTRA
        if len(data) < end + 2:
            return -1
        end += 2 + int.from_bytes(data[end : end + 2], "little")
    for flag in (8, 16):  # FNAME, FCOMMENT
        if flags & flag:
            found = data.find(b"\0", end)
            if found < 0:
                return -1
            end = found + 1
    end += 2 if flags & 2 else 0  # FHCRC
    return end if end <= len(data) else -1
