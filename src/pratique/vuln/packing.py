"""What records state of one package in, the blob of it out, which ``vuln/statements.py`` opens."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence, Set

import msgspec

from pratique.vuln.statements import Blob, Keyer, Line, Packed, Silent, Stated, Statements, Top

_ENCODE = msgspec.msgpack.Encoder().encode

_Row = tuple[int, int, int]
"""A statement's low, top and word, as in a blob."""

_Middle = tuple[str, list[str], Sequence[int], Sequence[int], list[bytes], Sequence[int]]
"""Of a blob the records, and all that follows them but for what is silent."""

# Arrays of eight and of none: https://github.com/msgpack/msgpack/blob/master/spec.md, fixarray
_BLOB_HEAD, _NOBODY = b"\x98", b"\x90"

_RANK, _PLACE = 32, (1 << 32) - 1  # bits of a rank and of a place in one number, so that they are sorted as one


class Alike(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What records may state alike of packages: the ``middle`` of a blob of ``count`` statements, between the record's
    id and who is silent; and why it cannot, or not always, be compared, "" where it can."""

    count: int
    middle: bytes
    silent: str = ""

    def of(self, record: str) -> Packed:
        """What a record states of packages of which no other one speaks, as of most packages of languages."""
        silent = _ENCODE([Silent(record, self.silent)]) if self.silent else _NOBODY
        common = _ENCODE(record if self.count else "")
        return self.count, 1 if self.silent else 0, b"".join((_BLOB_HEAD, common, self.middle, silent))


class Spoken(msgspec.Struct, frozen=True):
    """What an ``Alike`` holds. ``until`` is the fix of one that says no more than that, "" that there is none; None for
    any other."""

    lines: tuple[Line, ...]
    silent: str
    until: str | None = None


def hear(lines: tuple[Line, ...], silent: str) -> Spoken:
    """These lines, and whether they are no more than a fix."""
    if silent or len(lines) != 1:
        return Spoken(lines, silent)
    above, low, kind, top, word = lines[0]
    return Spoken(lines, silent, None if above or low or kind or word else top)


def alike(lines: Sequence[Line], silent: str, key: Keyer) -> bytes:
    """What records state by these lines, whatever their order, as an ``Alike``. All texts are versions: ``key`` raises
    for none of them."""
    if len(lines) == 1:
        return _ENCODE((1, _middle_of(lines[0], key), silent))
    listed = _listed(lines, key)
    if listed is not None:
        return _ENCODE((len(lines), _ENCODE(listed)[1:], silent))
    places = _Places(set(lines), key)
    rows = sorted(places.of.values())
    lows, tops, words = zip(*rows, strict=True) if rows else ((), (), ())
    middle = places.middle(" " * (len(rows) - 1), tops, lows, words)
    return _ENCODE((len(rows), _ENCODE(middle)[1:], silent))


def _listed(lines: Sequence[Line], key: Keyer) -> _Middle | None:
    """The middle of a blob, as of any lines in a third of the time, of single versions in a list, as malicious packages
    have them; None for any other lines."""
    texts, word = {line[1] for line in lines}, lines[0][4] if lines else b""
    if "" in texts or len(texts) != len(lines):
        return None
    if [*lines] != [(False, line[1], Top.LAST.value, line[1], word) for line in lines]:
        return None
    count = len(texts)
    lows, tops = [*range(2, 2 * count + 2, 2)], [*range(2, 3 * count + 2, 3)]
    words, spoken = ([word], [1] * count) if word else ([], [])
    return " " * (count - 1), _borders(texts, key), tops, lows, words, spoken


def spoken(said: Alike, key: Keyer) -> Spoken:
    """The lines again."""
    return hear(tuple(line for _, line in Statements(said.of(" ")[2], key).stated(())), said.silent)


def pack(stated: Set[Stated], silent: Set[Silent], key: Keyer) -> bytes:
    """The blob of these statements, whatever their order."""
    places = _Places({line for _, line in stated}, key)
    rows = sorted([(record, places.of[line]) for record, line in stated])
    columns = [[row[which] for _, row in rows] for which in range(3)]
    return places.blob(*_named([record for record, _ in rows]), columns, silent)


def told(rank: int, place: int) -> int:
    """What the record of that rank states, which is what stands at that place among all that is stated alike: a number,
    the sum of what stands at place 0 and the place."""
    return rank << _RANK | place


def parted(stated: Iterable[int]) -> tuple[list[int], list[int]]:
    """The ranks and the places that were told so."""
    return [each >> _RANK for each in stated], [each & _PLACE for each in stated]


class Packer:
    """Packs what is stated of packages, as ``told``; ``ids`` are the records', in their order, ``said`` gives what
    stands at a place."""

    def __init__(self, ids: Sequence[str], said: Callable[[int], Spoken], key: Keyer) -> None:
        self._ids, self._said, self._key = ids, said, key
        self._ranks: list[int] = []
        self._names = "", ""

    def pack(self, stated: Sequence[int]) -> Packed:
        """The blob of what is stated, in order."""
        ranks, at = parted(stated)
        said = {place: self._said(place) for place in set(at)}
        differ = len(set(ranks)) == len(ranks)
        until = {place: each.until for place, each in said.items() if each.until is not None} if differ else {}
        if len(until) == len(said):
            return self._until([until[place] for place in at], ranks)
        places = _Places({line for each in said.values() for line in each.lines}, self._key)
        one = {place: places.of[each.lines[0]] for place, each in said.items() if len(each.lines) == 1}
        if differ and len(one) == len(said) and not any(each.silent for each in said.values()):
            parts = [{place: row[which] for place, row in one.items()} for which in range(3)]
            return len(ranks), 0, places.blob(*self._naming(ranks), [[*map(part.__getitem__, at)] for part in parts])
        both = list(zip(ranks, at, strict=True))
        silent = {Silent(self._ids[rank], said[place].silent) for rank, place in both if said[place].silent}
        rows = sorted({(rank, places.of[line]) for rank, place in both for line in said[place].lines})
        names = self._naming([rank for rank, _ in rows])
        columns = [[row[which] for _, row in rows] for which in range(3)]
        return len(rows), len(silent), places.blob(*names, columns, silent)

    def _until(self, fixes: Sequence[str], ranks: list[int]) -> Packed:
        """As of any records, in half the time, of those that state a fix each and no more."""
        borders = _borders(set(fixes), self._key)
        tops = {text: 3 * at for at, text in enumerate(borders, 1)} | {"": 0}
        return len(ranks), 0, _ENCODE(Blob(*self._naming(ranks), borders, [tops[text] for text in fixes]))

    def _naming(self, ranks: list[int]) -> tuple[str, str]:
        """As ``_named``: packages beside one another are often of the same records."""
        if ranks != self._ranks:
            self._ranks, self._names = ranks, _named([self._ids[rank] for rank in ranks])
        return self._names


def _middle_of(line: Line, key: Keyer) -> bytes:
    """As of any lines, in a third of the time."""
    above, low, kind, top, word = line
    borders = _borders({low, top}, key) if low and top else [low or top] if low or top else []
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
        word = {word: at for at, word in enumerate(self._words, 1)}
        place[""] = word[b""] = 0
        self.of: dict[Line, _Row] = {
            line: (2 * place[line[1]] + line[0], 3 * place[line[3]] - line[2] if line[3] else 0, word[line[4]])
            for line in lines
        }

    def middle(self, records: str, tops: Sequence[int], lows: Sequence[int], words: Sequence[int]) -> _Middle:
        """The middle of a blob."""
        return records, self._borders, tops, lows if any(lows) else (), self._words, words if self._words else ()

    def blob(
        self, common: str, records: str, columns: Sequence[Sequence[int]], silent: Collection[Silent] = ()
    ) -> bytes:
        """The blob of these columns of rows, which are in the order of their records, then of their places."""
        lows, tops, words = columns
        middle = self.middle(records, tops, lows, words)
        return _ENCODE(Blob(common, *middle, sorted(silent, key=lambda each: (each.record, each.why))))


def _borders(texts: Set[str], key: Keyer) -> list[str]:
    """The versions, in their order."""
    found = [text for text in texts if text]
    if len(found) > 1:
        found.sort()
        found.sort(key=key)
    return found


def _named(records: Sequence[str]) -> tuple[str, str]:
    """The beginning that the records' ids share, which are in order, and the rest of each, parted by spaces."""
    first, last = (records[0], records[-1]) if records else ("", "")
    size = min(len(first), len(last))
    while first[:size] != last[:size]:
        size -= 1
    return first[:size], " ".join([record[size:] for record in records] if size else records)
