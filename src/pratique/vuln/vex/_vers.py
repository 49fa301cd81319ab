"""A version range specifier and a package's version in, whether the version is in the range out.

The draft of ECMA's standard, clause 5: https://github.com/package-url/vers-spec/tree/main/docs/specification/standard.
Ranges that break its rules are refused, not mended: they are read to silence findings.
"""

from __future__ import annotations

import functools
import itertools
import re
from urllib.parse import unquote

import msgspec

from pratique import version
from pratique.model import DISTRIBUTION_TYPES
from pratique.vuln.ecosystem import BY_TYPE

_LONGEST = 4096  # characters
_CONSTRAINT = re.compile(r"(>=|<=|!=|<|>|)([^\s<>=!*|]+)", re.ASCII)
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_FROM, _BELOW = (">", ">="), ("<", "<=")


class _Border(msgspec.Struct, frozen=True):
    """Where versions begin to be in the range, or cease to be: those of ``least`` and above do."""

    least: bytes
    begins: bool


class Range(msgspec.Struct, frozen=True):
    """``borders`` in the order of their versions, by turns; ``named`` versions are in, ``excepted`` ones are not,
    whatever they lie between. Without borders and names nothing is in it, unless ``every`` version is."""

    borders: tuple[_Border, ...] = ()
    named: frozenset[bytes] = frozenset()
    excepted: frozenset[bytes] = frozenset()
    every: bool = False

    def holds(self, key: bytes) -> bool:
        """Whether the version of that key is in the range."""
        if key in self.named or self.every:
            return True
        if key in self.excepted:
            return False
        passed = [border for border in self.borders if border.least <= key]
        return passed[-1].begins if passed else bool(self.borders) and not self.borders[0].begins


def scheme_of(type: str) -> str:
    """The version scheme of a type of package. Raises ``ValueError`` for one without."""
    if type in DISTRIBUTION_TYPES:
        return type
    ecosystem = BY_TYPE.get(type)
    if ecosystem is None:
        raise ValueError(f"versions of packages of type {type!r} are not compared")
    return ecosystem.scheme


@functools.lru_cache(maxsize=1024)
def parse(text: str, type: str) -> Range:
    """The range, of versions of packages of that type. Raises ``ValueError`` for what is none, or of another type."""
    scheme, colon, rest = text.partition(":")
    kind, slash, constraints = rest.partition("/")
    if scheme != "vers" or not colon or not slash or len(text) > _LONGEST:
        raise ValueError(f"{text[:100]!r} is no version range specifier, as in vers:npm/>=1.0.0|<2.0.0")
    kind = kind.lower()
    if kind in ("all", "none") and constraints == "*":
        return Range(every=kind == "all")
    compared = scheme_of(type)
    if kind not in (type, compared):
        raise ValueError(f"{text[:100]!r} is a range of {kind} versions, and the package's are of {type}")
    return Range(every=True) if constraints == "*" else _range(constraints, compared)


def _range(constraints: str, scheme: str) -> Range:
    read = [_constraint(each, scheme) for each in constraints.split("|")]
    keys = [key for _, key, _ in read]
    if any(first >= second for first, second in itertools.pairwise(keys)):
        raise ValueError(f"the versions of {constraints[:100]!r} do not stand in their order, each once")
    told = [(comparator, key) for comparator, key, _ in read if comparator != "!="]
    if any(not _may_follow(first, second) for (first, _), (second, _) in itertools.pairwise(told)):
        raise ValueError(f"the comparators of {constraints[:100]!r} do not take turns")
    return Range(
        tuple(_Border(least, comparator in _FROM) for comparator, _, least in read if comparator in (*_FROM, *_BELOW)),
        frozenset(key for comparator, key, _ in read if not comparator),
        frozenset(key for comparator, key, _ in read if comparator == "!="),
    )


def _constraint(text: str, scheme: str) -> tuple[str, bytes, bytes]:
    """Its comparator, its version's key, and the least key beyond the border that it makes. A local version (PEP 440)
    counts as the one that it is made of."""
    found = _CONSTRAINT.fullmatch(text)
    if found is None or _ESCAPE.search(found[2]):
        raise ValueError(f"{text[:100]!r} is no constraint on versions")
    comparator, named = found[1], unquote(found[2])
    key = version.key(scheme, named)
    return comparator, key, version.after(scheme, named) if comparator in ("<=", ">") else key


def _may_follow(first: str, second: str) -> bool:
    """Whether a constraint may stand after another, of those that are no exceptions (5.4)."""
    if first in _FROM:
        return second in _BELOW
    return not second or second in _FROM
