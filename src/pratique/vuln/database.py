"""A database folder in, look-ups out: the manifest is read at once, a shard is opened when first asked.

No lock is taken and nothing is written beside the shards (``vuln/shard_file.py``).
"""

from __future__ import annotations

import contextlib
import functools
import re
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence, Set
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import msgspec

from pratique import version
from pratique.errors import DatabaseError
from pratique.limits import DEFAULT, Limits
from pratique.model import DatabaseStatus, Epss, FixState, Kev, Level, Severity
from pratique.vuln import manifest, shard_file
from pratique.vuln.asof import AsOf, silence
from pratique.vuln.bulletin import Scope
from pratique.vuln.ecosystem import BY_NAME
from pratique.vuln.manifest import ReleaseFacts, ShardFacts
from pratique.vuln.rows import digest
from pratique.vuln.statements import AFTER, OPEN, Said, Statements, name_any

_AT_ONCE = 500  # values in one statement: SQLite takes 999 at the least

_CVE = re.compile(r"CVE-\d{4}-\d{4,19}", re.ASCII)

_Row = TypeVar("_Row")
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
    withdrawn: str = ""
    feed: str = "osv"


class Affects(msgspec.Struct, frozen=True):
    """One statement of one record on the versions ``low <= key < high``, which begin with ``introduced`` or above
    ``after``.

    ``state``, ``scope``, ``date`` (of the fix) and ``level`` are the feed's for this package and release, see
    ``vuln/bulletin.py``; ``FIXED`` and ``AFFECTED`` where it only names a fix, or none. ``later`` is a fix that was not
    out yet at the time that is asked for, ``limit`` is above the versions that the record speaks of, and no fix."""

    advisory: Advisory
    low: bytes
    high: bytes
    introduced: str
    fixed: str
    last: str
    state: FixState = FixState.AFFECTED
    scope: Scope = Scope()
    date: str = ""
    level: Level = Level.UNKNOWN
    after: str = ""
    later: str = ""
    limit: str = ""


class Above(msgspec.Struct, frozen=True):
    """A range of a record that ends above the version asked for."""

    record: str
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
    """One feed's SQLite file, as of a moment where one is given. All errors of the file are ``DatabaseError``, whose
    hint is the ``remedy``. ``now`` tells which records have been withdrawn; without it all that are to be."""

    def __init__(
        self,
        path: Path,
        entry: manifest.Shard,
        as_of: AsOf | None = None,
        remedy: str = shard_file.REMEDY,
        now: datetime | None = None,
    ) -> None:
        self.name = entry.name
        self.facts: ShardFacts = entry.facts
        self._path = path
        self._as_of, self._now = as_of, now
        self._remedy = remedy
        self._connection = shard_file.connect(path, entry, remedy)
        self._advisories: dict[str, Advisory] = {}
        self._releases = {release.name: release for release in reversed(entry.facts.releases)}
        self._held: dict[tuple[str, str], Statements | None] = {}  # by release and name; None where there is no record
        self._scheme = BY_NAME[entry.name].scheme if entry.name in BY_NAME else ""
        self._key = functools.partial(version.key, self._scheme)
        self._after = functools.partial(version.after, self._scheme)
        self._asking = threading.Lock()  # two threads in one statement of a connection disturb each other

    def release(self, name: str) -> ReleaseFacts | None:
        """What the feed holds of a release, None where it has no such release."""
        return self._releases.get(name)

    def look(self, release: str, names: Collection[str]) -> None:
        """Read what is stated of many packages at once, so that none is asked for by itself."""
        wanted = sorted(set(names))
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            rows = self._rows(
                list[tuple[str, bytes]],
                f"SELECT name, statements FROM package WHERE release = ? AND name IN ({','.join('?' * len(some))})",
                release,
                *some,
            )
            self._held.update(dict.fromkeys((release, name) for name in some))
            with self._reading():
                after = self._after if rows and version.has_local(self._scheme) else None
                self._held.update(((release, name), Statements(blob, self._key, after)) for name, blob in rows)

    def holds(self, release: str, name: str) -> bool:
        """Whether there is any record of the package, withdrawn ones too."""
        return self._statements(release, name) is not None

    def affecting(self, release: str, name: str, key: bytes) -> list[Affects]:
        """The statements that hold the version, of records that hold; in a fixed order. Those that call
        it not affected are left out."""
        held = self._statements(release, name)
        if held is None:
            return []
        with self._reading():
            found = self._affects([held.said(at) for at in held.holding(key)])
        return [each for each in found if each.state is not FixState.NOT_AFFECTED]

    def statements(self, release: str, name: str) -> list[Affects]:
        """All that is stated of a package, whatever the version, by records that hold."""
        held = self._statements(release, name)
        if held is None:
            return []
        with self._reading():
            return self._affects([held.said(at) for at in range(len(held))])

    def above(self, release: str, name: str, key: bytes, records: Collection[str]) -> list[Above]:
        """The ranges of these records that end above the version: where a fix must lie outside."""
        held = self._statements(release, name)
        if held is None:
            return []
        with self._reading():
            said = [held.said(at) for at in held.ending_above(key, records)]
            return [
                Above(each.record, *self._range(each), "" if self._is_later(each) else each.fixed)
                for each in said
                if each.word.state is not FixState.NOT_AFFECTED
            ]

    def unassessable(self, release: str, name: str) -> list[Unassessable]:
        """The records of the package that cannot be compared, by id."""
        held = self._statements(release, name)
        if held is None or not held.silent:
            return []
        known = {each.id for each in self.records([each.record for each in held.silent]) if not self.silence(each)}
        return [Unassessable(each.record, each.why) for each in held.silent if each.record in known]

    def speaks(self, release: str, name: str, records: Set[str]) -> bool:
        """Whether any of these records names the package."""
        held = self._statements(release, name)
        if held is None:
            return False
        with self._reading():
            return held.name_any(records)

    def silence(self, advisory: Advisory) -> str:
        """Why the record does not hold: it was withdrawn or, as of a moment, not yet published; "" where it does."""
        return silence(advisory.published, advisory.withdrawn, self._as_of, self._now)

    def records(self, ids: Collection[str]) -> list[Advisory]:
        """The records of these ids that the shard has, by id, withdrawn ones too."""
        unknown = sorted(set(ids) - self._advisories.keys())
        for start in range(0, len(unknown), _AT_ONCE):
            some = unknown[start : start + _AT_ONCE]
            rows = self._rows(
                list[Advisory],
                "SELECT id, published, modified, level, score, vector, summary, aliases, upstream, withdrawn, feed"
                f" FROM record WHERE id IN ({','.join('?' * len(some))})",
                *some,
            )
            self._advisories.update((row.id, row) for row in rows)
        return [self._advisories[id_] for id_ in sorted(set(ids)) if id_ in self._advisories]

    def named(self, name: str) -> list[Advisory]:
        """The records of that id, or that name it as an alias or as what they mend, or a CVE in their own id
        (``DEBIAN-CVE-…``); by id, withdrawn ones too."""
        rows = self._rows(
            list[tuple[str]],
            "SELECT id FROM record WHERE id = ?1 OR instr(' ' || aliases || ' ' || upstream || ' ', ' ' || ?1 || ' ')"
            " OR substr(id, -length(?2)) = ?2",
            name,
            f"-{name}" if _CVE.fullmatch(name) else "no id ends so",
        )
        return self.records([id_ for (id_,) in rows])

    def grouped(self, name: str) -> list[str]:
        """The packages whose name ends in a colon and this, in any release; every row is read."""
        rows = self._rows(
            list[tuple[str]],
            "SELECT DISTINCT name FROM package WHERE substr(name, -length(?1) - 1) = ':' || ?1 ORDER BY name",
            name,
        )
        return [found for (found,) in rows]

    def packages(self, records: Collection[str]) -> list[tuple[str, str]]:
        """Release and name of all packages that these records speak of; every row is read."""
        rows = self._rows(list[tuple[str, str, bytes]], "SELECT release, name, statements FROM package ORDER BY 1, 2")
        wanted = set(records)
        with self._reading():
            return [(release, name) for release, name, blob in rows if name_any(blob, wanted)]

    def kev(self, cve: str) -> Kev | None:
        """The catalogue's entry; for the shard of kind ``kev``."""
        return self.kevs((cve,)).get(cve)

    def kevs(self, cves: Collection[str]) -> dict[str, Kev]:
        """The catalogue's entries of many CVEs, asked for at once."""
        rows = self._of_names(
            list[tuple[str, str, str, int]], "SELECT cve, added, due, ransomware FROM kev WHERE cve", cves
        )
        return {
            cve: Kev(added, due, bool(ransomware))
            for cve, added, due, ransomware in rows
            if self._as_of is None or self._as_of.had(added)
        }

    def epss(self, cve: str) -> Epss | None:
        """The score; for the shard of kind ``epss``."""
        return self.epsses((cve,)).get(cve)

    def epsses(self, cves: Collection[str]) -> dict[str, Epss]:
        """The scores of many CVEs, asked for at once; none where they are of a later day than is asked for."""
        if self._as_of is not None and not self._as_of.had(self.facts.date):
            return {}
        rows = self._of_names(list[tuple[str, float, float]], "SELECT cve, score, percentile FROM epss WHERE cve", cves)
        return {cve: Epss(score, percentile, self.facts.date[:10]) for cve, score, percentile in rows}

    def cvss(self, cve: str) -> Severity | None:
        """The score that some feed gives the CVE; for the shard of kind ``cvss``."""
        return self.cvsses((cve,)).get(cve)

    def cvsses(self, cves: Collection[str]) -> dict[str, Severity]:
        """The scores that some feed gives many CVEs, asked for at once."""
        rows = self._of_names(
            list[tuple[str, Level, float, str, str]],
            "SELECT cve, level, score, vector, source FROM cvss WHERE cve",
            cves,
        )
        return {cve: Severity(level, score, vector, source) for cve, level, score, vector, source in rows}

    def served(self, names: Collection[str]) -> dict[str, tuple[str, ...]]:
        """The releases that content sets serve, of those that are known; for the shard of kind ``repositories``."""
        rows = self._of_names(list[tuple[str, str]], "SELECT name, releases FROM repository WHERE name", names)
        return {name: tuple(releases.split()) for name, releases in rows}

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
            raise DatabaseError(f"{str(self._path)!r} is damaged: {error}", hint=self._remedy) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _statements(self, release: str, name: str) -> Statements | None:
        if (release, name) not in self._held:
            self.look(release, (name,))
        return self._held.get((release, name))

    def _affects(self, said: Sequence[Said]) -> list[Affects]:
        advisories = {each.id: each for each in self.records([each.record for each in said])}
        found = []
        for each in said:
            advisory = advisories[each.record]
            if (advisory.withdrawn or self._as_of is not None) and self.silence(advisory):
                continue
            word, later = each.word, self._is_later(each)
            fixed = "" if later else each.fixed
            state = FixState.AFFECTED if later else word.state or (FixState.FIXED if fixed else FixState.AFFECTED)
            found.append(
                Affects(
                    advisory,
                    *self._range(each),
                    each.introduced,
                    fixed,
                    each.last,
                    state,
                    word.scope,
                    "" if later else word.date,
                    word.level,
                    each.after,
                    each.fixed if later else "",
                    each.limit,
                )
            )
        return found

    def _is_later(self, said: Said) -> bool:
        """Whether the fix came later than is asked for."""
        return self._as_of is not None and bool(said.fixed) and not self._as_of.had(said.word.date)

    def _range(self, said: Said) -> tuple[bytes, bytes]:
        """The least key that is meant, and the least above that is not."""
        low = self._key(said.after) + AFTER if said.after else self._key(said.introduced) if said.introduced else b""
        if said.last:
            return low, self._after(said.last)
        top = said.fixed or said.limit
        return low, self._key(top) if top else OPEN

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """Translate what statements of another shape say."""
        try:
            yield
        except (msgspec.MsgspecError, LookupError, ValueError) as error:
            raise DatabaseError(f"{str(self._path)!r} is damaged: {error}", hint=self._remedy) from error

    def _of_names(self, rows: type[list[_Row]], statement: str, names: Collection[str]) -> list[_Row]:
        """What the statement, which ends in the name of a column, gives for these values of it."""
        wanted, found = sorted(names), list[_Row]()
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            found += self._rows(rows, f"{statement} IN ({','.join('?' * len(some))})", *some)
        return found

    def _rows(self, rows: type[_Rows], statement: str, *values: int | str | bytes) -> _Rows:
        try:
            with self._asking:
                found = self._connection.execute(statement, values).fetchall()
            return msgspec.convert(found, rows)
        except UnicodeEncodeError:  # a text of the image that is no Unicode stands in no row
            return msgspec.convert([], rows)
        except (sqlite3.Error, msgspec.ValidationError) as error:
            raise DatabaseError(f"{str(self._path)!r} is damaged: {error}", hint=self._remedy) from error


class Database:
    """A database folder that is open. Threads may share it; close it, or use it in ``with``. ``as_of``: it tells what
    was known then; ``now`` is the time of those who ask."""

    def __init__(
        self, folder: Path, bound: manifest.Manifest, as_of: AsOf | None = None, now: datetime | None = None
    ) -> None:
        self.folder = folder
        self.manifest = bound
        self.as_of, self._now = as_of, now
        self.status: DatabaseStatus = bound.status(folder)
        if as_of is not None:
            self.status = msgspec.structs.replace(self.status, as_of=as_of.text)
        self._open: dict[tuple[str, str], Shard] = {}
        self._lock = threading.Lock()

    @classmethod
    def open(
        cls, folder: Path, limits: Limits = DEFAULT, as_of: AsOf | None = None, now: datetime | None = None
    ) -> Database:
        """Open the manifest only. Raises ``DatabaseError``, with a hint, where it is missing, damaged or of another
        schema."""
        return cls(folder, manifest.read(folder, limits), as_of, now)

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
                found = self._open[kind, name] = Shard(
                    self.folder / entry.file, entry, self.as_of, self.remedy, self._now
                )
            return found

    @property
    def remedy(self) -> str:
        """What to do where a shard is damaged."""
        return shard_file.REMEDY

    def at_hand(self) -> Iterator[Shard]:
        """The ecosystems' shards that lie in the folder: none is fetched for it, or noted as asked for."""
        for entry in self.manifest.shards:
            if entry.kind == "osv" and (self.folder / entry.file).is_file():
                shard = Database.shard(self, entry.kind, entry.name)
                if shard is not None:
                    yield shard

    def verify(self) -> None:
        """Read every row and compare with the manifest. Raises ``DatabaseError`` for the first shard that differs."""
        for entry in self.manifest.shards:
            shard = self.shard(entry.kind, entry.name)
            if shard is not None and shard.digest() != entry.digest:
                raise DatabaseError(
                    f"the rows of {entry.file!r} are not those that the manifest names", hint=self.remedy
                )

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
