"""Chunks of bytes of any length in; 512-byte blocks, and bodies that can be skipped uncopied, out.

The block structure is that of POSIX ustar: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.errors import PratiqueError, Unreadable

BLOCK = 512


class Stream:
    """A window over the chunks. After ``begin(size)`` the next ``size`` bytes are a body, padded to whole blocks; what
    is not read of it is skipped by the next ``block()``."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._buffer = b""
        self._at = 0
        self._left = 0
        self._padding = 0
        self._failure: PratiqueError | None = None

    def begin(self, size: int) -> None:
        """The next ``size`` bytes are a body."""
        self._left, self._padding = size, -size % BLOCK

    def block(self) -> bytes:
        """The next block after the body; b"" at the end of the chunks. Raises ``Unreadable`` if it ends in between."""
        at = self._at + self._left + self._padding
        self._left = self._padding = 0
        end = at + BLOCK
        if end <= len(self._buffer):
            self._at = end
            return self._buffer[at:end]
        return self._distant(at)

    def _distant(self, at: int) -> bytes:
        """The block that begins ``at`` bytes into the buffer and ends past it."""
        buffer = self._buffer
        while at >= len(buffer):
            at -= len(buffer)
            buffer = self._next()
            if not buffer:
                if at:
                    raise Unreadable("the tar breaks off within a file")
                self._buffer, self._at = b"", 0
                return b""
        while len(buffer) - at < BLOCK:
            more = self._next()
            if not more:
                raise Unreadable("the tar breaks off within a header")
            buffer, at = buffer[at:] + more, 0
        self._buffer, self._at = buffer, at + BLOCK
        return buffer[at : at + BLOCK]

    def window(self) -> tuple[bytes, int]:
        """The buffer, and where in it the block after the body begins; that can be past the buffer's end."""
        return self._buffer, self._at + self._left + self._padding

    def reach(self, at: int) -> tuple[bytes, int]:
        """A window with a whole block at ``at`` and a byte after it, if there are so many. Raises ``Unreadable`` where
        the chunks do."""
        buffer = self._buffer
        while len(buffer) - at <= BLOCK and (more := self._next()):
            buffer, at = (more, at - len(buffer)) if at >= len(buffer) else (buffer[at:] + more, 0)
        self.move(buffer, at)
        return buffer, at

    def move(self, buffer: bytes, at: int) -> None:
        """The next block begins there."""
        self._buffer, self._at = buffer, at
        self._left = self._padding = 0

    def peek(self, count: int) -> bytes:
        """The next bytes of the body, at most ``count``, without consuming them. Raises ``Unreadable``."""
        end = self._at + count
        if count <= self._left and end <= len(self._buffer):
            return self._buffer[self._at : end]
        count = min(count, self._left)
        while len(self._buffer) - self._at < count:
            more = self._more()
            self._buffer, self._at = self._buffer[self._at :] + more, 0
        return self._buffer[self._at : self._at + count]

    def chunks(self) -> Iterator[bytes]:
        """What is left of the body, in pieces. Raises ``Unreadable``."""
        while self._left:
            yield self.piece(self._left)

    def piece(self, most: int) -> bytes:
        """The next bytes of the body: some, at most ``most``; b"" at its end. Raises ``Unreadable``."""
        if self._at == len(self._buffer) and self._left:
            self._buffer, self._at = self._more(), 0
        found = self._buffer[self._at : self._at + min(most, self._left)]
        self._at += len(found)
        self._left -= len(found)
        return found

    def read(self, size: int) -> bytes:
        """Exactly ``size`` bytes of the body. Raises ``Unreadable`` if it holds fewer."""
        if size > self._left:
            raise Unreadable("a tar member is shorter than what it should hold")
        pieces: list[bytes] = []
        while size:
            pieces.append(self.piece(size))
            size -= len(pieces[-1])
        return b"".join(pieces)

    @property
    def left(self) -> int:
        """How many bytes of the body have not been read."""
        return self._left

    def _next(self) -> bytes:
        """The next chunk; b"" at the end. What went wrong once goes wrong again: a body's reader may have seen to it,
        but the tar stays broken."""
        if self._failure:
            raise self._failure
        try:
            return next(self._chunks, b"")
        except PratiqueError as error:
            self._failure = error
            raise

    def _more(self) -> bytes:
        more = self._next()
        if not more:
            raise Unreadable("the tar breaks off within a file")
        return more
