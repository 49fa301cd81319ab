"""The severities that an OSV record gives in, the one that we show out.

Which one that is, ``rating.preference`` says. Here alone scores are computed, when the database is built.
https://ossf.github.io/osv-schema/#severity-field, https://www.first.org/cvss/
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

from cvss import CVSS2, CVSS3, CVSS4, CVSSError

from pratique.model import Level, Severity
from pratique.vuln.feed._osv_record import Affected, Record, Score, Specific
from pratique.vuln.rating import preference

_WORDS = {
    "critical": Level.CRITICAL,
    "important": Level.HIGH,  # Red Hat's scale, which AlmaLinux keeps
    "high": Level.HIGH,
    "moderate": Level.MEDIUM,
    "medium": Level.MEDIUM,
    "low": Level.LOW,
    "negligible": Level.LOW,  # Ubuntu's scale
    "unimportant": Level.NONE,  # Debian's urgency: the tracker sees no security impact
    "none": Level.NONE,
    "notice": Level.NONE,  # RustSec's informational kinds tell of no vulnerability
    "unmaintained": Level.NONE,
    "unsound": Level.LOW,
}


def rate(record: Record, told: Sequence[Affected] | None = None) -> Severity:
    """The severity of a record; the record's own, else the worst of its packages'. ``told`` are its packages, those may
    be missing of which it says what it says of another one."""
    if told is None:
        told = record.affected or ()
    scores = record.severity or [score for affected in told for score in affected.severity or ()]
    rated = [rating for score in scores if (rating := _vector(score.score)) is not None]
    if rated:
        return max(rated, key=preference) if len(rated) > 1 else rated[0]
    words = _spoken(record, scores, told)
    return _worst(frozenset(words)) if words else _UNRATED


_UNRATED = Severity(Level.UNKNOWN)


@functools.lru_cache(maxsize=256)
def _worst(words: frozenset[str]) -> Severity:
    return Severity(max(map(level_of, words), key=lambda level: level.rank, default=Level.UNKNOWN))


def level_of(word: str) -> Level:
    """The level that a vendor's word stands for."""
    return _WORDS.get(word.strip().lower(), Level.UNKNOWN)


def level_at(score: float) -> Level:
    """The qualitative scale: CVSS v3.1 section 5, v4.0 section 6. (NVD reads v2 by the same without "critical".)"""
    score = float(score)
    if score <= 0:
        return Level.NONE
    return next(level for top, level in _SCALE if score < top)


_SCALE = ((4.0, Level.LOW), (7.0, Level.MEDIUM), (9.0, Level.HIGH), (10.1, Level.CRITICAL))


@functools.lru_cache(maxsize=65536)
def _vector(text: str) -> Severity | None:
    try:
        if text.startswith("CVSS:4."):
            four = CVSS4(text)
            return Severity(level_at(four.base_score), float(four.base_score), text)
        if text.startswith("CVSS:3."):
            return _three(text)
        if text.startswith("AV:"):
            two = float(CVSS2(text).scores()[0])
            return Severity(level_at(two) if two < 9 else Level.HIGH, two, text)
    except (CVSSError, ValueError, KeyError, ArithmeticError):
        return None
    return None


def _three(text: str) -> Severity:
    score = float(CVSS3(text).scores()[0])
    return Severity(level_at(score), score, text)


def _spoken(record: Record, scores: Sequence[Score], told: Sequence[Affected]) -> list[str]:
    """The vendor's words, wherever this vendor puts them."""
    found = [score.score for score in scores]
    if isinstance(record.database_specific, Specific):
        found += record.database_specific.words
    for affected in told:
        own, theirs = affected.ecosystem_specific, affected.database_specific
        if type(own) is Specific and (own.severity or own.urgency or own.informational):
            found += own.words
        if type(theirs) is Specific and (theirs.severity or theirs.urgency or theirs.informational):
            found += theirs.words
    if record.id.startswith("AL"):  # "Important: openssl security update", as in the errata
        found.append((record.summary or "").partition(":")[0])
    return found
