"""A database file of numbered pages in, single pages out, each at most once: no chain of a hostile one is endless."""

from __future__ import annotations

from typing import BinaryIO

from pratique.errors import Unreadable
from pratique.limits import DEFAULT


class Pages:
    """Pages of one size; ``count`` is that of the whole pages in the file. The first is number 0."""

    def __init__(self, stream: BinaryIO, file_size: int, page_size: int, in_memory: int = DEFAULT.in_memory) -> None:
        self._stream = stream
        self._view: memoryview | None = None
        if file_size <= in_memory:  # it is in memory already, and slices of it cost no copy
            stream.seek(0)
            self._view = memoryview(stream.read())
        self.page_size = page_size
        self.file_size = file_size
        self.count = file_size // page_size
        self._taken = bytearray(self.count)

    def peek(self, number: int, offset: int) -> int:
        """One byte of a page, which is not taken by that."""
        if self._view is not None:
            return self._view[number * self.page_size + offset]
        self._stream.seek(number * self.page_size + offset)
        return self._stream.read(1)[0]

    def take(self, number: int) -> memoryview:
        """The page. Raises ``Unreadable`` outside the file, and the second time: in a sound file it has one place."""
        if number >= self.count:
            raise Unreadable(f"page {number} lies past the end of the database ({self.count} pages)")
        if self._taken[number]:
            raise Unreadable(f"page {number} of the database is used twice")
        self._taken[number] = 1
        start = number * self.page_size
        if self._view is not None:
            return self._view[start : start + self.page_size]
        self._stream.seek(start)
        return memoryview(self._stream.read(self.page_size))
