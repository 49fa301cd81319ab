"""The map and the condensed data of a sparse file in, its real content out.

GNU tar manual, "Storing Sparse Files": https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.errors import LimitExceeded, Unreadable
from pratique.image.header import Extent, decimal, gnu_extents, number, pairs
from pratique.image.stream import BLOCK, Stream
from pratique.limits import Limits

_HOLE = bytes(1 << 17)


class Holes:
    """How much of holes a layer may still expand to: a header of 512 bytes can claim any number of them."""

    def __init__(self, limits: Limits) -> None:
        self._most = self._left = limits.file

    def zeros(self, count: int) -> Iterator[bytes]:
        """``count`` zeros, in pieces. Raises ``LimitExceeded``."""
        self._left -= count
        if self._left < 0:
            raise LimitExceeded(f"the holes of sparse files are larger than limits.file = {self._most}")
        while count > 0:
            yield _HOLE[:count]
            count -= len(_HOLE)


class SparseBody:
    """An ``entry.Body`` over the stream's condensed data. Raises ``Unreadable`` unless the extents are in order, lie
    within ``size``, and are as long together as the data."""

    def __init__(self, stream: Stream, size: int, extents: list[Extent], holes: Holes) -> None:
        at = total = 0
        for offset, length in extents:
            if offset < at or length < 0 or offset + length > size:
                raise Unreadable(f"sparse map with an extent of {length} bytes at {offset} in a file of {size}")
            at = offset + length
            total += length
        if total != stream.left:
            raise Unreadable(f"sparse map of {total} bytes over {stream.left} bytes of data")
        self.size = size
        self._stream = stream
        self._extents = extents
        self._holes = holes

    def peek(self, count: int) -> bytes:
        """As ``entry.Body`` says; a file that begins with a hole begins with zeros."""
        count = min(count, self.size)
        first = next((extent for extent in self._extents if extent[1]), None)
        if first is None or first[0] >= count:
            return bytes(count)
        start = bytes(first[0]) + self._stream.peek(min(count - first[0], first[1]))
        return start + bytes(count - len(start))

    def chunks(self) -> Iterator[bytes]:
        """As ``entry.Body`` says."""
        at = 0
        for offset, length in self._extents:
            yield from self._holes.zeros(offset - at)
            at = offset + length
            while length:
                piece = self._stream.piece(length)
                if not piece:
                    raise Unreadable("the body of a sparse file was read when another entry had begun")
                length -= len(piece)
                yield piece
        yield from self._holes.zeros(self.size - at)


def gnu_map(stream: Stream, block: bytes, size: int, limits: Limits) -> tuple[int, list[Extent]]:
    """The real size and the extents of an old GNU sparse file: four extents in the header, then extension blocks while
    a flag says so; the data of ``size`` bytes follow. Raises ``Unreadable``, ``LimitExceeded``."""
    if block[257:265] != b"ustar  \0":
        raise Unreadable("sparse file in a tar that is not GNU's")
    real, extents, more = number(block[483:495]), gnu_extents(block, 386, 4), block[482]
    stream.begin(0)
    blocks = 0
    while more:
        extension = stream.block()
        blocks += 1
        if not extension:
            raise Unreadable("the tar breaks off within a sparse map")
        extents += gnu_extents(extension, 0, 21)
        more = extension[504]
        if blocks * 21 > limits.sparse_extents:
            raise LimitExceeded(f"sparse map of more than limits.sparse_extents = {limits.sparse_extents} extents")
    stream.begin(size)
    return real, extents


def pax_map(stream: Stream, limits: Limits) -> list[Extent]:
    """The extents of a PAX sparse file of version 1.0: decimal numbers on lines of their own before the data, padded to
    whole blocks; the first is the count of extents. Raises ``Unreadable``, ``LimitExceeded``."""
    lines, rest, count = list[bytes](), b"", 1
    while len(lines) < count:
        *whole, rest = (rest + stream.read(BLOCK)).split(b"\n")
        lines += whole
        if lines and count == 1:
            count += 2 * decimal(lines[0])
        if count > 1 + 2 * limits.sparse_extents or (len(rest) > 20 and len(lines) < count):
            raise LimitExceeded(f"sparse map of more than limits.sparse_extents = {limits.sparse_extents} extents")
    return pairs(lines[1:count], limits)
