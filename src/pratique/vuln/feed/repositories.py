"""Red Hat's list of repositories in, the releases of its feed that each content set serves out.

https://redhatproductsecurity.github.io/security-data-guidelines/scanning-vendors/ (``repository-to-cpe.json``).
An image names its content sets; which streams of updates these are, this list alone tells of layered products and of
RHEL 7.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from pratique.errors import Unreadable
from pratique.vuln.feed._shape import Feed, Settings, Source
from pratique.vuln.feed._spool import Run
from pratique.vuln.manifest import ShardFacts
from pratique.vuln.rows import instant
from pratique.vuln.vendor import _repositories

KIND = NAME = "repositories"
FILE = "redhat/repository-to-cpe.json"

SCHEMA = "CREATE TABLE repository (name TEXT PRIMARY KEY, releases TEXT NOT NULL) WITHOUT ROWID;"


def shards(source: Path) -> tuple[str, ...]:
    """``repositories`` where the file is there."""
    return (NAME,) if (source / FILE).is_file() else ()


def fill(connection: sqlite3.Connection, source: Source, settings: Settings, runs: Sequence[Run]) -> ShardFacts:
    """A row a content set, its releases parted by spaces."""
    found = _repositories.read(source.folder, settings.limits)
    rows = [(name, " ".join(releases)) for name, releases in sorted(found.releases.items()) if releases]
    if not rows:
        raise Unreadable(f"{FILE} names no content set")
    connection.executemany("INSERT INTO repository VALUES (?,?)", rows)
    return ShardFacts(date=instant(found.date), records=len(rows))


FEED = Feed(KIND, SCHEMA, shards, fill)
