"""A shard and a newer ``modified_id.csv`` in, the shard with only the changed records read anew out.

https://google.github.io/osv.dev/data/#downloading-recent-changes
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

import msgspec

from pratique.errors import Unreadable
from pratique.vuln.ecosystem import BY_NAME
from pratique.vuln.feed import osv
from pratique.vuln.feed._shape import Settings
from pratique.vuln.fresh import parse_date
from pratique.vuln.manifest import ShardFacts
from pratique.vuln.rows import row_key


class Changes(msgspec.Struct, frozen=True):
    """Identifiers of the records that are new or newer, and of those that are no longer listed."""

    changed: tuple[str, ...]
    gone: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.changed) + len(self.gone)


def listed(data: bytes) -> dict[str, datetime]:
    """``modified,id`` lines as times by identifier. Raises ``Unreadable`` for a table of another kind."""
    found = {}
    for line in data.decode("utf-8", "replace").splitlines():
        time, _, id_ = line.partition(",")
        date = parse_date(time)
        if date is None or not id_:
            raise Unreadable(f"modified_id.csv holds the line {line[:80]!r}")
        found[id_] = date
    return found


def changes(shard: Path, now: dict[str, datetime], skip: tuple[str, ...]) -> Changes:
    """What differs, to the second: some exporters leave fractions out of the one or the other."""
    connection = sqlite3.connect(shard)
    try:
        had = {id_: parse_date(time) for id_, time in connection.execute("SELECT id, modified FROM record")}
    finally:
        connection.close()
    wanted = {id_: time for id_, time in now.items() if not id_.startswith(skip)}
    changed = [id_ for id_, time in wanted.items() if not _same(had.get(id_), time)]
    return Changes(tuple(sorted(changed)), tuple(sorted(had.keys() - wanted.keys())))


def later(now: dict[str, datetime], date: str) -> bool:
    """Whether the list names a time after the feed's own date."""
    newest, own = max(now.values(), default=None), parse_date(date)
    return newest is not None and (own is None or own.replace(microsecond=0) < newest.replace(microsecond=0))


def apply(
    connection: sqlite3.Connection,
    shard: Path,
    name: str,
    difference: Changes,
    fetch: Callable[[str], bytes | None],
    settings: Settings,
) -> ShardFacts | None:
    """Fill the draft with the shard's rows and the changed records; None where one of them cannot be fetched."""
    fresh: dict[str, bytes] = {}
    for id_ in difference.changed:
        data = fetch(id_)
        if data is None:
            return None
        fresh[id_] = data
    _copy(shard, connection)
    for id_ in (*difference.changed, *difference.gone):
        osv.forget(connection, row_key(id_))
    writer = osv.Writer(connection, BY_NAME[name], settings)
    for id_, data in fresh.items():
        writer.add(id_, data)
    writer.flush()
    osv.sweep(connection)
    settings.progress(name, len(fresh), len(fresh))
    return writer.facts()


def _same(had: datetime | None, now: datetime) -> bool:
    return had is not None and had.replace(microsecond=0) == now.replace(microsecond=0)


def _copy(shard: Path, connection: sqlite3.Connection) -> None:
    old = sqlite3.connect(shard)
    try:
        for table in _TABLES:
            rows: Iterable[tuple[object, ...]] = old.execute(f"SELECT * FROM {table}")
            first = next(iter(rows), None)
            if first is not None:
                marks = ",".join("?" * len(first))
                connection.execute(f"INSERT INTO {table} VALUES ({marks})", first)
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    finally:
        old.close()


_TABLES = ("record", "package", "bound", "unassessable")
