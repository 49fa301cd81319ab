"""A blob in, what the records of a feed state of one package out: the rows that a shard is made of.

The versions that statements name stand once, in their order; a statement refers to its borders by their places. So no
key is stored, and a look-up compares the version asked for with a few borders and the rest by number.
``docs/adr/0009-statements.md`` holds the figures behind this.
"""

from __future__ import annotations

import bisect
import enum
import functools
from collections.abc import Callable, Collection, Sequence, Set

import msgspec

from pratique.model import FixState, Level
from pratique.vuln.bulletin import Scope

Keyer = Callable[[str], bytes]

OPEN = b"\xff"
"""Above every key."""

AFTER = b"\0"
"""``key + AFTER`` is the least key above ``key``, for keys are prefix-free; ``version.after`` is that for a version
with all that count as it."""


class Top(enum.IntEnum):
    """How a statement's versions end: below a fix, with the last one affected, or below a limit that is no fix."""

    FIXED = 0
    LAST = 1
    LIMIT = 2


Line = tuple[bool, str, int, str, bytes]
"""What a record states, on its way into a shard: whether the versions begin above one (else with it) and which ("" from
the beginning), how they end (``Top``) and where ("" open), and a ``Word``, b"" for none."""

Stated = tuple[str, Line]
"""A record's id and what it states."""


class Silent(msgspec.Struct, frozen=True, array_like=True):
    """A record that names the package and cannot be compared with a version."""

    record: str
    why: str


class Word(msgspec.Struct, frozen=True, array_like=True):
    """What a feed says of a statement beyond its versions; ``state`` is None where the fix tells it."""

    state: FixState | None = None
    scope: Scope = Scope()
    date: str = ""
    level: Level = Level.UNKNOWN


_PLAIN = Word()
_ENCODE = msgspec.msgpack.Encoder().encode
_WORD = msgspec.msgpack.Decoder(Word)


def say(word: Word) -> bytes:
    """A word as a line holds it."""
    return b"" if word == _PLAIN else _ENCODE(word)


@functools.lru_cache(maxsize=4096)
def hear(word: bytes) -> Word:
    """The word that a line holds. Raises ``msgspec.MsgspecError`` for other bytes."""
    return _WORD.decode(word) if word else _PLAIN


class Blob(msgspec.Struct, frozen=True, array_like=True):
    """The content of one package's row.

    ``records`` are the statements' records, in order, without the beginning ``common`` to all, parted by spaces.
    ``borders`` are the versions named, in the order of their scheme; ``tops`` and ``lows`` refer to them, counted from
    1: a top is ``3 * border - kind`` or 0 for none; a low is ``2 * border``, one more where it begins above the border,
    0 from the beginning; all lows are 0 where the list is empty.
    ``words`` and, a statement each, ``spoken`` (0 for none) are empty where nobody says more.
    """

    common: str
    records: str
    borders: list[str]
    tops: Sequence[int]
    lows: Sequence[int] = []
    words: list[bytes] = []
    spoken: Sequence[int] = []
    silent: list[Silent] = []


_BLOB = msgspec.msgpack.Decoder(Blob)

Packed = tuple[int, int, bytes]
"""How many statements there are, how many records that cannot be compared, and the blob."""


class Naming(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Of a ``Blob`` the records that it names, for who asks of all blobs."""

    common: str
    records: str
    borders: msgspec.Raw
    tops: msgspec.Raw
    lows: msgspec.Raw
    words: msgspec.Raw
    spoken: msgspec.Raw
    silent: list[Silent]

    def name_any(self, records: Set[str]) -> bool:
        """Whether any of these is named."""
        common = self.common
        if not self.records:  # one record's, as of most packages of languages
            named = common in records
        else:
            named = not records.isdisjoint([common + rest for rest in self.records.split(" ")])
        return named or (bool(self.silent) and any(each.record in records for each in self.silent))


class Said(msgspec.Struct, frozen=True):
    """One statement as it was read; its borders are "" where there is none."""

    record: str
    introduced: str
    after: str
    fixed: str
    last: str
    limit: str
    word: Word


class Statements:
    """A blob that is open. ``key`` makes keys of its scheme, ``after`` those of ``version.after`` where the scheme has
    local versions. Raises ``msgspec.MsgspecError`` for other bytes."""

    def __init__(self, blob: bytes | msgspec.Raw, key: Keyer, after: Keyer | None = None) -> None:
        self._blob = _BLOB.decode(blob)
        self._key = key
        self._after = after
        self._records: list[str] = []

    @property
    def silent(self) -> list[Silent]:
        """The records that cannot be compared."""
        return self._blob.silent

    @property
    def records(self) -> list[str]:
        """A record's id for each statement."""
        if not self._records and self._blob.tops:
            common = self._blob.common
            self._records = [common + rest for rest in self._blob.records.split(" ")]
        return self._records

    def __len__(self) -> int:
        return len(self._blob.tops)

    def holding(self, key: bytes) -> list[int]:
        """The places of the statements that hold the version."""
        below, upto = self._around(key)
        lows = self._blob.lows
        above = self._above(key, below, upto)
        if not lows:
            return above
        most, least = 2 * below + 1, 2 * upto
        return [at for at in above if (low := lows[at]) <= most or (low <= least and not low % 2)]

    def ending_above(self, key: bytes, records: Collection[str]) -> list[int]:
        """The places of these records' statements that end above the version."""
        return [at for at in self._above(key, *self._around(key)) if self.records[at] in records]

    def said(self, at: int) -> Said:
        """The statement at that place."""
        blob = self._blob
        kind, border = -blob.tops[at] % 3, -(-blob.tops[at] // 3)
        text = blob.borders[border - 1] if border else ""
        low = blob.lows[at] if blob.lows else 0
        spoken = blob.spoken[at] if blob.spoken else 0
        return Said(
            self.records[at],
            "" if low % 2 or not low else blob.borders[low // 2 - 1],
            blob.borders[low // 2 - 1] if low % 2 else "",
            text if kind == Top.FIXED else "",
            text if kind == Top.LAST else "",
            text if kind == Top.LIMIT else "",
            hear(blob.words[spoken - 1]) if spoken else _PLAIN,
        )

    def name_any(self, records: Set[str]) -> bool:
        """Whether any of these records names the package."""
        return not records.isdisjoint(self.records) or any(each.record in records for each in self._blob.silent)

    def stated(self, without: Collection[str]) -> set[Stated]:
        """The statements as they were packed, but for those of some records."""
        blob = self._blob
        borders, words = ["", *blob.borders], [b"", *blob.words]
        nothing = [0] * len(self)
        return {
            (record, (low % 2 == 1, borders[low // 2], -top % 3, borders[-(-top // 3)], words[word]))
            for record, low, top, word in zip(
                self.records, blob.lows or nothing, blob.tops, blob.spoken or nothing, strict=True
            )
            if record not in without
        }

    def _around(self, key: bytes) -> tuple[int, int]:
        """How many borders lie below the version, and how many do not lie above it."""
        borders = self._blob.borders
        below = bisect.bisect_left(borders, key, key=self._key)
        return below, bisect.bisect_right(borders, key, lo=below, key=self._key)

    def _above(self, key: bytes, below: int, upto: int) -> list[int]:
        tops, least = self._blob.tops, 3 * upto + 1
        public = self._public(key, below)
        if below == upto and not public:  # the version is no border itself
            return [at for at, top in enumerate(tops) if top >= least or not top]
        last = 3 * below + 1
        return [
            at
            for at, top in enumerate(tops)
            if top >= least or not top or (top >= last and top % 3 == 2) or top in public
        ]

    def _public(self, key: bytes, below: int) -> Set[int]:
        """The tops that end with a version that the one asked for, above it, counts as: with 2.5.1 for 2.5.1+cu121."""
        found: set[int] = set()  # set[int]() takes ten times as long
        if self._after is None:
            return found
        for at in range(below, 0, -1):
            border = self._blob.borders[at - 1]
            if self._after(border) > key:
                found.add(3 * at - Top.LAST)
            elif "+" not in border:  # between the two there may be other local versions
                break
        return found
