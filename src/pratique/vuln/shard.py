"""A shard's file in, look-ups out; rows are read when first asked for.

No lock is taken and nothing is written beside it (``vuln/shard_file.py``).
"""

from __future__ import annotations

import contextlib
import functools
import re
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from pratique import version
from pratique.errors import DatabaseError
from pratique.model import Epss, FixState, Kev, Level, Severity
from pratique.vuln import manifest, shard_file, shares
from pratique.vuln.answer import Above, Advisory, Affects, Release, Unassessable
from pratique.vuln.asof import AsOf, silence
from pratique.vuln.ecosystem import BY_NAME
from pratique.vuln.manifest import ReleaseFacts, ShardFacts
from pratique.vuln.rows import digest
from pratique.vuln.statements import AFTER, OPEN, Said, Statements

_AT_ONCE = 500  # values in one statement: SQLite takes 999 at the least

_CVE = re.compile(r"CVE-\d{4}-\d{4,19}", re.ASCII)

_Row = TypeVar("_Row")
_Rows = TypeVar("_Rows")

# What msgspec keeps of a type it makes where it first meets it; two threads that meet it at once break the process.
msgspec.convert([], list[Advisory])


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
        self._numbered: dict[str, int] | None = None
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
        number = self._numbers().get(release)
        wanted = sorted(set(names)) if number is not None else []
        rows = self._of_names(list[tuple[str, bytes]], "SELECT name, stated FROM package WHERE name", wanted)
        held: dict[tuple[str, str], Statements | None] = dict.fromkeys((release, name) for name in names)
        with self._reading():
            after = self._after if rows and version.has_local(self._scheme) else None
            for name, stated in rows:
                blob = next((share.blob for share in shares.opened(stated) if number in share.releases), None)
                if blob is not None:
                    held[release, name] = Statements(blob, self._key, after)
        self._held.update(held)  # at once: of a name without an answer another thread would hear that nothing is stated

    def meet(self, asked: Iterable[tuple[str, str, bytes]]) -> None:
        """Read at once the records that hold versions of packages (release, name, key), so that none is asked for by
        itself."""
        held = [(self._statements(release, name), key) for release, name, key in asked]
        with self._reading():
            wanted = {each.records[at] for each, key in held if each is not None for at in each.holding(key)}
        self.records(wanted)

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

    def dated(self, moment: datetime) -> tuple[int, str]:
        """How many records were last changed after that moment, and when the newest of the others was, "" where there
        is none; every record is read."""
        rows = self._rows(
            list[tuple[int, str]],
            "SELECT count(*) FILTER (WHERE modified > ?1), coalesce(max(modified) FILTER (WHERE modified <= ?1), '')"
            " FROM record",
            AsOf(moment).text,
        )
        return rows[0]

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
            "SELECT name FROM package WHERE substr(name, -length(?1) - 1) = ':' || ?1 ORDER BY name",
            name,
        )
        return [found for (found,) in rows]

    def packages(self, records: Collection[str]) -> list[tuple[str, str]]:
        """Release and name of all packages that these records speak of; every row is read."""
        rows = self._rows(list[tuple[str, bytes]], "SELECT name, stated FROM package")
        wanted, releases = set(records), {number: name for name, number in self._numbers().items()}
        with self._reading():
            found = [(releases[at], name) for name, stated in rows for at in shares.naming(stated, wanted)]
        return sorted(found)

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
        """The digest over the rows, read now. Raises ``DatabaseError``."""
        try:
            return digest(self._connection)
        except (sqlite3.Error, TypeError) as error:
            raise DatabaseError(f"{str(self._path)!r} is damaged: {error}", hint=self._remedy) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _numbers(self) -> dict[str, int]:
        """The numbers that rows have for releases."""
        if self._numbered is None:
            self._numbered = dict(self._rows(list[tuple[str, int]], "SELECT name, number FROM release"))
        return self._numbered

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
