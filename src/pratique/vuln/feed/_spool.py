"""What a part of a feed states in, a file of pieces out; the pieces of all parts in, a row a package out.

A part is read by any process. What it states of packages goes to the file by the hash of their release (of their name
where there are no releases), so that later all that is said of one package is found without holding all packages. What
records state alike stands once in the file, and so do names of a release that a record lists together, as the binaries
of one source: both are referred to by number. The files lie in the folder of the build and go with it.
"""

from __future__ import annotations

import functools
import itertools
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from pratique.vuln.packing import Alike, Alone, Packed, alone, pack_alike
from pratique.vuln.rows import PackageRow, RecordRow
from pratique.vuln.statements import Keyer, Line

_FLUSH = 16 << 20  # bytes
_ROWS = 20_000  # at once
_SAME = 64 << 20  # bytes of rows that are remembered
_REMEMBERED = 1 << 14
_EXAMPLES = 5
_RECORDS, _ALIKES, _LISTS = -1, -2, -3  # the partitions of what is no statement

_ENCODE = msgspec.msgpack.Encoder().encode

Of = dict[str, tuple[list[str], list[int]]]
"""What a record states: by release the names of packages, and for each the number of what is said of it."""


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """Where in the file the pieces of one partition lie; -1 are records, -2 what they state
    alike, -3 lists of names."""

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
_NUMBERED = msgspec.msgpack.Decoder(list[msgspec.Raw])
_ALIKE = msgspec.msgpack.Decoder(Alike)
_NAMES = msgspec.msgpack.Decoder(list[str])
_Told = tuple[int | list[str], int | list[int]]  # names, or the number of their list; what is said of all, or of each
_PIECES = msgspec.msgpack.Decoder(list[tuple[int, dict[str, _Told]]])


class Spool:
    """Takes what one part states, and writes it to ``path`` now and then."""

    def __init__(self, path: Path, partitions: int) -> None:
        self._path = path
        self._file = path.open("wb")
        self._partitions = partitions
        self._of_release: dict[str, int] = {}
        self._segments: list[Segment] = []
        self._gathered: defaultdict[int, list[bytes]] = defaultdict(list)
        self._bytes = self._count = self._unreadable = 0
        self._alikes, self._lists = _Numbers(), _Numbers()
        self._examples: list[str] = []

    def record(self, origin: int, row: RecordRow) -> None:
        """A record; ``origin`` is its place among all that are read."""
        self._put(_RECORDS, _ENCODE((origin, row)))
        self._count += 1

    def alike(self, lines: Sequence[Line], silent: str = "") -> int:
        """The number of what a record may state of a package: lines, and why it cannot, or not always, be compared."""
        return self._number(_ALIKES, self._alikes, _ENCODE((lines, silent)))

    def state(self, origin: int, of: Of) -> None:
        """What the record states."""
        parts: dict[int, dict[str, _Told]] = {}
        for release, (names, numbers) in of.items():
            if release:
                listed = self._number(_LISTS, self._lists, _ENCODE(names))
                parts.setdefault(self._partition(release), {})[release] = (listed, _short(numbers))
            elif len(names) == 1:
                parts.setdefault(zlib.crc32(names[0].encode()) % self._partitions, {})[release] = (names, numbers[0])
            else:
                for partition, (some, their) in self._scattered(names, numbers).items():
                    parts.setdefault(partition, {})[release] = (some, _short(their))
        for partition, told in parts.items():
            self._put(partition, _ENCODE((origin, told)))

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

    def _scattered(self, names: list[str], numbers: list[int]) -> dict[int, tuple[list[str], list[int]]]:
        """Packages without releases, by their names."""
        found: dict[int, tuple[list[str], list[int]]] = {}
        for name, number in zip(names, numbers, strict=True):
            some = found.setdefault(zlib.crc32(name.encode()) % self._partitions, ([], []))
            some[0].append(name)
            some[1].append(number)
        return found

    def _number(self, kind: int, known: _Numbers, data: bytes) -> int:
        number, new = known.find(data)
        if new:
            self._put(kind, data)
        return number

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


class _Numbers:
    """Numbers what stands in a file; of all that it has seen it remembers some, so a thing may stand there twice."""

    def __init__(self) -> None:
        self._known: dict[bytes, int] = {}
        self._count = 0

    def find(self, data: bytes) -> tuple[int, bool]:
        """Its number, and whether that is new."""
        number = self._known.get(data)
        if number is not None:
            return number, False
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        number = self._known[data] = self._count
        self._count += 1
        return number, True


def _short(numbers: list[int]) -> int | list[int]:
    """The one number, where it is that of all."""
    first = numbers[0] if numbers else 0
    return first if numbers.count(first) == len(numbers) else numbers


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
        (told, alikes), (names, lists) = self._once(_ALIKES), self._once(_LISTS)
        packer = _Packer(ids, told, key)
        for partition in sorted({segment.partition for run in self._runs for segment in run.segments}):
            if partition >= 0:
                gathered = _Gathered(names, ranks, len(told))
                for run, said, listed in zip(self._runs, alikes, lists, strict=True):
                    for data in self._segments(run, partition):
                        gathered.add(_PIECES.decode(data), said, listed)
                yield from packer.rows(gathered)

    def _once(self, kind: int) -> tuple[list[bytes], list[list[int]]]:
        """All that stands in the files under numbers, once, and for each file the places there of its numbers."""
        places: dict[bytes, int] = {}
        numbers = []
        for run in self._runs:
            own = []
            for data in self._segments(run, kind):
                own += [places.setdefault(bytes(each), len(places)) for each in _NUMBERED.decode(data)]
            numbers.append(own)
        return list(places), numbers

    def _segments(self, run: Run, partition: int) -> Iterator[bytes]:
        wanted = [segment for segment in run.segments if segment.partition == partition]
        if wanted:
            with (self._folder / run.file).open("rb") as file:
                for segment in wanted:
                    file.seek(segment.offset)
                    yield file.read(segment.length)


_Stated = list[int]
"""What is stated of packages: each time the record's rank times how many alikes there are, and the place of what it
states among these. Packages of which records speak together share such a list."""


class _Gathered:
    """What is stated of the packages of one partition; ``names`` are the lists of names."""

    def __init__(self, names: Sequence[bytes], ranks: Mapping[int, int], size: int) -> None:
        self._names, self._ranks, self._size = names, ranks, size
        self._alike: defaultdict[str, defaultdict[int, _Stated]] = defaultdict(lambda: defaultdict(list))
        self._each: defaultdict[str, defaultdict[int, list[_Stated]]] = defaultdict(lambda: defaultdict(list))
        self._single: defaultdict[str, defaultdict[str, _Stated]] = defaultdict(lambda: defaultdict(list))

    def add(self, pieces: Sequence[tuple[int, dict[str, _Told]]], said: Sequence[int], listed: Sequence[int]) -> None:
        """Take a segment in; ``said`` and ``listed`` are the places of its file's numbers."""
        ranks, size = self._ranks, self._size
        for origin, of in pieces:
            rank = ranks.get(origin)
            if rank is None:  # of another record with its id
                continue
            base = rank * size
            for release, (names, told) in of.items():
                if isinstance(names, int):
                    if isinstance(told, int):
                        self._alike[release][listed[names]].append(base + said[told])
                    else:
                        self._each[release][listed[names]].append([base + said[each] for each in told])
                    continue
                single = self._single[release]
                for name, each in zip(names, [told] * len(names) if isinstance(told, int) else told, strict=True):
                    single[name].append(base + said[each])

    def releases(self) -> Iterator[tuple[str, dict[str, list[_Stated]]]]:
        """For each release what is stated of its packages by name, in no order."""
        for release in sorted({*self._alike, *self._each, *self._single}):
            named: defaultdict[str, list[_Stated]] = defaultdict(list)
            for at, stated in self._alike[release].items():
                for name in _NAMES.decode(self._names[at]):
                    named[name].append(stated)
            for at, rows in self._each[release].items():
                for name, column in zip(_NAMES.decode(self._names[at]), zip(*rows, strict=True), strict=True):
                    named[name].append(list(column))
            for name, stated in self._single[release].items():
                named[name].append(stated)
            yield release, named


class _Packer:
    """Packs what is stated of packages; those of which the same records state the same have the same row, but for their
    names. ``ids`` are the records', in their order, and ``told`` is all that they state alike."""

    def __init__(self, ids: Sequence[str], told: Sequence[bytes], key: Keyer) -> None:
        self._ids, self._told, self._key = ids, told, key
        self._alike = functools.lru_cache(maxsize=_REMEMBERED)(lambda at: _ALIKE.decode(told[at]))
        self._alone: dict[int, Alone] = {}
        self._same: dict[tuple[int, ...], Packed] = {}
        self._size = 0

    def rows(self, gathered: _Gathered) -> Iterator[list[PackageRow]]:
        """The rows of the packages, by release and name."""
        rows: list[PackageRow] = []
        for release, names in gathered.releases():
            alike: dict[int | tuple[int, ...], Packed] = {}
            for name in sorted(names):
                lists = names[name]
                shared = id(lists[0]) if len(lists) == 1 else tuple(map(id, lists))
                packed = alike.get(shared)
                if packed is None:
                    told = tuple(sorted(lists[0] if len(lists) == 1 else itertools.chain(*lists)))
                    packed = self._one(told[0]) if len(told) == 1 else self._same.get(told) or self._pack(told)
                    alike[shared] = packed
                rows.append((release, name, *packed))
                if len(rows) >= _ROWS:
                    yield rows
                    rows = []
        yield rows

    def _one(self, told: int) -> Packed:
        """What one record states, which is as quickly packed as remembered."""
        rank, at = divmod(told, len(self._told))
        found = self._alone.get(at)
        if found is None:
            alike = self._alike(at)
            if alike.silent:
                return self._pack((told,))
            if len(self._alone) >= _REMEMBERED:
                self._alone.clear()
            found = self._alone[at] = alone(alike.lines, self._key)
        return found.of(self._ids[rank])

    def _pack(self, told: tuple[int, ...]) -> Packed:
        size, ids = len(self._told), self._ids
        places = [each % size for each in told]
        said = {at: self._alike(at) for at in (set(places) if len(places) > 1 else places)}
        packed = pack_alike([ids[each // size] for each in told], places, said, self._key)
        self._size += len(packed[2]) + 40 * len(told)
        if self._size > _SAME:
            self._same, self._size = {}, 0
        self._same[told] = packed
        return packed
