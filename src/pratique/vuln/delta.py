"""A shard and a newer ``modified_id.csv`` in, the shard with only the changed records read anew out.

https://google.github.io/osv.dev/data/#downloading-recent-changes
"""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable, Iterator, Set
from datetime import datetime
from pathlib import Path

import msgspec

from pratique.errors import Unreadable
from pratique.vuln.asof import parse_date
from pratique.vuln.ecosystem import BY_NAME
from pratique.vuln.feed import osv
from pratique.vuln.feed._osv_reader import FEED as OSV
from pratique.vuln.feed._osv_reader import Reader, keyer
from pratique.vuln.feed._shape import Settings
from pratique.vuln.feed._spool import Run, Runs, Spool
from pratique.vuln.manifest import ShardFacts
from pratique.vuln.packing import pack
from pratique.vuln.rows import PackageRow, RecordRow, insert_packages, insert_records
from pratique.vuln.statements import Keyer, Statements, name_any

_SAME = 1 << 16  # rows that are remembered


class Changes(msgspec.Struct, frozen=True):
    """Identifiers of the records that are new or newer, and of those that are no longer listed. ``filled`` are vendors'
    records whose dates and severity came of records that are newer now: only a whole build puts both together."""

    changed: tuple[str, ...]
    gone: tuple[str, ...]
    filled: tuple[str, ...] = ()

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
    """What differs, to the second: some exporters leave fractions out of the one or the other. Records that a vendor's
    own feed holds are not asked for."""
    connection = sqlite3.connect(shard)
    try:
        rows = connection.execute("SELECT id, feed, modified FROM record").fetchall()
    finally:
        connection.close()
    had = {id_: parse_date(time) for id_, feed, time in rows if feed == OSV}
    theirs = {id_: time for id_, feed, time in rows if feed != OSV}
    filled = [id_ for id_, time in theirs.items() if id_ in now and not _same(parse_date(time), now[id_])]
    wanted = {id_: time for id_, time in now.items() if id_ not in theirs and not id_.startswith(skip)}
    changed = [id_ for id_, time in wanted.items() if not _same(had.get(id_), time)]
    return Changes(tuple(sorted(changed)), tuple(sorted(had.keys() - wanted.keys())), tuple(sorted(filled)))


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
    work: Path,
) -> ShardFacts | None:
    """Fill the draft with the shard's rows and the changed records; None where one of them cannot be fetched, or is not
    the record that was asked for: taking the old one out for it would make images clean that are not. A malformed one
    that the shard does not have is counted, as when the whole export is read. Only the rows of packages are made anew
    that a changed record speaks of, or spoke of."""
    fresh: dict[str, bytes] = {}
    for id_ in difference.changed:
        data = fetch(id_)
        if data is None or not _is_of(data, id_):
            return None
        fresh[id_] = data
    ecosystem = BY_NAME[name]
    spool = Spool(work / "delta.spool", 1)
    reader = Reader(ecosystem, settings, spool)
    for at, (id_, data) in enumerate(fresh.items()):
        reader.add(id_, data, at)
    run = spool.close()
    if run.unreadable and _were_there(shard, fresh.keys() - {row[0] for row in _rows(work, run)}):
        return None
    _copy(shard, connection)
    _replace(
        connection,
        Runs(work, [run]),
        {*difference.changed, *difference.gone},
        keyer(ecosystem.scheme, settings.limits.feed_text),
    )
    (work / run.file).unlink()
    settings.progress(name, len(fresh), len(fresh))
    return osv.facts(connection, ecosystem, settings, run.unreadable, run.examples)


class _Called(msgspec.Struct, frozen=True):
    id: str


_CALLED = msgspec.json.Decoder(_Called)


def _is_of(data: bytes, id_: str) -> bool:
    """Whether it is the record of that id, however malformed, not a page about it or another one's."""
    try:
        return _CALLED.decode(data).id == id_
    except (ValueError, RecursionError):
        return False


def _rows(work: Path, run: Run) -> list[RecordRow]:
    """The records that were read."""
    return list(osv.Chosen().of(Runs(work, [run]).records()))


def _were_there(shard: Path, ids: Set[str]) -> bool:
    """Whether the shard has any of these."""
    connection = sqlite3.connect(shard)
    try:
        return any(connection.execute("SELECT 1 FROM record WHERE id = ?", (id_,)).fetchone() for id_ in ids)
    finally:
        connection.close()


def _replace(connection: sqlite3.Connection, fresh: Runs, old: set[str], key: Keyer) -> None:
    """Take the old records out and put the fresh ones in."""
    connection.executemany("DELETE FROM record WHERE id = ?", [(id_,) for id_ in sorted(old)])
    chosen = osv.Chosen()
    insert_records(connection, list(chosen.of(fresh.records())))
    stated = {(row[0], row[1]): row for rows in fresh.packages(chosen.places, key) for row in rows}
    merged = functools.lru_cache(maxsize=_SAME)(functools.partial(_merged, old=frozenset(old), key=key))
    rows: list[PackageRow] = []
    for release, name, blob in [*_touched(connection, old, stated.keys())]:
        row = stated.pop((release, name), None)
        rows.append((release, name, *merged(blob, row[4] if row else b"")))
    rows += stated.values()
    insert_packages(connection, rows)
    connection.execute("DELETE FROM package WHERE ranges = 0 AND silent = 0")


def _touched(
    connection: sqlite3.Connection, old: set[str], stated: Set[tuple[str, str]]
) -> Iterator[tuple[str, str, bytes]]:
    named = functools.lru_cache(maxsize=_SAME)(functools.partial(name_any, records=old))
    for release, name, blob in connection.execute("SELECT release, name, statements FROM package"):
        if (release, name) in stated or named(blob):
            yield release, name, blob


def _merged(blob: bytes, fresh: bytes, old: frozenset[str], key: Keyer) -> tuple[int, int, bytes]:
    """A row without what the old records stated, with what the fresh ones state (b"" nothing): how many statements, how
    many that cannot be compared, and the blob. Packages of one source often share all of it."""
    had, new = Statements(blob, key), Statements(fresh, key) if fresh else None
    stated = had.stated(old) | (new.stated(()) if new is not None else set())
    silent = {each for each in had.silent if each.record not in old} | set(new.silent if new is not None else ())
    return len(stated), len(silent), pack(stated, silent, key)


def _same(had: datetime | None, now: datetime) -> bool:
    return had == now or (had is not None and had.replace(microsecond=0) == now.replace(microsecond=0))


def _copy(shard: Path, connection: sqlite3.Connection) -> None:
    """The shard's tables as they are; SQLite copies them page by page."""
    connection.execute("COMMIT")
    connection.execute("ATTACH ? AS old", (str(shard),))
    for table in ("record", "package"):
        connection.execute(f"INSERT INTO main.{table} SELECT * FROM old.{table}")
    connection.execute("DETACH old")
    connection.execute("BEGIN")
