"""A folder of OSV exports in (``ecosystems.txt``, ``<Ecosystem>/all.zip``), a shard of ranges an ecosystem out.

https://google.github.io/osv.dev/data/#data-dumps and https://ossf.github.io/osv-schema/
"""

from __future__ import annotations

import functools
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from pratique import version
from pratique.errors import Unreadable
from pratique.vuln.ecosystem import BY_NAME, Ecosystem, split
from pratique.vuln.feed._osv_ranges import bounds
from pratique.vuln.feed._osv_record import Affected, Record, decode
from pratique.vuln.feed._severity import rate
from pratique.vuln.feed._shape import Feed, Settings
from pratique.vuln.feed._zip import Archive
from pratique.vuln.manifest import ReleaseFacts, ShardFacts
from pratique.vuln.rows import instant, row_key

SCHEMA = """
CREATE TABLE record (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL, aliases TEXT NOT NULL, upstream TEXT NOT NULL, published TEXT NOT NULL,
    modified TEXT NOT NULL, withdrawn TEXT NOT NULL, level TEXT NOT NULL, score REAL, vector TEXT NOT NULL,
    summary TEXT NOT NULL, unknown INTEGER NOT NULL
);
CREATE TABLE package (key INTEGER PRIMARY KEY, release TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE bound (
    package INTEGER NOT NULL, high BLOB NOT NULL, low BLOB NOT NULL, record INTEGER NOT NULL, introduced TEXT NOT NULL,
    fixed TEXT NOT NULL, last TEXT NOT NULL, PRIMARY KEY (package, high, low, record)
) WITHOUT ROWID;
CREATE TABLE unassessable (
    package INTEGER NOT NULL, record INTEGER NOT NULL, why TEXT NOT NULL, PRIMARY KEY (package, record)
) WITHOUT ROWID;
"""
# ``high`` stands before ``low``: most records are of versions long fixed, and these the index then skips.

_BATCH = 1000
_EXAMPLES = 5
_SUMMARY = 200  # characters of a title
# AlmaLinux writes the CVEs that an erratum mends into ``related``, which means no more than "see also" elsewhere.
_RELATED_IS_UPSTREAM = ("AlmaLinux",)

_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._()+-]{0,99}$")  # it becomes a path

Row = tuple[int | float | str | bytes | None, ...]


def shards(source: Path) -> tuple[str, ...]:
    """The ecosystems that ``ecosystems.txt`` lists, else the folders that hold an ``all.zip``; without releases, for an
    ecosystem's export holds those of all its releases."""
    listing = source / "ecosystems.txt"
    if listing.is_file():
        names = [line.strip() for line in listing.read_text("utf-8", "replace").splitlines()]
    else:
        names = [path.parent.name for path in source.glob("*/all.zip")]
    plain = {split(name)[0] for name in names if name}
    return tuple(sorted(name for name in plain if _FOLDER.match(name)))


def fill(connection: sqlite3.Connection, source: Path, name: str, settings: Settings) -> ShardFacts:
    """Every record of the ecosystem as rows. An ecosystem whose version scheme we do not know has none, and its
    release is marked as not covered."""
    ecosystem = BY_NAME.get(name)
    if ecosystem is None:
        return ShardFacts(releases=(ReleaseFacts("", complete=False, note="its version scheme is not known"),))
    archive = Archive(source / name / "all.zip", settings.limits)
    writer = Writer(connection, ecosystem, settings)
    try:
        for count, member in enumerate(archive):
            if member.data is None:
                writer.unreadable(member.name, member.why)
            else:
                writer.add(member.name, member.data)
            if count % _BATCH == 0:
                settings.progress(name, count, len(archive))
    finally:
        archive.close()
    settings.progress(name, len(archive), len(archive))
    if not writer.records and len(archive):
        raise Unreadable(f"none of the {len(archive)} files in {name}/all.zip is an OSV record")
    return writer.facts()


class Writer:
    """Records in, rows out, in batches; counts what it could not read."""

    def __init__(self, connection: sqlite3.Connection, ecosystem: Ecosystem, settings: Settings) -> None:
        self.records = 0
        self._connection = connection
        self._ecosystem = ecosystem
        self._settings = settings
        self._key = functools.lru_cache(maxsize=262144)(functools.partial(version.key, ecosystem.scheme))
        self._record_rows: list[Row] = []
        self._package_rows: dict[int, Row] = {}
        self._bound_rows: list[Row] = []
        self._unassessable_rows: list[Row] = []
        self._unreadable = 0
        self._examples: list[str] = []
        self._seen: dict[int, str] = {}

    def unreadable(self, name: str, why: str) -> None:
        """Count a member that is no record."""
        self._unreadable += 1
        self._example(f"{name!r}: {why}")

    def add(self, name: str, data: bytes) -> None:
        """One member's record. Of two with one id the newer holds."""
        try:
            record = decode(data)
            self._check(record)
        except ValueError as error:
            self.unreadable(name, str(error))
            return
        if record.id.startswith(self._settings.skip):
            return
        key = row_key(record.id)
        modified = instant(record.modified)
        if key in self._seen:
            self.unreadable(name, f"the id {record.id!r} stands twice")
            if modified <= self._seen[key]:
                return
            self.flush()
            forget(self._connection, key)
            sweep(self._connection)
        self._seen[key] = modified
        self._record(key, record, modified)
        self.records = len(self._seen)
        if len(self._record_rows) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is gathered."""
        insert = self._connection.executemany
        insert("INSERT INTO record VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", self._record_rows)
        insert("INSERT OR IGNORE INTO package VALUES (?,?,?)", self._package_rows.values())
        insert("INSERT OR IGNORE INTO bound VALUES (?,?,?,?,?,?,?)", self._bound_rows)
        insert("INSERT OR IGNORE INTO unassessable VALUES (?,?,?)", self._unassessable_rows)
        self._package_rows.clear()
        for rows in (self._record_rows, self._bound_rows, self._unassessable_rows):
            rows.clear()

    def facts(self) -> ShardFacts:
        """What the shard holds, counted in its rows."""
        self.flush()
        one = self._connection.execute
        date, records = one("SELECT coalesce(max(modified), ''), count(*) FROM record").fetchone()
        return ShardFacts(
            date=date,
            records=records,
            ranges=one("SELECT count(*) FROM bound").fetchone()[0],
            unreadable=self._unreadable,
            unknown_versions=one("SELECT coalesce(sum(unknown), 0) FROM record").fetchone()[0],
            unassessable=one("SELECT count(*) FROM unassessable").fetchone()[0],
            examples=tuple(sorted(self._examples)),
            releases=tuple(releases(self._connection, self._ecosystem, self._settings)),
        )

    def _example(self, text: str) -> None:
        if len(self._examples) < _EXAMPLES:
            self._examples.append(text)

    def _check(self, record: Record) -> None:
        limits = self._settings.limits
        count = sum(len(each.ranges or ()) + len(each.versions or ()) for each in record.affected or ())
        if count > limits.feed_bounds:
            raise ValueError(f"{count} ranges and versions, feed_bounds is {limits.feed_bounds}")
        if len(record.id) > limits.feed_text:
            raise ValueError(f"an id longer than feed_text, {limits.feed_text}")

    def _record(self, key: int, record: Record, modified: str) -> None:
        rated = rate(record)
        upstream = [*(record.upstream or ())]
        if self._ecosystem.name in _RELATED_IS_UPSTREAM:
            upstream += record.related or ()
        unknown = sum(self._affected(key, record.id, affected) for affected in record.affected or ())
        self._record_rows.append(
            (
                key,
                record.id,
                self._names(record.aliases or []),
                self._names(upstream),
                instant(record.published),
                modified,
                instant(record.withdrawn) or ("unknown" if record.withdrawn else ""),
                rated.level.value,
                rated.score,
                rated.vector,
                (record.summary or "")[:_SUMMARY] if self._settings.prose else "",
                unknown,
            )
        )

    def _names(self, names: list[str]) -> str:
        """Identifiers, sorted, parted by spaces; what is none is left out."""
        longest = self._settings.limits.feed_text
        return " ".join(sorted({name for name in names if name and len(name) <= longest and not _spaced(name)}))

    def _affected(self, key: int, id_: str, affected: Affected) -> int:
        """The rows of one package; how many texts of it are no version."""
        package = affected.package
        if package is None:
            return 0
        ecosystem, release = split(package.ecosystem)
        if ecosystem != self._ecosystem.name or len(package.name) > self._settings.limits.feed_text:
            return 0
        name = self._ecosystem.spell(package.name)
        of = row_key(release, name)
        found = bounds(affected, self._version)
        self._package_rows[of] = (of, release, name)
        self._bound_rows += [(of, b.high, b.low, key, b.introduced, b.fixed, b.last) for b in found.bounds]
        if found.unknown:
            self._example(f"{id_}: {found.unknown[0][:80]!r} is no version")
        if found.why:
            self._unassessable_rows.append((of, key, found.why[:200]))
        return len(found.unknown)

    def _version(self, text: str) -> bytes:
        if len(text) > self._settings.limits.feed_text:
            raise ValueError(f"{text[:40]!r}… is longer than feed_text, {self._settings.limits.feed_text}")
        return self._key(text)


def _spaced(name: str) -> bool:
    return len(name.split()) != 1


def forget(connection: sqlite3.Connection, key: int) -> None:
    """Take a record out, with all that hangs on it; its packages stay till ``sweep``."""
    for table, column in (("record", "key"), ("bound", "record"), ("unassessable", "record")):
        connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (key,))


def sweep(connection: sqlite3.Connection) -> None:
    """Take out the packages that no record speaks of any more."""
    connection.execute(
        "DELETE FROM package WHERE key NOT IN (SELECT package FROM bound UNION SELECT package FROM unassessable)"
    )


def releases(connection: sqlite3.Connection, ecosystem: Ecosystem, settings: Settings) -> Iterator[ReleaseFacts]:
    """Each release that the shard has packages of, and how much of it the feed covers."""
    counted = connection.execute(
        "SELECT release, count(DISTINCT package.key), count(bound.high) FROM package"
        " LEFT JOIN bound ON bound.package = package.key GROUP BY release ORDER BY release"
    )
    for release, packages, ranges in counted.fetchall():
        extent = settings.extents.find(ecosystem.name, release, packages)
        covered = None
        if extent.packages is not None:
            covered = tuple(sorted({ecosystem.spell(name) for name in extent.packages}))
        yield ReleaseFacts(release, packages, ranges, extent.complete, extent.note, covered)


FEED = Feed("osv", SCHEMA, shards, fill)
