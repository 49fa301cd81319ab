"""CISA's Known Exploited Vulnerabilities catalogue in, a row a CVE out. https://www.cisa.gov/known-exploited-vulnerabilities-catalog

The JSON's schema: https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities_schema.json
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import msgspec

from pratique.errors import UNDECODABLE, LimitExceeded, Unreadable
from pratique.limits import Limits
from pratique.vuln.feed._shape import Feed, Settings, Source
from pratique.vuln.feed._spool import Run
from pratique.vuln.manifest import ShardFacts
from pratique.vuln.rows import instant

FILE = "known_exploited_vulnerabilities.json"

SCHEMA = """
CREATE TABLE kev (
    cve TEXT PRIMARY KEY, added TEXT NOT NULL, due TEXT NOT NULL, ransomware INTEGER NOT NULL
) WITHOUT ROWID;
"""


class _Entry(msgspec.Struct, frozen=True, rename="camel"):
    cve: str = msgspec.field(name="cveID")
    date_added: str
    due_date: str = ""
    known_ransomware_campaign_use: str = "Unknown"


class _Catalogue(msgspec.Struct, frozen=True, rename="camel"):
    date_released: str
    vulnerabilities: list[_Entry]


def shards(source: Path) -> tuple[str, ...]:
    """``kev`` where the file is there."""
    return ("kev",) if (source / FILE).is_file() else ()


def fill(connection: sqlite3.Connection, source: Source, settings: Settings, runs: Sequence[Run]) -> ShardFacts:
    """Every entry; the feed's date is the catalogue's ``dateReleased``."""
    try:
        catalogue = msgspec.json.decode(read_file(source.folder / FILE, settings.limits), type=_Catalogue)
    except UNDECODABLE as error:
        raise Unreadable(f"{FILE} is no catalogue: {error}") from error
    rows = [
        (entry.cve.strip().upper(), entry.date_added, entry.due_date, entry.known_ransomware_campaign_use == "Known")
        for entry in catalogue.vulnerabilities
    ]
    if not rows:
        raise Unreadable(f"{FILE} holds no vulnerability")
    connection.executemany("INSERT OR REPLACE INTO kev VALUES (?,?,?,?)", rows)
    return ShardFacts(date=instant(catalogue.date_released), records=len(rows))


def read_file(path: Path, limits: Limits) -> bytes:
    """A feed that is one file. Raises ``LimitExceeded`` past ``feed_file`` and ``Unreadable``."""
    try:
        with path.open("rb") as file:
            data = file.read(limits.feed_file + 1)
    except OSError as error:
        raise Unreadable(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    if len(data) > limits.feed_file:
        raise LimitExceeded(f"{str(path)!r} is larger than feed_file, {limits.feed_file} bytes")
    return data


FEED = Feed("kev", SCHEMA, shards, fill)
