"""The shards of a database in, a shard of the CVSS vectors that they give a CVE out.

Few feeds score: a CVE that Debian tells of without a word on its severity is often scored by another feed. The vector
is of the vulnerability, not of the package, and whoever gave it is named with it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from pratique.model import Level, Severity
from pratique.vuln.asof import parse_date, silence
from pratique.vuln.identity import own_cves
from pratique.vuln.manifest import ShardFacts
from pratique.vuln.rating import preference, publisher

KIND = NAME = "cvss"

SCHEMA = """
CREATE TABLE cvss (
    cve TEXT PRIMARY KEY, level TEXT NOT NULL, score REAL NOT NULL, vector TEXT NOT NULL, source TEXT NOT NULL
) WITHOUT ROWID;
"""


def fill(connection: sqlite3.Connection, shards: Iterable[Path]) -> ShardFacts:
    """The preferred vector of each CVE, of records that are about no other one and were not withdrawn when their feed
    was last changed."""
    best: dict[str, _Scored] = {}
    for path in shards:
        for cve, scored in _scored(path):
            held = best.get(cve)
            if held is None or (held != scored and _order(scored) > _order(held)):
                best[cve] = scored
    connection.executemany("INSERT INTO cvss VALUES (?,?,?,?,?)", ((cve, *best[cve]) for cve in sorted(best)))
    return ShardFacts(records=len(best))


_Scored = tuple[str, float, str, str]
"""A row without its CVE: level, score, vector, source."""


def _order(scored: _Scored) -> tuple[tuple[int, float, int, str], str]:
    level, score, vector, source = scored
    return preference(Severity(Level(level), score, vector)), source


def _scored(path: Path) -> Iterator[tuple[str, _Scored]]:
    connection = sqlite3.connect(path)
    try:
        (changed,) = connection.execute("SELECT max(modified) FROM record").fetchone()
        now = parse_date(changed or "")
        rows = connection.execute(
            "SELECT id, feed, aliases, upstream, level, score, vector, withdrawn FROM record"
            " WHERE vector != '' AND score IS NOT NULL"
        )
        for id_, feed, aliases, upstream, level, score, vector, withdrawn in rows:
            if withdrawn and silence("", withdrawn, None, now):
                continue
            cves = own_cves(id_, aliases, upstream)
            if len(cves) == 1:
                yield min(cves), (level, score, vector, publisher(id_, feed))
    finally:
        connection.close()
