"""What a part of a feed states in, a file of it out, which ``_gather.py`` reads.

A part is read by any process. What records state alike stands once in its file, and so do names of a release that a
record lists together, as the binaries of one source: both are referred to by number. The file lies in the folder of the
build and goes with it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from pratique.vuln.rows import RecordRow

_FLUSH = 1 << 16  # things that are held: 30 MB, as most are no larger than a record
_REMEMBERED = 1 << 14
_WEIGHTY = 256  # bytes, or numbers, that count as one more thing
_EXAMPLES = 5

_ENCODE = msgspec.msgpack.Encoder().encode

Of = dict[str, tuple[list[str], list[int]]]
"""What a record states: by release the names of packages, and for each the number of what is said of it."""


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """How many bytes of the file records take, and what they state, which follows them."""

    records: int
    leaf: int


class Run(msgspec.Struct, frozen=True, array_like=True):
    """What one part gave."""

    file: str
    segments: tuple[Segment, ...]
    records: int
    unreadable: int
    examples: tuple[str, ...]


class Single(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What records state of one package without a release each: of each time the record's origin, the package's name
    and the number of what is said."""

    origins: list[int]
    names: list[str]
    numbers: list[int]


class Joint(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What records state of the packages of a list in a release: of each time the record's origin, the numbers of
    release and list, and that of what is said of all of them, or below 0 of a choice, the last one first, which tells
    of each."""

    origins: list[int]
    releases: list[int]
    lists: list[int]
    numbers: list[int]


class Leaf(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What records state, and what is new of all that is referred to by number: ``Alike``, lists of names (both
    encoded), choices of numbers, names of releases."""

    alikes: list[bytes]
    lists: list[bytes]
    choices: list[tuple[int, ...]]
    releases: list[str]
    single: Single
    joint: Joint


class Spool:
    """Takes what one part states, and writes it to ``path`` now and then."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")
        self._segments: list[Segment] = []
        self._count = self._unreadable = 0
        self._alikes: _Numbers[bytes] = _Numbers()
        self._lists: _Numbers[bytes] = _Numbers()
        self._choices: _Numbers[tuple[int, ...]] = _Numbers()
        self.number: Callable[[bytes], int] = self._alikes.__getitem__
        """The number of what a record may state of a package, as ``packing.alike`` gives it."""
        self._releases: dict[str, int] = {}
        self._examples: list[str] = []
        self._begin()

    def record(self, origin: int, row: RecordRow) -> None:
        """A record; ``origin`` is its place among all that are read."""
        self._records.append((origin, row))
        self._count += 1

    def state(self, origin: int, of: Of) -> None:
        """What the record states."""
        single = self._single
        for release, (names, numbers) in of.items():
            if not release and len(names) == 1:
                single.origins.append(origin)
                single.names.append(names[0])
                single.numbers.append(numbers[0])
            elif names:
                self._join(origin, release, names, numbers)
        if len(self._records) + self._alikes.weight + self._lists.weight + self._choices.weight > _FLUSH:
            self._flush()

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

    def _join(self, origin: int, release: str, names: list[str], numbers: list[int]) -> None:
        joint = self._joint
        number = self._releases.get(release)
        if number is None:
            number = self._releases[release] = len(self._releases)
            self._named.append(release)
        joint.origins.append(origin)
        joint.releases.append(number)
        joint.lists.append(self._lists[_ENCODE(names)])
        first = numbers[0]
        joint.numbers.append(first if numbers.count(first) == len(numbers) else ~self._choices[tuple(numbers)])

    def _begin(self) -> None:
        self._records: list[tuple[int, RecordRow]] = []
        self._named: list[str] = []
        self._single, self._joint = Single([], [], []), Joint([], [], [], [])

    def _flush(self) -> None:
        said, lists, choices = self._alikes.take(), self._lists.take(), self._choices.take()
        leaf = Leaf(said, lists, choices, self._named, self._single, self._joint)
        parts = _ENCODE(self._records), _ENCODE(leaf)
        self._file.writelines(parts)
        self._segments.append(Segment(*map(len, parts)))
        self._begin()


_Thing = TypeVar("_Thing", bytes, tuple[int, ...])


class _Numbers(dict[_Thing, int]):
    """Numbers what stands in a file, as it is looked up; of all that it has seen it remembers some, so a thing may
    stand there twice. ``weight`` is about how much it holds that was not yet taken."""

    def __init__(self) -> None:
        self._count = self.weight = 0
        self._new: list[_Thing] = []

    def __missing__(self, thing: _Thing) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        number = self[thing] = self._count
        self._count += 1
        self._new.append(thing)
        self.weight += 1 + len(thing) // _WEIGHTY
        return number

    def take(self) -> list[_Thing]:
        """What is new since this was last asked."""
        new, self._new, self.weight = self._new, [], 0
        return new
