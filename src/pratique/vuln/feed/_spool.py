"""What a part of a feed states in, a file of it out, which ``_gather.py`` reads.

A part is read by any process. What records state alike stands once in its file, and so do names of a release that a
record lists together, as the binaries of one source: both are referred to by number. The file lies in the folder of the
build and goes with it.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from pratique.vuln.rows import RecordRow

_FLUSH = 1 << 16  # things that are held: 30 MB, as most are no larger than a record
_REMEMBERED = 1 << 14
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
    choices: list[list[int]]
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
        self._alikes, self._lists, self._choices = _Numbers(), _Numbers(), _Numbers()
        self._releases: dict[str, int] = {}
        self._examples: list[str] = []
        self._begin()

    def record(self, origin: int, row: RecordRow) -> None:
        """A record; ``origin`` is its place among all that are read."""
        self._records.append((origin, row))
        self._count += 1

    def number(self, said: bytes) -> int:
        """The number of what a record may state of a package, as ``packing.alike`` gives it."""
        return self._number(self._alikes, self._leaf.alikes, said)

    def state(self, origin: int, of: Of) -> None:
        """What the record states."""
        single = self._leaf.single
        for release, (names, numbers) in of.items():
            if not release and len(names) == 1:
                single.origins.append(origin)
                single.names.append(names[0])
                single.numbers.append(numbers[0])
            elif names:
                self._join(origin, release, names, numbers)
        if len(self._records) + self._new > _FLUSH:
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
        leaf, joint = self._leaf, self._leaf.joint
        number = self._releases.get(release)
        if number is None:
            number = self._releases[release] = len(self._releases)
            leaf.releases.append(release)
        joint.origins.append(origin)
        joint.releases.append(number)
        joint.lists.append(self._number(self._lists, leaf.lists, _ENCODE(names)))
        first = numbers[0]
        if numbers.count(first) != len(numbers):
            first = ~self._choice(numbers)
        joint.numbers.append(first)

    def _choice(self, numbers: list[int]) -> int:
        number, new = self._choices.find(_ENCODE(numbers))
        if new:
            self._leaf.choices.append(numbers)
            self._new += len(numbers)
        return number

    def _number(self, known: _Numbers, held: list[bytes], data: bytes) -> int:
        number, new = known.find(data)
        if new:
            held.append(data)
            self._new += 1 + len(data) // 256
        return number

    def _begin(self) -> None:
        self._records: list[tuple[int, RecordRow]] = []
        self._leaf = Leaf([], [], [], [], Single([], [], []), Joint([], [], [], []))
        self._new = 0

    def _flush(self) -> None:
        records, leaf = _ENCODE(self._records), _ENCODE(self._leaf)
        self._file.writelines((records, leaf))
        self._segments.append(Segment(len(records), len(leaf)))
        self._begin()


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
