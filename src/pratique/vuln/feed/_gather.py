"""The files of all parts of a feed in, their records and what is stated of each package out.

What records state of the packages of a list is gathered by list: packages of which the same records say the same are
packed once.
"""

from __future__ import annotations

import functools
import operator
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from pratique.vuln.feed._spool import Leaf, Run
from pratique.vuln.packing import Alike, Packer, Spoken, parted, spoken, told
from pratique.vuln.rows import RecordRow
from pratique.vuln.statements import Keyer, Packed

_REMEMBERED = 1 << 14
_SAME = 64 << 20  # bytes of rows that are remembered

_RECORDS = msgspec.msgpack.Decoder(list[tuple[int, RecordRow]])
_LEAF = msgspec.msgpack.Decoder(Leaf)
_ALIKE = msgspec.msgpack.Decoder(Alike)
_NAMES = msgspec.msgpack.Decoder(list[str])

_Column = list[int]
"""All that is stated of a package, as ``told``; packages of which records speak together share a column."""


class Runs:
    """The files of all parts, in their order."""

    def __init__(self, folder: Path, runs: Sequence[Run]) -> None:
        self._folder, self._runs = folder, runs

    def records(self) -> Iterator[list[tuple[int, RecordRow]]]:
        """The records with their places, in the order of the parts, some at a time."""
        for run in self._runs:
            with (self._folder / run.file).open("rb") as file:
                for segment in run.segments:
                    yield _RECORDS.decode(file.read(segment.records))
                    file.seek(segment.leaf, 1)

    def packages(self, places: Mapping[str, int], key: Keyer) -> dict[str, list[tuple[str, Packed]]]:
        """What is stated of packages, by name, in releases, in their order; ``places`` are those of the records that
        hold, by id."""
        ids = sorted(places)
        gathered = _Gathered({places[id_]: rank for rank, id_ in enumerate(ids)})
        for run in self._runs:
            gathered.add(self._leaves(run))
        return _Packing(ids, list(gathered.alikes), key).packages(gathered)

    def _leaves(self, run: Run) -> Iterator[Leaf]:
        with (self._folder / run.file).open("rb") as file:
            for segment in run.segments:
                file.seek(segment.records, 1)
                yield _LEAF.decode(file.read(segment.leaf))


class _Gathered:
    """What is stated, of the records that have a rank, by origin. What files refer to by number has a place here, which
    is the same whichever file it stands in."""

    def __init__(self, ranks: Mapping[int, int]) -> None:
        self.alikes: dict[bytes, int] = {}
        self.single: dict[str, _Column] = {}
        self._ranks = ranks
        self._lists: dict[bytes, int] = {}
        self._choices: dict[tuple[int, ...], int] = {}
        self._alike: defaultdict[str, defaultdict[int, _Column]] = defaultdict(lambda: defaultdict(list))
        self._chosen: defaultdict[str, defaultdict[int, _Column]] = defaultdict(lambda: defaultdict(list))

    def add(self, leaves: Iterable[Leaf]) -> None:
        """Take a file in."""
        said: list[int] = []
        lists: list[int] = []
        choices: list[int] = []
        releases: list[str] = []
        for leaf in leaves:
            said += _places(self.alikes, leaf.alikes)
            lists += _places(self._lists, leaf.lists)
            releases += leaf.releases
            for choice in leaf.choices:
                places = tuple([said[number] for number in choice])
                choices.append(self._choices.setdefault(places, len(self._choices)))
            self._single(leaf, said)
            self._joint(leaf, said, lists, choices, releases)

    def _single(self, leaf: Leaf, said: Sequence[int]) -> None:
        held, ranks, single = self.single, self._ranks, leaf.single
        for origin, name, number in zip(single.origins, single.names, single.numbers, strict=True):
            rank = ranks.get(origin)
            if rank is None:  # of another record with its id
                continue
            if name in held:
                held[name].append(told(rank, said[number]))
            else:
                held[name] = [told(rank, said[number])]

    def _joint(
        self, leaf: Leaf, said: Sequence[int], lists: Sequence[int], choices: Sequence[int], releases: Sequence[str]
    ) -> None:
        joint = leaf.joint
        for origin, release, listed, number in zip(
            joint.origins, joint.releases, joint.lists, joint.numbers, strict=True
        ):
            rank = self._ranks.get(origin)
            if rank is None:
                continue
            if number >= 0:
                self._alike[releases[release]][lists[listed]].append(told(rank, said[number]))
            else:
                self._chosen[releases[release]][lists[listed]].append(told(rank, choices[~number]))

    def releases(self) -> Iterator[tuple[str, dict[str, list[_Column]]]]:
        """For each release, in order, what is stated of its packages by name, in no order."""
        names = list(self._lists)
        choices = list(self._choices)
        for release in sorted({*self._alike, *self._chosen, *([""] if self.single else [])}):
            named: dict[str, list[_Column]] = {}
            if not release:
                named = {name: [column] for name, column in self.single.items()}
            for at, column in self._alike[release].items():
                for name in _NAMES.decode(names[at]):
                    named.setdefault(name, []).append(column)
            for at, chosen in self._chosen[release].items():
                ranks, numbers = parted(chosen)
                firsts = [told(rank, 0) for rank in ranks]
                columns = zip(*(choices[number] for number in numbers), strict=True)
                for name, places in zip(_NAMES.decode(names[at]), columns, strict=True):
                    named.setdefault(name, []).append(list(map(operator.add, firsts, places)))
            yield release, named


def _places(known: dict[bytes, int], held: Sequence[bytes]) -> list[int]:
    return [known.setdefault(each, len(known)) for each in held]


class _Packing:
    """Packs what is stated of packages; those of which the same records state the same have the same row, but for their
    names. ``ids`` are the records', in their order, and ``alikes`` is all that they state alike."""

    def __init__(self, ids: Sequence[str], alikes: Sequence[bytes], key: Keyer) -> None:
        self._ids, self._key = ids, key
        self._alike = functools.lru_cache(maxsize=_REMEMBERED)(lambda at: _ALIKE.decode(alikes[at]))
        self._packer = Packer(ids, functools.lru_cache(maxsize=_REMEMBERED)(self._spoken), key)
        self._same: dict[tuple[int, ...], Packed] = {}
        self._size = 0

    def packages(self, gathered: _Gathered) -> dict[str, list[tuple[str, Packed]]]:
        """What is stated of all packages, by name."""
        found: dict[str, list[tuple[str, Packed]]] = {}
        for release, named in gathered.releases():
            alike: dict[int | tuple[int, ...], Packed] = {}
            for name, columns in named.items():
                shared = id(columns[0]) if len(columns) == 1 else tuple(map(id, columns))
                packed = alike.get(shared)
                if packed is None:
                    packed = alike[shared] = self._packed(columns)
                stated = found.get(name)
                if stated is None:
                    found[name] = [(release, packed)]
                else:
                    stated.append((release, packed))
        return found

    def _packed(self, columns: Sequence[_Column]) -> Packed:
        stated = columns[0] if len(columns) == 1 else [each for column in columns for each in column]
        if len(stated) == 1:  # as quickly packed as remembered
            (rank,), (place,) = parted(stated)
            return self._alike(place).of(self._ids[rank])
        stated.sort()
        same = tuple(stated)
        packed = self._same.get(same)
        if packed is None:
            packed = self._packer.pack(same)
            self._size += len(packed[2]) + 40 * len(same)
            if self._size > _SAME:
                self._same, self._size = {}, 0
            self._same[same] = packed
        return packed

    def _spoken(self, place: int) -> Spoken:
        return spoken(self._alike(place), self._key)
