"""The severities that an OSV record gives in, the one that we show out.

CVSS vectors before a vendor's word; v4 before v3.1 before v3.0 before v2; of one version the highest score.
https://ossf.github.io/osv-schema/#severity-field, https://www.first.org/cvss/
"""

from __future__ import annotations

import functools

import msgspec
from cvss import CVSS2, CVSS3, CVSS4, CVSSError

from pratique.model import Level
from pratique.vuln.feed._osv_record import Affected, Record, Score, Words, words


class Rated(msgspec.Struct, frozen=True):
    """``score`` is the CVSS base score of ``vector``, None where only a word is given."""

    level: Level = Level.UNKNOWN
    score: float | None = None
    vector: str = ""


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


def rate(record: Record) -> Rated:
    """The severity of a record; the record's own, else the worst of its packages'."""
    scores = list(record.severity or ())
    if not scores:
        scores = [score for affected in record.affected or () for score in affected.severity or ()]
    rated = [rating for score in scores if (rating := _vector(score.score)) is not None]
    if rated:
        return max(rated, key=preference)
    levels = [_WORDS.get(word.strip().lower(), Level.UNKNOWN) for word in _spoken(record, scores)]
    return Rated(max(levels, key=lambda level: level.rank, default=Level.UNKNOWN))


def preference(rated: Rated) -> tuple[int, float, int, str]:
    """Greater is shown rather: CVSS version, then score, then level; the vector only settles ties."""
    version = next((rank for prefix, rank in _VERSIONS if rated.vector.startswith(prefix)), 1 if rated.vector else 0)
    return version, rated.score if rated.score is not None else -1.0, rated.level.rank, rated.vector


_VERSIONS = (("CVSS:4", 4), ("CVSS:3.1", 3), ("CVSS:3.0", 2))


@functools.lru_cache(maxsize=65536)
def _vector(text: str) -> Rated | None:
    try:
        if text.startswith("CVSS:4."):
            four = CVSS4(text)
            return Rated(_level(four.base_score), float(four.base_score), text)
        if text.startswith("CVSS:3."):
            return _three(text)
        if text.startswith("AV:"):
            two = float(CVSS2(text).scores()[0])
            return Rated(_level(two) if two < 9 else Level.HIGH, two, text)
    except (CVSSError, ValueError, KeyError, ArithmeticError):
        return None
    return None


def _three(text: str) -> Rated:
    score = float(CVSS3(text).scores()[0])
    return Rated(_level(score), score, text)


def _level(score: float) -> Level:
    """The qualitative scale: CVSS v3.1 section 5, v4.0 section 6. (NVD reads v2 by the same without "critical".)"""
    score = float(score)
    if score <= 0:
        return Level.NONE
    return next(level for top, level in _SCALE if score < top)


_SCALE = ((4.0, Level.LOW), (7.0, Level.MEDIUM), (9.0, Level.HIGH), (10.1, Level.CRITICAL))


def _spoken(record: Record, scores: list[Score]) -> list[str]:
    """The vendor's words, wherever this vendor puts them."""
    found = [score.score for score in scores]
    found += _words(words(record.database_specific))
    for affected in record.affected or ():
        found += _affected_words(affected)
    if record.id.startswith("AL"):  # "Important: openssl security update", as in the errata
        found.append((record.summary or "").partition(":")[0])
    return found


def _affected_words(affected: Affected) -> list[str]:
    return _words(words(affected.ecosystem_specific)) + _words(words(affected.database_specific))


def _words(found: Words) -> list[str]:
    return [word for word in (found.severity, found.urgency, found.informational) if word]
