"""A database folder in, look-ups out: the manifest is read at once, a shard is opened when first asked.

Shards are opened by path, read-only and immutable (https://www.sqlite.org/c3ref/open.html): no lock is taken and
nothing is written beside them.
"""

from __future__ import annotations

import sqlite3
import threading
import urllib.parse
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import msgspec

from pratique.errors import DatabaseError
from pratique.limits import DEFAULT, Limits
from pratique.model import DatabaseStatus, Epss, Kev, Level, Severity
from pratique.vuln import manifest
from pratique.vuln.manifest import ReleaseFacts, ShardFacts
from pratique.vuln.rows import APPLICATION_ID, SCHEMA, digest, row_key

_AT_ONCE = 500  # values in one statement: SQLite takes 999 at the least
_HINT = "build it anew: pratique db update"

_Rows = TypeVar("_Rows")

STARTER = Path(__file__).resolve().parent.parent / "starter"
"""The database that ships with us."""


class Advisory(msgspec.Struct, frozen=True, array_like=True):
    """What a feed's record says of a vulnerability. ``aliases`` name the same one, ``upstream`` those that it mends;
    both are parted by spaces."""

    id: str
    published: str
    modified: str
    level: Level
    score: float | None
    vector: str
    summary: str
    aliases: str
    upstream: str


class Affects(msgspec.Struct, frozen=True):
    """One range of one record that holds the version asked for: ``low <= key < high``."""

    advisory: Advisory
    low: bytes
    high: bytes
    introduced: str
    fixed: str
    last: str


class Above(msgspec.Struct, frozen=True):
    """A range that ends above the version asked for; ``record`` is the record's row key."""

    record: int
    low: bytes
    high: bytes
    fixed: str


class Unassessable(msgspec.Struct, frozen=True):
    """A record of a package that cannot be compared with a version."""

    record: str
    why: str


class Release(msgspec.Struct, frozen=True):
    """A distribution's release: the day (YYYY-MM-DD) when its free support ends, "" where it is not settled."""

    version: str
    codename: str
    end: str


class Shard:
    """One feed's SQLite file. All errors of the file are ``DatabaseError``."""

    def __init__(self, path: Path, entry: manifest.Shard) -> None:
        self.name = entry.name
        self.facts: ShardFacts = entry.facts
        self._path = path
        self._connection = _connect(path, entry)
        self._advisories: dict[int, Advisory] = {}
        self._releases = {release.name: release for release in reversed(entry.facts.releases)}
        self._keys: dict[tuple[str, str], int | None] = {}  # of a release and a name; None where there is no record
        self._asking = threading.Lock()  # two threads in one statement of a connection disturb each other

    def release(self, name: str) -> ReleaseFacts | None:
        """What the feed holds of a release, None where it has no such release."""
        return self._releases.get(name)

    def look(self, release: str, names: Collection[str]) -> None:
        """Ask for many packages at once whether there is any record, so that ``holds`` need not ask for each."""
        keys = [row_key(release, name) for name in names]
        held = set[int]()
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            rows = self._rows(
                list[tuple[int]], f"SELECT key FROM package WHERE key IN ({','.join('?' * len(some))})", *some
            )
            held.update(key for (key,) in rows)
        for name, key in zip(names, keys, strict=True):
            self._keys[release, name] = key if key in held else None

    def holds(self, release: str, name: str) -> bool:
        """Whether there is any record of the package, withdrawn ones too."""
        return self._key(release, name) is not None

    def _key(self, release: str, name: str) -> int | None:
        """The package's row key, where there is any record."""
        if (release, name) not in self._keys:
            self.look(release, (name,))
        return self._keys[release, name]

    def affecting(self, release: str, name: str, key: bytes) -> list[Affects]:
        """The ranges that hold the version, of records that were not withdrawn; in a fixed order."""
        package = self._key(release, name)
        if package is None:
            return []
        rows = self._rows(
            list[tuple[int, bytes, bytes, str, str, str]],
            "SELECT bound.record, low, high, introduced, fixed, last"
            " FROM bound JOIN record ON record.key = bound.record"
            " WHERE package = ? AND high > ? AND low <= ? AND withdrawn = ''",
            package,
            key,
            key,
        )
        return [
            Affects(self._advisory(record), low, high, introduced, fixed, last)
            for record, low, high, introduced, fixed, last in rows
        ]

    def above(self, release: str, name: str, key: bytes, records: Collection[int]) -> list[Above]:
        """The ranges of these records that end above the version: where a fix must lie outside."""
        rows = self._rows(
            list[tuple[int, bytes, bytes, str]],
            "SELECT record, low, high, fixed FROM bound WHERE package = ? AND high > ?",
            row_key(release, name),
            key,
        )
        return [Above(*row) for row in rows if row[0] in records]

    def unassessable(self, release: str, name: str) -> list[Unassessable]:
        """The records of the package that cannot be compared, by id."""
        rows = self._rows(
            list[tuple[str, str]],
            "SELECT id, why FROM unassessable JOIN record ON record.key = unassessable.record"
            " WHERE package = ? AND withdrawn = '' ORDER BY id",
            row_key(release, name),
        )
        return [Unassessable(*row) for row in rows]

    def kev(self, cve: str) -> Kev | None:
        """The catalogue's entry; for the shard of kind ``kev``."""
        rows = self._rows(list[tuple[str, str, int]], "SELECT added, due, ransomware FROM kev WHERE cve = ?", cve)
        return Kev(rows[0][0], rows[0][1], bool(rows[0][2])) if rows else None

    def epss(self, cve: str) -> Epss | None:
        """The score; for the shard of kind ``epss``."""
        rows = self._rows(list[tuple[float, float]], "SELECT score, percentile FROM epss WHERE cve = ?", cve)
        return Epss(rows[0][0], rows[0][1], self.facts.date[:10]) if rows else None

    def cvss(self, cve: str) -> Severity | None:
        """The score that some feed gives the CVE; for the shard of kind ``cvss``."""
        rows = self._rows(
            list[tuple[Level, float, str, str]], "SELECT level, score, vector, source FROM cvss WHERE cve = ?", cve
        )
        return Severity(*rows[0]) if rows else None

    def distro_release(self, distro: str, *, version: str = "", codename: str = "") -> Release | None:
        """The release of that version, or of that codename; for the shard of kind ``eol``."""
        rows = self._rows(
            list[tuple[str, str, str]],
            "SELECT version, codename, ended FROM eol WHERE distro = ? AND iif(? != '', version = ?, codename = ?)",
            distro,
            version,
            version,
            codename,
        )
        return Release(*rows[0]) if rows else None

    def digest(self) -> str:
        """The digest over the rows, read now."""
        try:
            return digest(self._connection)
        except (sqlite3.Error, TypeError) as error:
            raise DatabaseError(f"{str(self._path)!r} is damaged: {error}", hint=_HINT) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _advisory(self, key: int) -> Advisory:
        known = self._advisories.get(key)
        if known is None:
            rows = self._rows(
                list[Advisory],
                "SELECT id, published, modified, level, score, vector, summary, aliases, upstream FROM record"
                " WHERE key = ?",
                key,
            )
            known = self._advisories[key] = rows[0]
        return known

    def _rows(self, rows: type[_Rows], statement: str, *values: int | str | bytes) -> _Rows:
        try:
            with self._asking:
                found = self._connection.execute(statement, values).fetchall()
            return msgspec.convert(found, rows)
        except UnicodeEncodeError:  # a text of the image that is no Unicode stands in no row
            return msgspec.convert([], rows)
        except (sqlite3.Error, msgspec.ValidationError) as error:
            raise DatabaseError(f"{str(self._path)!r} is damaged: {error}", hint=_HINT) from error


class Database:
    """A database folder that is open. Threads may share it; close it, or use it in ``with``."""

    def __init__(self, folder: Path, bound: manifest.Manifest) -> None:
        self.folder = folder
        self.manifest = bound
        self.status: DatabaseStatus = bound.status(folder)
        self._open: dict[tuple[str, str], Shard] = {}
        self._lock = threading.Lock()

    @classmethod
    def open(cls, folder: Path, limits: Limits = DEFAULT) -> Database:
        """Open the manifest only. Raises ``DatabaseError``, with a hint, where it is missing, damaged or of another
        schema."""
        return cls(folder, manifest.read(folder, limits))

    def shard(self, kind: str, name: str) -> Shard | None:
        """The shard of a feed, None where the database has none. Raises ``DatabaseError`` where its file is missing,
        damaged or another one's."""
        found = self._open.get((kind, name))  # without the lock: it is asked for once a package
        if found is not None:
            return found
        with self._lock:
            found = self._open.get((kind, name))
            if found is None:
                entry = self.manifest.shard(kind, name)
                if entry is None:
                    return None
                found = self._open[kind, name] = Shard(self.folder / entry.file, entry)
            return found

    def verify(self) -> None:
        """Read every row and compare with the manifest. Raises ``DatabaseError`` for the first shard that differs."""
        for entry in self.manifest.shards:
            shard = self.shard(entry.kind, entry.name)
            if shard is not None and shard.digest() != entry.digest:
                raise DatabaseError(f"the rows of {entry.file!r} are not those that the manifest names", hint=_HINT)

    def close(self) -> None:
        """Close all shards."""
        with self._lock:
            for shard in self._open.values():
                shard.close()
            self._open.clear()

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _connect(path: Path, entry: manifest.Shard) -> sqlite3.Connection:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DatabaseError(f"the shard {str(path)!r} is missing: {error.strerror}", hint=_HINT) from error
    if size != entry.size:
        raise DatabaseError(f"{str(path)!r} has {size} bytes, the manifest says {entry.size}", hint=_HINT)
    uri = f"file:{urllib.parse.quote(str(path.resolve()))}?immutable=1&mode=ro"
    try:
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        application = connection.execute("PRAGMA application_id").fetchone()[0]
    except sqlite3.Error as error:
        raise DatabaseError(f"{str(path)!r} is no shard: {error}", hint=_HINT) from error
    if (application, version) != (APPLICATION_ID, SCHEMA):
        connection.close()
        raise DatabaseError(f"{str(path)!r} has schema {version}, we read {SCHEMA}", hint=_HINT)
    return connection
