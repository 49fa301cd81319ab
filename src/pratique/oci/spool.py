"""A stream in, a file on disk that has no name out: for what arrives once, in order, and is needed at random.

The file is reached as ``/proc/<process>/fd/<number>``, so that worker processes open it too; it is gone with the
process, whatever happens to that. Where a run of bytes is zero a hole is left: a bomb of zeros takes no room.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Protocol

from pratique.errors import LimitExceeded, StorageError, Unreadable
from pratique.limits import Limits

_CHUNK = 1 << 20
_ZEROS = bytes(_CHUNK)
_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"\xfd7zXZ\0": "xz"}


class Reader(Protocol):
    """What has ``read``."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes, none at the end."""
        ...


class Spool:
    """A temporary file without a name; ``close`` gives the room back."""

    def __init__(self) -> None:
        import tempfile  # 5 ms, which most targets need not pay

        try:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 (lives as long as the spool)
        except OSError as error:
            raise StorageError(f"no temporary file can be made: {error.strerror}", hint="set TMPDIR") from error
        self.path = f"/proc/{os.getpid()}/fd/{self._file.fileno()}"
        self.size = 0

    def write(self, data: bytes) -> None:
        """Appends. Raises ``StorageError`` when the disk is full."""
        try:
            if data == _ZEROS:
                self._file.seek(len(data), os.SEEK_CUR)
            else:
                view = memoryview(data)
                while view:
                    view = view[self._file.write(view) :]
        except OSError as error:
            raise _full(error, self.size) from error
        self.size += len(data)

    def fill(self, source: Iterable[bytes], limits: Limits) -> None:
        """Writes all of ``source``. Raises ``StorageError``, ``LimitExceeded``."""
        for data in source:
            self.write(data)
            if self.size > limits.layer_size:
                raise LimitExceeded(f"an archive of more than {limits.layer_size} bytes")
        self.finish()

    def finish(self) -> None:
        """Makes the file as long as what was written, holes at its end included. Raises ``StorageError``."""
        try:
            self._file.truncate(self.size)
        except OSError as error:
            raise _full(error, self.size) from error

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Frees the room, once the last reader is closed."""
        self._file.close()


def compression(head: bytes) -> str:
    """``gzip``, ``zstd``, ``bzip2``, ``xz`` or "", by the first bytes."""
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), "")


def inflated(path: str, stream: BinaryIO, limits: Limits) -> Spool:
    """The whole inflated content of the compressed archive at ``path``. Raises ``Unreadable`` for a corrupt one or one
    that is cut short, ``LimitExceeded``, ``StorageError``."""
    kind = compression(stream.read(6))
    stream.seek(0)
    spool = Spool()
    try:
        spool.fill(_pieces(path, _reader(stream, kind)), limits)
    except BaseException:
        spool.close()
        raise
    return spool


def _pieces(path: str, source: Reader) -> Iterator[bytes]:
    """Translates what the decompressors raise: zlib.error, LZMAError, ZstdError, EOFError share no other ancestor."""
    while True:
        try:
            data = source.read(_CHUNK)
        except Exception as error:
            raise Unreadable(f"{path!r} is corrupt or cut short: {error}") from error
        if not data:
            return
        yield data


def _reader(stream: BinaryIO, kind: str) -> Reader:
    """Imported where needed: most targets are not compressed, and each costs start-up time."""
    if kind == "gzip":
        from isal import igzip

        inflating: Reader = igzip.IGzipFile(fileobj=stream, mode="rb")  # type: ignore[no-untyped-call]
        return inflating
    if kind == "zstd":
        import zstandard

        return zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
    if kind == "bzip2":
        import bz2

        return bz2.BZ2File(stream)
    import lzma

    return lzma.LZMAFile(stream)


def _full(error: OSError, size: int) -> StorageError:
    return StorageError(
        f"the temporary file could not be written past {size} bytes: {error.strerror}",
        hint="free some room, or set TMPDIR to a folder that has it",
    )
