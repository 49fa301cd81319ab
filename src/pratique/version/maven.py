"""A Maven version in, its key out: https://maven.apache.org/pom.html#version-order-specification, made an order.

Tokens parted by dots, hyphens and changes between digits and letters. The published comparison has cycles
(``1-alpha-1 < 1 < 1.redhat-1 < 1-alpha-1``); ADR 0001 says what is normalised so that there are none: zeros before a
qualifier, a hyphen or the end are left out, and a qualifier means the same after a dot as after a hyphen. At one place:
alpha < beta < milestone < rc < snapshot < the end < sp < other words < a number after a hyphen < one after a dot.
"""

from __future__ import annotations

import re

from pratique import plugins

# Maven refuses \\/:"<>|?*[](){}, in versions; "${revision}" is none, nor is what holds a space.
_VERSION = re.compile(r"[A-Za-z0-9._+~!#%&'=;@^-]+", re.ASCII)
_TOKENS = re.compile(r"([0-9]+)|([^0-9.-]+)|[.-]")

_QUALIFIERS = {"alpha": 0, "beta": 1, "milestone": 2, "rc": 3, "cr": 3, "snapshot": 4, "sp": 7}
_END, _RELEASE, _WORD, _HYPHEN_NUMBER, _DOT_NUMBER = 5, 6, 8, 9, 10
_RELEASES = frozenset(("", "ga", "final", "release"))
_BEFORE_DIGITS = {"a": "alpha", "b": "beta", "m": "milestone"}

_Token = tuple[int, int | str]  # its rank, and its number, its word or 0


def parse(text: str) -> plugins.Key:
    """The order of ``ComparableVersion`` on normalised texts."""
    if not _VERSION.fullmatch(text):
        raise ValueError
    key: list[int | str] = []
    for rank, value in _normalised(_tokens(text.lower())):
        key.append(rank)
        if rank >= _WORD:
            key.append(value)
    key.append(_END)
    return tuple(key)


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    rank = _DOT_NUMBER
    missing = True  # a token before the next separator; an empty one is 0
    matches = list(_TOKENS.finditer(text))
    for match in matches:
        digits, word = match.groups()
        if digits is None and word is None:
            if missing:
                tokens.append((rank, 0))
            rank = _HYPHEN_NUMBER if match[0] == "-" else _DOT_NUMBER
            missing = True
            continue
        if not missing:
            rank = _HYPHEN_NUMBER  # a change between digits and letters is a hyphen
        tokens.append(
            (rank, int(digits)) if digits else _qualifier(word, text[match.end() : match.end() + 1].isdigit())
        )
        missing = False
    return tokens


def _qualifier(word: str, before_digits: bool) -> _Token:
    if before_digits:
        word = _BEFORE_DIGITS.get(word, word)
    if word in _RELEASES:
        return (_RELEASE, 0)
    rank = _QUALIFIERS.get(word)
    return (_WORD, word) if rank is None else (rank, 0)


def _normalised(tokens: list[_Token]) -> list[_Token]:
    """Without zeros and words for "release" that stand before a qualifier, a hyphen or the end."""
    kept: list[_Token] = []
    for token in reversed(tokens):
        rank, value = token
        null = rank == _RELEASE or (value == 0 and rank >= _HYPHEN_NUMBER)
        if null and (not kept or kept[-1][0] != _DOT_NUMBER):
            continue
        kept.append(token)
    kept.reverse()
    return kept


SCHEME = plugins.Scheme(names=("maven", "Maven"), parse=parse)
