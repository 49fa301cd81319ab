"""FIRST's Exploit Prediction Scoring System in (csv.gz), a row a CVE out. https://www.first.org/epss/data_stats"""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import Limits
from pratique.vuln.feed._shape import Feed, Settings, Source
from pratique.vuln.feed._spool import Run
from pratique.vuln.feed.kev import read_file
from pratique.vuln.manifest import ShardFacts
from pratique.vuln.rows import instant

FILE = "epss_scores-current.csv.gz"

SCHEMA = """
CREATE TABLE epss (cve TEXT PRIMARY KEY, score REAL NOT NULL, percentile REAL NOT NULL) WITHOUT ROWID;
"""

_DATE = re.compile(r"score_date:([0-9T:.+Z-]+)")
_COLUMNS = "cve,epss,percentile"


def shards(source: Path) -> tuple[str, ...]:
    """``epss`` where the file is there."""
    return ("epss",) if (source / FILE).is_file() else ()


def fill(connection: sqlite3.Connection, source: Source, settings: Settings, runs: Sequence[Run]) -> ShardFacts:
    """Every score; the feed's date is the ``score_date`` of the first line. Lines that are no score are counted."""
    text = _inflate(read_file(source.folder / FILE, settings.limits), settings.limits).decode("utf-8", "replace")
    lines = text.splitlines()
    dated = _DATE.search(lines[0]) if lines and lines[0].startswith("#") else None
    if dated is None or len(lines) < 3 or lines[1] != _COLUMNS:
        raise Unreadable(f"{FILE} is no EPSS file: it begins {text[:60]!r}")
    rows = list(_rows(lines[2:]))
    connection.executemany("INSERT OR REPLACE INTO epss VALUES (?,?,?)", rows)
    return ShardFacts(date=instant(dated[1]), records=len(rows), unreadable=len(lines) - 2 - len(rows))


def _rows(lines: list[str]) -> Iterator[tuple[str, float, float]]:
    for line in lines:
        parts = line.split(",")
        try:
            cve, score, percentile = parts[0], float(parts[1]), float(parts[2])
        except (ValueError, IndexError):
            continue
        if cve.startswith("CVE-") and 0 <= score <= 1 and 0 <= percentile <= 1:
            yield cve, score, percentile


def _inflate(data: bytes, limits: Limits) -> bytes:
    inflater = zlib.decompressobj(31)
    try:
        text = inflater.decompress(data, limits.feed_file + 1)
    except zlib.error as error:
        raise Unreadable(f"{FILE} cannot be inflated: {error}") from error
    if len(text) > limits.feed_file:
        raise LimitExceeded(f"{FILE} inflates past feed_file, {limits.feed_file} bytes")
    if not inflater.eof:
        raise Unreadable(f"{FILE} is truncated")
    return text


FEED = Feed("epss", SCHEMA, shards, fill)
