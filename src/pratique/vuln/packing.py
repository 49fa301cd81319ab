"""What records state of one package in, the blob of its row out, which ``vuln/statements.py`` opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import msgspec

from pratique.vuln.statements import Blob, Keyer, Line, Silent, Stated

_ENCODE = msgspec.msgpack.Encoder().encode

_Row = tuple[int, int, int]
"""A statement's low, top and word, as in a blob."""

_Middle = tuple[str, list[str], Sequence[int], Sequence[int], list[bytes], Sequence[int]]
"""Of a blob the records, and all that follows them but for what is silent."""

Packed = tuple[int, int, bytes]
"""How many statements there are, how many records that cannot be compared, and the blob."""


class Alike(msgspec.Struct, frozen=True, array_like=True):
    """What records state alike of packages: lines, and why it cannot, or not always, be compared, "" where it can."""

    lines: tuple[Line, ...]
    silent: str = ""


def pack(stated: Set[Stated], silent: Set[Silent], key: Keyer) -> bytes:
    """The blob of these statements, whatever their order. All texts are versions: ``key`` raises for none of them."""
    places = _Places({line for _, line in stated}, key)
    rows = sorted([(record, places.of[line]) for record, line in stated])
    return places.blob([row[0] for row in rows], [row[1] for row in rows], silent)


def pack_alike(records: Sequence[str], told: Sequence[int], said: Mapping[int, Alike], key: Keyer) -> Packed:
    """What these records state, which are in their order: of each what ``said`` holds under its number in ``told``."""
    places = _Places({line for alike in said.values() for line in alike.lines}, key)
    silent: set[Silent] = set()
    if any(alike.silent for alike in said.values()):
        both = zip(records, told, strict=True)
        silent = {Silent(record, said[number].silent) for record, number in both if said[number].silent}
    single = {number: places.of[alike.lines[0]] for number, alike in said.items() if len(alike.lines) == 1}
    if len(single) == len(said) and len(set(records)) == len(records):
        return len(records), len(silent), places.blob(records, [single[number] for number in told], silent)
    rows = sorted(
        {(record, places.of[line]) for record, number in zip(records, told, strict=True) for line in said[number].lines}
    )
    return len(rows), len(silent), places.blob([row[0] for row in rows], [row[1] for row in rows], silent)


class Alone(msgspec.Struct, frozen=True):
    """What a record states of packages of which no other one speaks, all of which can be compared, as of most packages
    of languages: their blobs are the ``middle``, between the record's id and nobody who is silent."""

    count: int
    middle: bytes

    def of(self, record: str) -> Packed:
        """What that record states."""
        return self.count, 0, b"".join((_BLOB_HEAD, _ENCODE(record), self.middle, _NOBODY))


# Arrays of eight and of none: https://github.com/msgpack/msgpack/blob/master/spec.md, fixarray
_BLOB_HEAD, _NOBODY = b"\x98", b"\x90"


def alone(lines: Sequence[Line], key: Keyer) -> Alone:
    """What a record states by these lines, whatever their order."""
    if len(lines) == 1:
        return Alone(1, _middle_of(lines[0], key))
    places = _Places(set(lines), key)
    rows = sorted(places.of.values())
    return Alone(len(rows), _ENCODE(places.middle(" " * (len(rows) - 1), rows))[1:])


def _middle_of(line: Line, key: Keyer) -> bytes:
    """As of any lines, in a third of the time."""
    above, low, kind, top, word = line
    borders = _borders({low, top}, key)
    first = 2 * (1 + borders.index(low)) + above if low else int(above)
    last = 3 * (1 + borders.index(top)) - kind if top else 0
    middle: _Middle = "", borders, [last], [first] if first else [], [word] if word else [], [1] if word else []
    return _ENCODE(middle)[1:]


class _Places:
    """The versions and words that lines name, in their order; ``of`` gives a line's row."""

    def __init__(self, lines: Set[Line], key: Keyer) -> None:
        self._borders = _borders({line[1] for line in lines} | {line[3] for line in lines}, key)
        self._words = sorted({line[4] for line in lines} - {b""})
        place = {text: at for at, text in enumerate(self._borders, 1)}
        spoken = {word: at for at, word in enumerate(self._words, 1)}
        place[""] = spoken[b""] = 0
        self.of: dict[Line, _Row] = {
            line: (2 * place[line[1]] + line[0], 3 * place[line[3]] - line[2] if line[3] else 0, spoken[line[4]])
            for line in lines
        }

    def middle(self, records: str, rows: Sequence[_Row]) -> _Middle:
        """The middle of a blob."""
        lows, tops, words = zip(*rows, strict=True) if rows else ((), (), ())
        return records, self._borders, tops, lows if any(lows) else (), self._words, words if self._words else ()

    def blob(self, records: Sequence[str], rows: Sequence[_Row], silent: Set[Silent]) -> bytes:
        """The blob of these records' rows, which are in the order of their records, then of their places."""
        common = _common(records[0], records[-1]) if records else ""
        at = len(common)
        middle = self.middle(" ".join([record[at:] for record in records] if at else records), rows)
        return _ENCODE(Blob(common, *middle, sorted(silent, key=lambda each: (each.record, each.why))))


def _borders(texts: Set[str], key: Keyer) -> list[str]:
    """The versions, in their order."""
    found = [text for text in texts if text]
    if len(found) > 1:
        found.sort(key=lambda text: (key(text), text))
    return found


def _common(first: str, last: str) -> str:
    """The beginning that two identifiers share."""
    size = min(len(first), len(last))
    while first[:size] != last[:size]:
        size -= 1
    return first[:size]
