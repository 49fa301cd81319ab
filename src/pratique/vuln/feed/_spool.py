"""What a part of a feed states in, a file of pieces out; the pieces of all parts in, a row a package out.

A part is read by any process. What it states of packages goes to the file by the hash of their release (of their name
where there are no releases), so that later all that is said of one package is found without holding all packages. What
records state alike stands once in the file, and is referred to by its number. The files lie in the folder of the build
and go with it.
"""

from __future__ import annotations

import functools
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from pratique.vuln.rows import PackageRow, RecordRow
from pratique.vuln.statements import Alike, Keyer, Line, pack_alike

_FLUSH = 16 << 20  # bytes
_ROWS = 20_000  # at once
_SAME = 64 << 20  # bytes of rows that are remembered
_REMEMBERED = 1 << 14
_EXAMPLES = 5
_RECORDS, _ALIKES = -1, -2  # the partitions of what is no statement

_ENCODE = msgspec.msgpack.Encoder().encode

Of = dict[str, tuple[list[str], list[int]]]
"""What a record states: by release the names of packages, and for each the number of what is said of it."""


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """Where in the file the pieces of one partition lie; -1 are records, -2 what they state alike."""

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


_ROWS_OF = msgspec.msgpack.Decoder(list[tuple[int, RecordRow]])
_ALIKES_OF = msgspec.msgpack.Decoder(list[msgspec.Raw])
_ALIKE = msgspec.msgpack.Decoder(Alike)
_PIECES = msgspec.msgpack.Decoder(list[tuple[int, dict[str, tuple[list[str], int | list[int]]]]])


class Spool:
    """Takes what one part states, and writes it to ``path`` now and then."""

    def __init__(self, path: Path, partitions: int) -> None:
        self._path = path
        self._file = path.open("wb")
        self._partitions = partitions
        self._of_release: dict[str, int] = {}
        self._segments: list[Segment] = []
        self._gathered: defaultdict[int, list[bytes]] = defaultdict(list)
        self._bytes = self._count = self._unreadable = self._alikes = 0
        self._numbers: dict[bytes, int] = {}
        self._examples: list[str] = []

    def record(self, origin: int, row: RecordRow) -> None:
        """A record; ``origin`` is its place among all that are read."""
        self._put(_RECORDS, _ENCODE((origin, row)))
        self._count += 1

    def alike(self, lines: Sequence[Line], silent: str = "") -> int:
        """The number of what a record may state of a package: lines, and why it cannot, or not always, be compared."""
        data = _ENCODE((lines, silent))
        number = self._numbers.get(data)
        if number is None:
            if len(self._numbers) >= _REMEMBERED:
                self._numbers.clear()  # it may stand twice, then
            number = self._numbers[data] = self._alikes
            self._alikes += 1
            self._put(_ALIKES, data)
        return number

    def state(self, origin: int, of: Of) -> None:
        """What the record states."""
        if self._partitions == 1:
            parts = {0: of}
        else:
            parts = {}
            for release, (names, numbers) in of.items():
                if release:
                    parts.setdefault(self._partition(release), {})[release] = (names, numbers)
                else:
                    self._scatter(parts, names, numbers)
        for partition, some in parts.items():
            self._put(partition, _ENCODE((origin, {release: _short(*told) for release, told in some.items()})))

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

    def _partition(self, release: str) -> int:
        found = self._of_release.get(release)
        if found is None:
            found = zlib.crc32(release.encode()) % self._partitions
            if len(self._of_release) < _REMEMBERED:
                self._of_release[release] = found
        return found

    def _scatter(self, parts: dict[int, Of], names: list[str], numbers: list[int]) -> None:
        """Packages without releases, by their names."""
        for name, number in zip(names, numbers, strict=True):
            some = parts.setdefault(zlib.crc32(name.encode()) % self._partitions, {}).setdefault("", ([], []))
            some[0].append(name)
            some[1].append(number)

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


def _short(names: list[str], numbers: list[int]) -> tuple[list[str], int | list[int]]:
    """The names with one number, where it is that of all."""
    first = numbers[0] if numbers else 0
    return names, first if numbers.count(first) == len(numbers) else numbers


def _array(count: int) -> bytes:
    """The head of an array of so many values (https://github.com/msgpack/msgpack/blob/master/spec.md, array 32)."""
    return b"\xdd" + count.to_bytes(4)


class Runs:
    """The files of all parts, in their order."""

    def __init__(self, folder: Path, runs: Sequence[Run]) -> None:
        self._folder, self._runs = folder, runs

    def records(self) -> Iterator[tuple[int, RecordRow]]:
        """Each record with its place, in the order of the parts."""
        for run in self._runs:
            for data in self._segments(run, _RECORDS):
                yield from _ROWS_OF.decode(data)

    def packages(self, places: dict[str, int], key: Keyer) -> Iterator[list[PackageRow]]:
        """The rows of all packages, some at a time; ``places`` are those of the records that hold, by id."""
        ids = sorted(places)
        ranks = {places[id_]: rank for rank, id_ in enumerate(ids)}
        told, numbers = self._told()
        packer = _Packer(ids, told, key)
        for partition in sorted({segment.partition for run in self._runs for segment in run.segments}):
            if partition >= 0:
                yield from packer.rows(self._named(partition, ranks, numbers, len(told)))

    def _told(self) -> tuple[list[bytes], list[list[int]]]:
        """All that records state alike, once, and for each run the places there of its numbers."""
        places: dict[bytes, int] = {}
        numbers = []
        for run in self._runs:
            own = []
            for data in self._segments(run, _ALIKES):
                own += [places.setdefault(bytes(each), len(places)) for each in _ALIKES_OF.decode(data)]
            numbers.append(own)
        return list(places), numbers

    def _named(
        self, partition: int, ranks: dict[int, int], numbers: list[list[int]], size: int
    ) -> Mapping[str, Mapping[str, list[int]]]:
        """By release and name what is stated of a package: the record's rank times ``size``, and the place of what it
        states."""
        found: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for run, places in zip(self._runs, numbers, strict=True):
            for data in self._segments(run, partition):
                for origin, of in _PIECES.decode(data):
                    rank = ranks.get(origin)
                    if rank is None:  # of another record with its id
                        continue
                    base = rank * size
                    for release, (names, told) in of.items():
                        named = found[release]
                        if isinstance(told, int):
                            number = base + places[told]
                            for name in names:
                                named[name].append(number)
                        else:
                            for name, each in zip(names, told, strict=True):
                                named[name].append(base + places[each])
        return found

    def _segments(self, run: Run, partition: int) -> Iterator[bytes]:
        wanted = [segment for segment in run.segments if segment.partition == partition]
        if wanted:
            with (self._folder / run.file).open("rb") as file:
                for segment in wanted:
                    file.seek(segment.offset)
                    yield file.read(segment.length)


class _Packer:
    """Packs what is stated of packages; those of which the same records state the same have the same row, but for their
    names. ``ids`` are the records', in their order, and ``told`` is all that they state alike."""

    def __init__(self, ids: Sequence[str], told: Sequence[bytes], key: Keyer) -> None:
        self._ids, self._told, self._key = ids, told, key
        self._alike = functools.lru_cache(maxsize=_REMEMBERED)(lambda at: _ALIKE.decode(told[at]))
        self._same: dict[tuple[int, ...], tuple[int, int, bytes]] = {}
        self._size = 0

    def rows(self, named: Mapping[str, Mapping[str, list[int]]]) -> Iterator[list[PackageRow]]:
        """The rows of the packages named, by release and name; ``_named`` says what is told of each."""
        rows: list[PackageRow] = []
        for release, names in sorted(named.items()):
            for name, places in sorted(names.items()):
                if len(places) > 1:
                    places.sort()
                told = tuple(places)
                packed = self._same.get(told) or self._pack(told)
                rows.append((release, name, *packed))
                if len(rows) >= _ROWS:
                    yield rows
                    rows = []
        yield rows

    def _pack(self, told: tuple[int, ...]) -> tuple[int, int, bytes]:
        size, ids = len(self._told), self._ids
        places = [each % size for each in told]
        said = {at: self._alike(at) for at in set(places)}
        packed = pack_alike([ids[each // size] for each in told], places, said, self._key)
        self._size += len(packed[2]) + 40 * len(told)
        if self._size > _SAME:
            self._same, self._size = {}, 0
        self._same[told] = packed
        return packed
