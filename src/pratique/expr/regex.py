"""The text of a regular expression in, its tree out.

The subset of https://github.com/google/re2/wiki/Syntax that ``pattern.py`` names; anything else is a ``PatternError``.
"""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

LAST = 0x10FFFF
Ranges = tuple[tuple[int, int], ...]


class PatternError(Exception):
    """What is wrong with a pattern, and where in it. Does not leave ``expr``."""


class Characters(NamedTuple):
    """One character out of inclusive ranges of code points."""

    ranges: Ranges


class Assertion(NamedTuple):
    """The start of the text, or its end."""

    at_end: bool


class Sequence(NamedTuple):
    """One after the other; empty matches the empty text."""

    parts: tuple[Regex, ...]


class Either(NamedTuple):
    """One of them."""

    parts: tuple[Regex, ...]


class Repeat(NamedTuple):
    """``least`` to ``most`` times, None for without end."""

    part: Regex
    least: int
    most: int | None


Regex = Characters | Assertion | Sequence | Either | Repeat

_DIGIT: Ranges = ((48, 57),)
_WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE: Ranges = ((9, 10), (12, 13), (32, 32))  # RE2's \s, which has no \v
_CLASSES = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_CONTROL = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
_COUNTED = re.compile(r"\{([0-9]{1,4})(,([0-9]{0,4}))?\}")
_MOST_REPEATS = 1000  # RE2's own bound


def parse(text: str, most_nested: int) -> Regex:
    """The tree of ``text``. Groups nest at most ``most_nested`` deep."""
    reader = _Reader(text, most_nested)
    node = reader.either(0)
    if reader.at < len(text):
        reader.fail("')' without '('")
    return node


def opposite(ranges: Ranges) -> Ranges:
    """All code points that are not in ``ranges``."""
    gaps = []
    start = 0
    for low, high in sorted(ranges):
        if low > start:
            gaps.append((start, low - 1))
        start = max(start, high + 1)
    return (*gaps, (start, LAST)) if start <= LAST else tuple(gaps)


class _Reader:
    def __init__(self, text: str, most_nested: int) -> None:
        self.text = text
        self.at = 0
        self.most_nested = most_nested

    def fail(self, what: str) -> NoReturn:
        raise PatternError(f"character {self.at + 1} of the pattern {self.text[:60]!r}: {what}")

    def _take(self, word: str) -> bool:
        if self.text.startswith(word, self.at):
            self.at += len(word)
            return True
        return False

    def either(self, nested: int) -> Regex:
        if nested > self.most_nested:
            self.fail(f"groups are nested more than {self.most_nested} deep")
        parts = [self._sequence(nested)]
        while self._take("|"):
            parts.append(self._sequence(nested))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _sequence(self, nested: int) -> Regex:
        parts = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            parts.append(self._repeated(self._atom(nested)))
        return Sequence(tuple(parts))

    def _repeated(self, node: Regex) -> Regex:
        least, most = self._times()
        if (least, most) == (1, 1):
            return node
        self._take("?")  # a lazy one finds the same texts
        if self.text.startswith(("*", "+", "?"), self.at) or _COUNTED.match(self.text, self.at):
            self.fail("a repetition of a repetition; put the first into a group (?:…)")
        return Repeat(node, least, most)

    def _times(self) -> tuple[int, int | None]:
        if self._take("*"):
            return 0, None
        if self._take("+"):
            return 1, None
        if self._take("?"):
            return 0, 1
        counted = _COUNTED.match(self.text, self.at)
        if counted is None:
            return 1, 1
        least = int(counted[1])
        most = least if counted[2] is None else int(counted[3]) if counted[3] else None
        if max(least, most or 0) > _MOST_REPEATS or (most is not None and most < least):
            self.fail(f"no repetition: {counted[0]!r}; at most {_MOST_REPEATS} times, the smaller number first")
        self.at = counted.end()
        return least, most

    def _atom(self, nested: int) -> Regex:
        character = self.text[self.at]
        if character in "*+?" or _COUNTED.match(self.text, self.at):
            self.fail(f"nothing to repeat before {character!r}")
        if character == "(":
            return self._group(nested)
        if character == "[":
            return Characters(self._class())
        if character == "\\":
            return self._escape()
        self.at += 1
        if character == ".":
            return Characters(opposite(((10, 10),)))
        if character in "^$":
            return Assertion(character == "$")
        return Characters(((ord(character), ord(character)),))

    def _group(self, nested: int) -> Regex:
        if self.text.startswith("(?", self.at) and not self.text.startswith("(?:", self.at):
            self.fail("flags, named groups and look-around are not part of this subset of RE2")
        opened = self.at
        self.at += 3 if self.text.startswith("(?:", self.at) else 1
        node = self.either(nested + 1)
        if not self._take(")"):
            self.at = opened
            self.fail("'(' without ')'")
        return node

    def _escape(self) -> Regex:
        if self._take("\\A"):
            return Assertion(False)
        if self._take("\\z"):
            return Assertion(True)
        return Characters(self._escaped())

    def _escaped(self) -> Ranges:
        """What a backslash and the next characters stand for, in a class or outside."""
        letter = self.text[self.at + 1 : self.at + 2]
        if letter.lower() in _CLASSES and letter:
            self.at += 2
            ranges = _CLASSES[letter.lower()]
            return ranges if letter.islower() else opposite(ranges)
        if letter in _CONTROL:
            point, width = _CONTROL[letter], 2
        elif hexadecimal := re.compile(r"\\x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})").match(self.text, self.at):
            point, width = int(hexadecimal[1] or hexadecimal[2], 16), len(hexadecimal[0])
        elif letter and letter.isascii() and not letter.isalnum() and letter != "_":
            point, width = ord(letter), 2
        else:
            self.fail(f"'\\{letter}' is not part of this subset of RE2")
        if point > LAST:
            self.fail("no code point")
        self.at += width
        return ((point, point),)

    def _class(self) -> Ranges:
        opened = self.at
        self.at += 1
        negated = self._take("^")
        ranges: list[tuple[int, int]] = []
        while not ranges or not self.text.startswith("]", self.at):
            if self.at >= len(self.text):
                self.at = opened
                self.fail("'[' without ']'")
            ranges.extend(self._class_item())
        self.at += 1
        return opposite(tuple(ranges)) if negated else tuple(ranges)

    def _class_item(self) -> Ranges:
        if self.text.startswith("[:", self.at):
            self.fail("named classes are not part of this subset of RE2")
        low = self._class_character()
        dash = self.text.startswith("-", self.at) and self.text[self.at + 1 : self.at + 2] not in ("]", "")
        if not dash:
            return low
        self.at += 1
        high = self._class_character()
        if len(low) != 1 or len(high) != 1 or low[0][0] != low[0][1] or high[0][0] != high[0][1] or low > high:
            self.fail("no range of characters")
        return ((low[0][0], high[0][0]),)

    def _class_character(self) -> Ranges:
        if self.text[self.at] == "\\":
            return self._escaped()
        self.at += 1
        return ((ord(self.text[self.at - 1]), ord(self.text[self.at - 1])),)
