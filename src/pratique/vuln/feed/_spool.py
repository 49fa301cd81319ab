"""What a part of a feed states in, a file of pieces out; the pieces of all parts in, a row a package out.

A part is read by any process. Its pieces, each of what a record states alike of many packages, go to the file by the
hash of their release (of their package where there are no releases), so that later all that is said of one package is
found without holding all packages. The files lie in the folder of the build and go with it.
"""

from __future__ import annotations

import functools
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import msgspec

from pratique.vuln.rows import PackageRow, RecordRow
from pratique.vuln.statements import Keyer, Line, Silent, pack

_FLUSH = 16 << 20  # bytes
_ROWS = 20_000  # at once
_SAME = 64 << 20  # bytes of rows that are remembered
_EXAMPLES = 5

_ENCODE = msgspec.msgpack.Encoder().encode

NOTHING = msgspec.Raw(_ENCODE(()))
"""Where no line is stated."""


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """Where in the file the pieces of one partition lie; -1 are records."""

    partition: int
    offset: int
    length: int


class Run(msgspec.Struct, frozen=True, array_like=True):
    """What one part gave."""

    file: str
    segments: tuple[Segment, ...]
    records: int
    unreadable: int
    examples: tuple[str, ...]


class _Piece(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What ``record``, at the place ``origin``, states alike of the packages named by release; ``silent`` says why it
    cannot, or not always, be compared. ``number`` tells it from the record's others."""

    origin: int
    number: int
    record: str
    lines: list[Line]
    silent: str
    of: dict[str, list[str]]


_KEPT = msgspec.msgpack.Decoder(list[tuple[int, RecordRow]])
_PIECES = msgspec.msgpack.Decoder(list[_Piece])


class Spool:
    """Takes what one part states, and writes it to ``path`` now and then."""

    def __init__(self, path: Path, partitions: int) -> None:
        self._path = path
        self._file = path.open("wb")
        self._partition = functools.lru_cache(maxsize=4096)(lambda text: zlib.crc32(text.encode()) % partitions)
        self._partitions = partitions
        self._segments: list[Segment] = []
        self._gathered: defaultdict[int, list[bytes]] = defaultdict(list)
        self._bytes = self._count = self._unreadable = 0
        self._origin = self._number = -1
        self._examples: list[str] = []

    def record(self, origin: int, row: RecordRow) -> None:
        """A record; ``origin`` is its place among all that are read."""
        self._put(-1, _ENCODE((origin, row)))
        self._count += 1

    def state(self, origin: int, record: str, lines: msgspec.Raw, silent: str, of: dict[str, list[str]]) -> None:
        """What the record states alike of packages, named by release: encoded lines, and why it cannot be compared."""
        self._number = self._number + 1 if origin == self._origin else 0
        self._origin = origin
        if self._partitions == 1:
            self._put(0, _ENCODE((origin, self._number, record, lines, silent, of)))
            return
        parts: dict[int, dict[str, list[str]]] = {}
        for release, names in of.items():
            if release:
                parts.setdefault(self._partition(release), {})[release] = names
            else:
                for name in names:
                    parts.setdefault(self._partition(name), {}).setdefault("", []).append(name)
        for partition, some in parts.items():
            self._put(partition, _ENCODE((origin, self._number, record, lines, silent, some)))

    def unreadable(self, example: str) -> None:
        """Something that is no record."""
        self._unreadable += 1
        self.example(example)

    def example(self, text: str) -> None:
        """What a status may show of things that could not be read."""
        if len(self._examples) < _EXAMPLES:
            self._examples.append(text)

    def close(self) -> Run:
        """Write the rest."""
        self._flush()
        self._file.close()
        return Run(self._path.name, tuple(self._segments), self._count, self._unreadable, tuple(self._examples))

    def _put(self, partition: int, data: bytes) -> None:
        self._gathered[partition].append(data)
        self._bytes += len(data)
        if self._bytes > _FLUSH:
            self._flush()

    def _flush(self) -> None:
        for partition, pieces in sorted(self._gathered.items()):
            start = self._file.tell()
            self._file.write(_array(len(pieces)))
            self._file.writelines(pieces)
            self._segments.append(Segment(partition, start, self._file.tell() - start))
        self._gathered.clear()
        self._bytes = 0


def _array(count: int) -> bytes:
    """The head of an array of so many values (https://github.com/msgpack/msgpack/blob/master/spec.md, array 32)."""
    return b"\xdd" + count.to_bytes(4)


class Runs:
    """The files of all parts, in their order."""

    def __init__(self, folder: Path, runs: Sequence[Run]) -> None:
        self._folder, self._runs = folder, runs

    def records(self) -> Iterator[tuple[int, RecordRow]]:
        """Each record with its place, in the order of the parts."""
        for data in self._segments(-1):
            yield from _KEPT.decode(data)

    def packages(self, without: Collection[int], key: Keyer) -> Iterator[list[PackageRow]]:
        """The rows of all packages, some at a time. What the records at the places ``without`` state is left out."""
        packer = _Packer(key)
        for partition in sorted({segment.partition for run in self._runs for segment in run.segments} - {-1}):
            pieces: dict[int, _Piece] = {}
            named: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
            for data in self._segments(partition):
                for piece in _PIECES.decode(data):
                    if piece.origin not in without:
                        at = piece.origin << 24 | piece.number
                        pieces[at] = piece
                        for release, names in piece.of.items():
                            of = named[release]
                            for name in names:
                                of[name].append(at)
            yield from packer.rows(named, pieces)

    def _segments(self, partition: int) -> Iterator[bytes]:
        for run in self._runs:
            wanted = [segment for segment in run.segments if segment.partition == partition]
            if wanted:
                with (self._folder / run.file).open("rb") as file:
                    for segment in wanted:
                        file.seek(segment.offset)
                        yield file.read(segment.length)


class _Packer:
    """Packs what is stated of packages; those of which the same pieces speak have the same row, but for their names."""

    def __init__(self, key: Keyer) -> None:
        self._key = key
        self._same: dict[tuple[int, ...], tuple[int, int, bytes]] = {}
        self._size = 0

    def rows(
        self, named: defaultdict[str, defaultdict[str, list[int]]], pieces: dict[int, _Piece]
    ) -> Iterator[list[PackageRow]]:
        """The rows of the packages named, by release and name; of each the numbers of its pieces are told."""
        rows: list[PackageRow] = []
        for release, names in sorted(named.items()):
            for name, places in sorted(names.items()):
                told = tuple(places)
                packed = self._same.get(told) or self._pack(told, [pieces[at] for at in told])
                rows.append((release, name, *packed))
                if len(rows) >= _ROWS:
                    yield rows
                    rows = []
        yield rows

    def _pack(self, told: tuple[int, ...], pieces: Sequence[_Piece]) -> tuple[int, int, bytes]:
        stated = {(piece.record, line) for piece in pieces for line in piece.lines}
        silent = {Silent(piece.record, piece.silent) for piece in pieces if piece.silent}
        packed = len(stated), len(silent), pack(stated, silent, self._key)
        self._size += len(packed[2]) + 40 * len(told)
        if self._size > _SAME:
            self._same, self._size = {}, 0
        self._same[told] = packed
        return packed
