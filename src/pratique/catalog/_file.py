"""The body of an entry in, a ``plugins.File`` out: in memory, or past ``limits.in_memory`` in a temporary file.

The temporary file is never under a name where the system can do that (open(2), O_TMPFILE), else unlinked at once.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO, TYPE_CHECKING, BinaryIO, Protocol

from pratique.errors import LimitExceeded, StorageError
from pratique.limits import Limits
from pratique.model import Kind

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BUFFER = 64 << 10


class Body(Protocol):
    """The bytes of an entry, as ``image`` reads them."""

    def peek(self, count: int) -> bytes:
        """The first bytes, at most ``count``, without consuming them."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """All bytes, in pieces, once."""
        ...


class Entry(Protocol):
    """One entry of a layer, as ``image`` reads it."""

    @property
    def path(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def mode(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def target(self) -> str: ...
    @property
    def body(self) -> Body: ...


class ReadFile:
    """A ``plugins.File`` whose bytes have been read, or its head alone; ``named`` gives the same bytes another path.
    Close it."""

    def __init__(
        self, path: str, mode: int, size: int, limits: Limits, data: bytes, spool: IO[bytes] | None, cut: bool = False
    ) -> None:
        self.path = path
        self.mode = mode
        self.size = size
        self._limits = limits
        self._data = data
        self._spool = spool
        self._cut = cut

    def read(self) -> bytes:
        """As ``plugins.File`` says."""
        if self.size > self._limits.text and not self._cut:
            raise LimitExceeded(f"{self.size} bytes; limits.text is {self._limits.text}")
        with self.open() as stream:
            return stream.read()

    def open(self) -> BinaryIO:
        """As ``plugins.File`` says."""
        if self.size > self._limits.file and not self._cut:
            raise LimitExceeded(f"{self.size} bytes; limits.file is {self._limits.file}")
        if self._spool is None:
            return io.BytesIO(self._data)
        return io.BufferedReader(_Positioned(self._spool.fileno(), self.size), _BUFFER)

    def named(self, path: str) -> ReadFile:
        """The same bytes under another path."""
        return ReadFile(path, self.mode, self.size, self._limits, self._data, self._spool, self._cut)

    def close(self) -> None:
        """Gives the bytes back."""
        if self._spool is not None:
            self._spool.close()


class _Positioned(io.RawIOBase):
    """A view of an open file with a position of its own (pread(2)); closing it leaves the file open."""

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor, self._size, self._position = descriptor, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        position = offset + (0, self._position, self._size)[whence]
        if position < 0:
            raise ValueError(f"negative position {position}")
        self._position = position
        return position

    def readinto(self, buffer: WriteableBuffer) -> int:
        count = os.preadv(self._descriptor, [buffer], self._position)
        self._position += count
        return count


def read_file(entry: Entry, limits: Limits, head: int = 0) -> ReadFile:
    """Reads the entry's body, or of a longer one the first ``head`` bytes where that is not 0; one larger than
    ``limits.file`` is not read, and only asking for its bytes fails. Raises ``Unreadable`` when the layer breaks off
    and ``StorageError`` when there is no room for a temporary file."""
    if 0 < head < entry.size:
        return ReadFile(entry.path, entry.mode, entry.size, limits, _head(entry, head), None, cut=True)
    if entry.size > limits.file:
        return ReadFile(entry.path, entry.mode, entry.size, limits, b"", None)
    if entry.size > limits.in_memory:
        spool, size = _spool(entry, limits)
        return ReadFile(entry.path, entry.mode, size, limits, b"", spool)
    data = _data(entry)
    return ReadFile(entry.path, entry.mode, len(data), limits, data, None)


def _head(entry: Entry, most: int) -> bytes:
    gathered = io.BytesIO()
    for piece in entry.body.chunks():
        gathered.write(piece[: most - gathered.tell()])
        if gathered.tell() == most:
            break
    return gathered.getvalue()


def _data(entry: Entry) -> bytes:
    pieces = entry.body.chunks()
    first = next(pieces, b"")
    if len(first) == entry.size:
        return first
    gathered = io.BytesIO()  # hands its buffer out uncopied, which joining pieces does not
    gathered.write(first)
    for piece in pieces:
        gathered.write(piece)
    return gathered.getvalue()


def _spool(entry: Entry, limits: Limits) -> tuple[IO[bytes], int]:
    import tempfile  # 5 ms, which most images need not pay

    size = 0
    with ExitStack() as stack:
        try:
            spool = stack.enter_context(tempfile.TemporaryFile())
            for piece in entry.body.chunks():
                size += len(piece)
                if size > limits.file:
                    raise LimitExceeded(f"more than {size} bytes; limits.file is {limits.file}")
                spool.write(piece)
            spool.flush()
        except OSError as error:
            raise StorageError(f"no room for a temporary file of {entry.size} bytes: {error.strerror}") from error
        stack.pop_all()  # the file lives on
    return spool, size
