"""What a part of a feed states in, a file of pieces out; the pieces of one package of all parts in, its row out.

A part is read by any process, and its statements go to the file by the hash of their package, so that later all that is
said of one package is found without holding all packages. The files lie in the folder of the build and go with it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import msgspec

from pratique.vuln.rows import PackageRow, RecordRow
from pratique.vuln.statements import Keyer, Line, Silent, pack

_FLUSH_PIECES = 1 << 20
_FLUSH_BYTES = 48 << 20
_SAME = 64 << 20  # bytes of rows that are remembered, for many packages have equal ones
_EXAMPLES = 5

_ENCODE = msgspec.msgpack.Encoder().encode


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """Where in the file the pieces of one partition lie."""

    partition: int
    offset: int
    length: int


class Run(msgspec.Struct, frozen=True, array_like=True):
    """What one part gave: the segments of ``file``, those of records (partition -1) among them."""

    file: str
    segments: tuple[Segment, ...]
    records: int
    unreadable: int
    examples: tuple[str, ...]


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """A record's row, and its place among all that were read."""

    origin: int
    row: RecordRow


class _Piece(msgspec.Struct, frozen=True, array_like=True):
    """What a part states of one package: ``count`` encoded lists of lines, one behind the other."""

    release: str
    name: str
    count: int
    lines: bytes
    silent: list[tuple[int, Silent]]


_KEPT = msgspec.msgpack.Decoder(list[_Kept])
_PIECES = msgspec.msgpack.Decoder(list[_Piece])
_LINES = msgspec.msgpack.Decoder(list[list[tuple[int, Line]]])


class Spool:
    """Takes what one part states, and writes it to ``path`` now and then."""

    def __init__(self, path: Path, partitions: int) -> None:
        self._path = path
        self._file = path.open("wb")
        self._partitions = partitions
        self._segments: list[Segment] = []
        self._records: list[bytes] = []
        self._lines: dict[str, dict[str, list[bytes]]] = {}
        self._silent: dict[tuple[str, str], list[tuple[int, Silent]]] = {}
        self._pieces = self._bytes = 0
        self._count = self._unreadable = 0
        self._examples: list[str] = []

    def record(self, origin: int, row: RecordRow) -> None:
        """A record; ``origin`` is its place among all that are read."""
        self._records.append(_ENCODE((origin, row)))
        self._count += 1

    def lines(self, release: str, stated: Sequence[tuple[str, bytes]]) -> None:
        """What one record states of packages of a release, by name: encoded lists of lines."""
        of = self._lines.setdefault(release, {})
        for name, data in stated:
            bucket = of.get(name)
            if bucket is None:
                of[name] = [data]
            else:
                bucket.append(data)
            self._bytes += len(data)
        self._pieces += len(stated)

    def silent(self, origin: int, release: str, name: str, silent: Silent) -> None:
        """A record that names the package and cannot be compared."""
        self._silent.setdefault((release, name), []).append((origin, silent))
        self._lines.setdefault(release, {}).setdefault(name, [])

    def unreadable(self, example: str) -> None:
        """Something that is no record."""
        self._unreadable += 1
        self.example(example)

    def example(self, text: str) -> None:
        """What a status may show of things that could not be read."""
        if len(self._examples) < _EXAMPLES:
            self._examples.append(text)

    def breathe(self) -> None:
        """Write what is gathered, if it is much."""
        if self._pieces > _FLUSH_PIECES or self._bytes > _FLUSH_BYTES:
            self._flush()

    def close(self) -> Run:
        """Write the rest."""
        self._flush()
        self._file.close()
        return Run(self._path.name, tuple(self._segments), self._count, self._unreadable, tuple(self._examples))

    def _flush(self) -> None:
        parts: dict[int, list[bytes]] = {-1: self._records} if self._records else {}
        for release, names in self._lines.items():
            salt = zlib.crc32(release.encode())
            for name, bucket in names.items():
                silent = self._silent.get((release, name), [])
                data = _ENCODE((release, name, len(bucket), b"".join(bucket), silent))
                parts.setdefault(zlib.crc32(name.encode(), salt) % self._partitions, []).append(data)
        for partition, pieces in sorted(parts.items()):
            start = self._file.tell()
            self._file.write(_array(len(pieces)))
            self._file.writelines(pieces)
            self._segments.append(Segment(partition, start, self._file.tell() - start))
        self._records, self._lines, self._silent, self._pieces, self._bytes = [], {}, {}, 0, 0


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
            for kept in _KEPT.decode(data):
                yield kept.origin, kept.row

    def packages(self, without: Collection[int], key: Keyer) -> Iterator[list[PackageRow]]:
        """The rows of all packages, a partition at a time, sorted within it. What the records at the places ``without``
        state is left out."""
        same: dict[bytes, tuple[int, int, bytes]] = {}
        size = 0
        for partition in sorted({segment.partition for run in self._runs for segment in run.segments} - {-1}):
            rows = []
            for (release, name), pieces in self._gathered(partition):
                identity = hashlib.blake2b(b"".join(piece.lines for piece in pieces), digest_size=16).digest()
                packed = None if any(piece.silent for piece in pieces) else same.get(identity)
                if packed is None:
                    packed = same[identity] = _packed(pieces, without, key)
                    size += len(packed[2])
                    if size > _SAME:
                        same, size = {}, 0
                if packed[0] or packed[1]:
                    rows.append((release, name, *packed))
            yield rows

    def remove(self) -> None:
        """Give the room back."""
        for run in self._runs:
            (self._folder / run.file).unlink(missing_ok=True)

    def _gathered(self, partition: int) -> list[tuple[tuple[str, str], list[_Piece]]]:
        found: dict[tuple[str, str], list[_Piece]] = {}
        for data in self._segments(partition):
            for piece in _PIECES.decode(data):
                found.setdefault((piece.release, piece.name), []).append(piece)
        return sorted(found.items())

    def _segments(self, partition: int) -> Iterator[bytes]:
        for run in self._runs:
            wanted = [segment for segment in run.segments if segment.partition == partition]
            if wanted:
                with (self._folder / run.file).open("rb") as file:
                    for segment in wanted:
                        file.seek(segment.offset)
                        yield file.read(segment.length)


def _packed(pieces: Sequence[_Piece], without: Collection[int], key: Keyer) -> tuple[int, int, bytes]:
    data = _array(sum(piece.count for piece in pieces)) + b"".join(piece.lines for piece in pieces)
    lines = [line for some in _LINES.decode(data) for line in some]
    silent = [each for piece in pieces for each in piece.silent]
    if without:
        lines = [line for line in lines if line[0] not in without]
        silent = [each for each in silent if each[0] not in without]
    stated = {line for _, line in lines}
    told = {each for _, each in silent}
    return len(stated), len(told), pack(stated, told, key)
