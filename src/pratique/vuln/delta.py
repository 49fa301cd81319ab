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
from pratique.vuln import shares
from pratique.vuln.asof import parse_date
from pratique.vuln.ecosystem import BY_NAME
from pratique.vuln.feed import osv
from pratique.vuln.feed._gather import Runs
from pratique.vuln.feed._osv_reader import FEED as OSV
from pratique.vuln.feed._osv_reader import Reader, keyer
from pratique.vuln.feed._shape import Settings
from pratique.vuln.feed._spool import Spool
from pratique.vuln.manifest import ShardFacts
from pratique.vuln.packing import pack
from pratique.vuln.rows import ReleaseRow, insert_packages, insert_records, insert_releases
from pratique.vuln.shares import Share
from pratique.vuln.statements import Keyer, Statements

_SAME = 1 << 16  # blobs that are remembered


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
    changed = [id_ for id_, time in wanted.items() if had.get(id_) != time and not _same(had.get(id_), time)]
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
    key = keyer(ecosystem.scheme, settings.limits.feed_text)
    spool = Spool(work / "delta.spool")
    reader = Reader(ecosystem, settings, spool)
    for at, (id_, data) in enumerate(fresh.items()):
        reader.add(id_, data, at)
    run, chosen = spool.close(), osv.Chosen()
    read = Runs(work, [run])
    for records in read.records():
        chosen.take(records)
    if run.unreadable and _were_there(shard, fresh.keys() - chosen.places.keys()):
        return None
    _copy(shard, connection)
    old = frozenset((*difference.changed, *difference.gone))
    connection.executemany("DELETE FROM record WHERE id = ?", [(id_,) for id_ in sorted(old)])
    insert_records(connection, chosen.rows())
    _Packages(connection, read.packages(chosen.places, key), old, key).replace()
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


def _were_there(shard: Path, ids: Set[str]) -> bool:
    """Whether the shard has any of these."""
    connection = sqlite3.connect(shard)
    try:
        return any(connection.execute("SELECT 1 FROM record WHERE id = ?", (id_,)).fetchone() for id_ in ids)
    finally:
        connection.close()


class _Packages:
    """The rows of packages, in which what the ``old`` records stated gives way to what is ``fresh``."""

    def __init__(self, connection: sqlite3.Connection, fresh: shares.Stated, old: frozenset[str], key: Keyer) -> None:
        self._connection = connection
        self._fresh, self._old, self._key = fresh, old, key
        rows: list[ReleaseRow] = connection.execute("SELECT * FROM release ORDER BY number").fetchall()
        self._releases = [row[1] for row in rows]
        self._counts = {row[1]: list(row[2:]) for row in rows}
        self._merged = functools.lru_cache(_SAME)(self._merge)

    def replace(self) -> None:
        """Make anew the rows that change; all of them, where their releases have other numbers."""
        changed = {name: self._row(name, shares.opened(stated)) for name, stated in [*self._touched()]}
        changed |= {name: self._row(name, []) for name in self._fresh.keys() - changed.keys()}
        rows = shares.numbered(self._counts)
        if [row[1] for row in rows] != self._releases:
            changed = {name: self._blobs(shares.opened(stated)) for name, stated in self._rows()} | changed
        insert_releases(self._connection, rows)
        numbers = {row[1]: row[0] for row in rows}
        held = {name: [(numbers[of], blob) for of, blob in blobs] for name, blobs in sorted(changed.items()) if blobs}
        insert_packages(self._connection, ((name, shares.packed(blobs)) for name, blobs in held.items()))
        gone = [(name,) for name in changed.keys() - held.keys()]
        self._connection.executemany("DELETE FROM package WHERE name = ?", gone)

    def _rows(self) -> Iterator[tuple[str, bytes]]:
        yield from self._connection.execute("SELECT name, stated FROM package")

    def _touched(self) -> Iterator[tuple[str, bytes]]:
        for name, stated in self._rows():
            if name in self._fresh or shares.naming(stated, self._old):
                yield name, stated

    def _blobs(self, held: list[Share]) -> list[tuple[str, bytes]]:
        """What is stated in each release."""
        return [(self._releases[number], bytes(share.blob)) for share in held for number in share.releases]

    def _row(self, name: str, held: list[Share]) -> list[tuple[str, bytes]]:
        """What is stated of a package in each release, in their order; the releases are counted anew."""
        fresh = {release: found[2] for release, found in self._fresh.get(name, ())}
        blobs = dict.fromkeys(fresh, b"") | dict(self._blobs(held))
        found = []
        for release in sorted(blobs):
            had, now, blob = self._merged(blobs[release], fresh.get(release, b""))
            count = self._counts.setdefault(release, [0, 0, 0])
            for at in range(3):
                count[at] += now[at] - had[at]
            if now[0]:
                found.append((release, blob))
        return found

    def _merge(self, blob: bytes, fresh: bytes) -> tuple[_Count, _Count, bytes]:
        """A blob without what the old records stated, with what the fresh ones state (b"" nothing), and what there was
        and is to count of both. Packages of one source often share all of it."""
        had, new = (Statements(each, self._key) if each else None for each in (blob, fresh))
        stated = had.stated(self._old) if had is not None else set()
        silent = {each for each in had.silent if each.record not in self._old} if had is not None else set()
        if new is not None:
            stated |= new.stated(())
            silent |= set(new.silent)
        before = (1, len(had), len(had.silent)) if had is not None else _NONE
        now = (1, len(stated), len(silent)) if stated or silent else _NONE
        return before, now, pack(stated, silent, self._key)


_Count = tuple[int, int, int]  # packages, statements, records that cannot be compared
_NONE: _Count = (0, 0, 0)


def _same(had: datetime | None, now: datetime) -> bool:
    return had is not None and had.replace(microsecond=0) == now.replace(microsecond=0)


def _copy(shard: Path, connection: sqlite3.Connection) -> None:
    """The shard's tables as they are; SQLite copies them page by page."""
    connection.execute("COMMIT")
    connection.execute("ATTACH ? AS old", (str(shard),))
    for table in ("record", "package", "release"):
        connection.execute(f"INSERT INTO main.{table} SELECT * FROM old.{table}")
    connection.execute("DETACH old")
    connection.execute("BEGIN")
