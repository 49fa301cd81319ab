"""A file of an image held in memory: the tests' ``plugins.File``."""

from __future__ import annotations

import io
from typing import BinaryIO

from pratique.errors import LimitExceeded
from pratique.limits import DEFAULT


class MemoryFile:
    """Implements ``pratique.plugins.File``."""

    def __init__(self, path: str, data: bytes, mode: int = 0o644) -> None:
        self.path = path
        self.size = len(data)
        self.mode = mode
        self._data = data

    def read(self) -> bytes:
        if self.size > DEFAULT.text:
            raise LimitExceeded(f"{self.path!r} is larger than limits.text")
        return self._data

    def open(self) -> BinaryIO:
        return io.BytesIO(self._data)


def memory_file(path: str, data: bytes, mode: int = 0o644) -> MemoryFile:
    return MemoryFile(path, data, mode)
