"""Pieces of a zstd stream in; whether they end where a frame ends, out.

RFC 8878, sections 3.1.1 (frames and blocks) and 3.1.2 (skippable frames): https://www.rfc-editor.org/rfc/rfc8878
"""

from __future__ import annotations

from collections.abc import Generator

_MAGIC = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = b"\x2a\x4d\x18"  # after 0x50 to 0x5f
_DICTIONARY = (0, 1, 2, 4)
_CONTENT = (0, 2, 4, 8)
_RLE = 1


class Frames:
    """Follows frame and block headers; what is corrupt in them the library refuses."""

    def __init__(self) -> None:
        self._between = True
        self._walk = self._steps()
        self._want = next(self._walk)
        self._head = b""

    @property
    def complete(self) -> bool:
        """Whether the pieces so far end between two frames."""
        return self._between and not self._head

    @staticmethod
    def begins(data: bytes) -> bool:
        """Whether ``data`` begins with a frame, a skippable one included."""
        return data[:4] == _MAGIC or (data[1:4] == _SKIPPABLE and data[0] >> 4 == 5)

    def follow(self, data: memoryview) -> None:
        """Takes the next piece."""
        at = 0
        while at < len(data):
            if self._want < 0:
                step = min(-self._want, len(data) - at)
                self._want += step
                at += step
                if not self._want:
                    self._want = next(self._walk)
                continue
            take = self._want - len(self._head)
            self._head += bytes(data[at : at + take])
            at += take
            if len(self._head) == self._want:
                head, self._head = self._head, b""
                self._want = self._walk.send(head)

    def _steps(self) -> Generator[int, bytes, None]:
        """Yields how many bytes it wants to see, or, negative, how many may be passed over."""
        while True:
            self._between = True
            magic = yield 4
            self._between = False
            if magic != _MAGIC:
                length = int.from_bytes((yield 4), "little")
                if length:
                    yield -length
                continue
            descriptor = (yield 1)[0]
            single = descriptor >> 5 & 1
            content = _CONTENT[descriptor >> 6] or single
            header = 1 - single + _DICTIONARY[descriptor & 3] + content
            if header:
                yield -header
            last = 0
            while not last:
                block = int.from_bytes((yield 3), "little")
                last, size = block & 1, 1 if block >> 1 & 3 == _RLE else block >> 3
                if size:
                    yield -size
            if descriptor >> 2 & 1:  # a checksum
                yield -4
