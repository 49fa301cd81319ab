"""A folder of OSV exports in (``ecosystems.txt``, ``<Ecosystem>/all.zip``), a shard of statements an ecosystem out.

https://google.github.io/osv.dev/data/#data-dumps and https://ossf.github.io/osv-schema/. What vendors publish
themselves (``vuln/vendor``) goes into the same shards.
"""

from __future__ import annotations

import functools
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pratique import plugins
from pratique.errors import Unreadable
from pratique.vuln.bulletin import Vendor
from pratique.vuln.ecosystem import BY_NAME, Ecosystem, split
from pratique.vuln.feed._bulletins import Intake
from pratique.vuln.feed._gather import Runs
from pratique.vuln.feed._osv_reader import FEED as OSV
from pratique.vuln.feed._osv_reader import Reader, keyer
from pratique.vuln.feed._shape import Feed, Part, Settings, Sliced, Source
from pratique.vuln.feed._spool import Run, Spool
from pratique.vuln.feed._zip import members, slices
from pratique.vuln.manifest import ReleaseFacts, ShardFacts
from pratique.vuln.rows import ADVISORIES, RecordRow, insert_packages, insert_records, insert_releases
from pratique.vuln.shares import package_rows, release_rows

_PART = 4 << 20  # compressed bytes of an archive that are read at once
_EXAMPLES = 5
_VENDORS = 1 << 31  # above the places of all members of an archive

_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._()+-]{0,99}$")  # it becomes a path


def shards(source: Path) -> tuple[str, ...]:
    """The ecosystems that ``ecosystems.txt`` lists, else the folders that hold an ``all.zip``, and those of the vendors
    whose own feeds are there; without releases, for an ecosystem's export holds those of all its releases."""
    listing = source / "ecosystems.txt"
    if listing.is_file():
        names = [line.strip() for line in listing.read_text("utf-8", "replace").splitlines()]
    else:
        names = [path.parent.name for path in source.glob("*/all.zip")]
    plain = {split(name)[0] for name in names if name}
    plain |= {vendor.ecosystem for vendor in _vendors().values() if vendor.present(source)}
    return tuple(sorted(name for name in plain if _FOLDER.match(name)))


@functools.cache
def _vendors() -> dict[str, Vendor]:
    return dict(plugins.load("pratique.vuln.vendor", "VENDOR"))


def size(source: Source) -> int:
    """Bytes of the archive, and as many as make a part for each of the vendors' own feeds."""
    archive = _archive(source)
    return (archive.stat().st_size if archive.is_file() else 0) + _PART * len(_own(source.folder, source.name))


def parts(source: Source, settings: Settings) -> tuple[Part, ...]:
    """Slices of the archive, and then the vendors' own feeds, each as one part."""
    if source.name not in BY_NAME:
        return ()
    own = _own(source.folder, source.name)
    archive = _archive(source)
    left_out = stands_alone(source.folder, source.name) or (own and not archive.exists())
    cut = [] if left_out else slices(archive, settings.limits, _PART)
    found = [Part(at, OSV, piece.count, piece) for at, piece in enumerate(cut)]
    found += [Part(len(cut) + at, name) for at, name in enumerate(own)]
    return tuple(found)


def stands_alone(folder: Path, ecosystem: str) -> bool:
    """Whether the folder holds a vendor's own feed beside which OSV's export is left out."""
    return any(_vendors()[name].alone for name in _own(folder, ecosystem))


def _own(folder: Path, ecosystem: str) -> list[str]:
    """The vendors' feeds of the ecosystem that the folder holds."""
    return [name for name, vendor in _vendors().items() if vendor.ecosystem == ecosystem and vendor.present(folder)]


def _archive(source: Source) -> Path:
    return source.folder / source.name / "all.zip"


def read(source: Source, part: Part, settings: Settings) -> Run:
    """What one part states, on disk."""
    ecosystem = BY_NAME[source.name]
    spool = Spool(source.work / f"{source.mark}.{part.number}.spool")
    if part.piece is None:
        found = _vendors()[part.reader].read(source.folder, settings.limits)
        intake = Intake(ecosystem, part.reader, settings, spool)
        for at, bulletin in enumerate(found):
            intake.add(bulletin, _VENDORS + (part.number << 24) + at)
        return spool.close()
    reader = Reader(ecosystem, settings, spool)
    for at, member in enumerate(members(_archive(source), part.piece, settings.limits)):
        if member.data is None:
            spool.unreadable(f"{member.name!r}: {member.why}")
        else:
            reader.add(member.name, member.data, part.piece.first + at)
    return spool.close()


def fill(connection: sqlite3.Connection, source: Source, settings: Settings, runs: Sequence[Run]) -> ShardFacts:
    """All that the parts state as rows. An ecosystem whose version scheme we do not know has none, and its release is
    marked as not covered."""
    ecosystem = BY_NAME.get(source.name)
    if ecosystem is None:
        return ShardFacts(releases=(ReleaseFacts("", complete=False, note="its version scheme is not known"),))
    count = sum(run.records + run.unreadable for run in runs)
    if count and not any(run.records for run in runs):
        raise Unreadable(f"none of the {count} files in {source.name}/all.zip is an OSV record")
    gathered = Runs(source.work, runs)
    chosen = Chosen(fills=_archive(source).exists() and bool(_own(source.folder, source.name)))
    for records in gathered.records():
        chosen.take(records)
    insert_records(connection, chosen.rows())
    stated = gathered.packages(chosen.places, keyer(ecosystem.scheme, settings.limits.feed_text))
    releases = release_rows(stated)
    insert_releases(connection, releases)
    insert_packages(connection, package_rows(stated, releases))
    unreadable = sum(run.unreadable for run in runs) + len(chosen.twice)
    examples = [example for run in runs for example in run.examples] + chosen.twice
    return facts(connection, ecosystem, settings, unreadable, examples)


class Chosen:
    """Of records with one id the one that holds: the vendor's own before OSV's, of one feed the newest.

    ``places`` are theirs by id, ``twice`` tells of ids that stand twice in one feed. With ``fills`` a
    vendor's record that has no dates or no vector gets those of OSV's, which come before it."""

    def __init__(self, *, fills: bool = False) -> None:
        self.places: dict[str, int] = {}
        self.twice: list[str] = []
        self._held: dict[str, RecordRow] = {}
        self._fills = fills
        self._osv: dict[str, RecordRow] = {}

    def take(self, records: Iterable[tuple[int, RecordRow]]) -> None:
        """Choose among these and those before."""
        for origin, row in records:
            id_ = row[0]
            if id_ in self._held and not self._beats(row, self._held[id_]):
                continue
            self._held[id_] = row
            self.places[id_] = origin
            if self._fills and row[1] == OSV:
                self._osv[id_] = row

    def rows(self) -> list[RecordRow]:
        """Those that hold, by id; they are kept no longer."""
        held, self._held = self._held, {}
        return [_filled(held[id_], self._osv.get(id_)) for id_ in sorted(held)]

    def _beats(self, row: RecordRow, held: RecordRow) -> bool:
        """Feed and time of the last change decide."""
        if row[1] == held[1]:
            self.twice.append(f"the id {row[0]!r} stands twice")
        return (row[1] != OSV, row[5]) > (held[1] != OSV, held[5])


def _filled(own: RecordRow, other: RecordRow | None) -> RecordRow:
    """The row with the other's dates, title and severity where its own are empty: Debian's tracker has none."""
    if other is None or other is own:
        return own
    rated = own if own[9] or not other[9] else other
    return (
        *own[:4],
        own[4] or other[4],
        own[5] or other[5],
        own[6],
        *rated[7:10],
        own[10] or other[10],
        own[11],
    )


def facts(
    connection: sqlite3.Connection, ecosystem: Ecosystem, settings: Settings, unreadable: int, examples: Sequence[str]
) -> ShardFacts:
    """What the shard holds, counted in its rows."""
    one = connection.execute
    date, records, unknown = one(
        "SELECT coalesce(max(modified), ''), count(*), coalesce(sum(unknown), 0) FROM record"
    ).fetchone()
    ranges, silent = one("SELECT coalesce(sum(ranges), 0), coalesce(sum(silent), 0) FROM release").fetchone()
    return ShardFacts(
        date=date,
        records=records,
        ranges=ranges,
        unreadable=unreadable,
        unknown_versions=unknown,
        unassessable=silent,
        examples=tuple(sorted(set(examples))[:_EXAMPLES]),
        releases=tuple(_releases(connection, ecosystem, settings)),
        note=_note(connection, ecosystem),
    )


def _note(connection: sqlite3.Connection, ecosystem: Ecosystem) -> str:
    """That OSV's records are left out, where the vendor's own are there."""
    feeds = {feed for (feed,) in connection.execute("SELECT DISTINCT feed FROM record")}
    left_out = any(_vendors()[feed].alone for feed in feeds if feed in _vendors())
    return f"{ecosystem.name}'s own feed, in place of OSV's export" if left_out else ""


def _releases(connection: sqlite3.Connection, ecosystem: Ecosystem, settings: Settings) -> Iterator[ReleaseFacts]:
    """Each release that the shard has packages of, and how much of it the feed covers."""
    counted = connection.execute("SELECT name, packages, ranges FROM release ORDER BY name")
    for release, packages, ranges in counted.fetchall():
        extent = settings.extents.find(ecosystem.name, release, packages)
        covered = None
        if extent.packages is not None:
            covered = tuple(sorted({ecosystem.spell(name) for name in extent.packages}))
        yield ReleaseFacts(release, packages, ranges, extent.complete, extent.note, covered)


FEED = Feed("osv", ADVISORIES, shards, fill, Sliced(size, parts, read))
