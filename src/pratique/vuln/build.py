"""A folder of published feeds in, a database folder out: a SQLite shard an ecosystem, and the manifest that binds them.

A shard's file is named by its content and put in place before the manifest that names it, so a build that dies leaves
the old database, and builds side by side each leave a whole one. https://www.sqlite.org/pragma.html
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import sqlite3
import tempfile
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import msgspec

from pratique import plugins
from pratique.errors import DatabaseError, NotFound, StorageError, Unreadable
from pratique.limits import DEFAULT, Limits
from pratique.model import DatabaseStatus
from pratique.vuln import extent, manifest, scores, shard_file
from pratique.vuln._crew import Crew, hands
from pratique.vuln.feed._shape import Feed, Part, Settings, Source
from pratique.vuln.feed._spool import Run
from pratique.vuln.manifest import Manifest, Shard, ShardFacts
from pratique.vuln.rows import APPLICATION_ID, SCHEMA, digest

Progress = Callable[[str, int, int], None]

_HANDS = 2  # processes: a third waits for the memory's bandwidth and takes as much of it again
_FEWEST = 100  # records: smaller feeds may halve
_LITTLE = 1 << 21  # bytes: processes would take longer to start
_LEFTOVER_SECONDS = 86400  # a shard that no manifest names may still be another process's


class Options(msgspec.Struct, frozen=True):
    """``name`` is for people; ``starter`` marks the database that ships with us; ``prose`` keeps summaries; ``skip``
    leaves out records by prefix, ``feeds`` takes only these kinds of feed (all where empty)."""

    name: str = ""
    starter: bool = False
    prose: bool = True
    skip: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()


def build(
    source: Path,
    target: Path,
    *,
    ecosystems: Sequence[str] | None = None,
    limits: Limits = DEFAULT,
    progress: Progress | None = None,
    coverage: extent.Extents | None = None,
    options: Options = Options(),  # noqa: B008 - frozen
) -> DatabaseStatus:
    """Build ``target`` from ``source``, laid out as the public OSV export, with the KEV catalogue and the EPSS file
    beside ``ecosystems.txt``.

    With ``ecosystems`` only those are built anew and the others in ``target`` stay. ``progress`` is told of (shard,
    records done, records in all). ``coverage`` takes the place of ``coverage.json`` in the source. Raises
    ``NotFound`` for a source without feeds, ``Unreadable`` for a feed that cannot be read or has lost most of the
    records that it had, ``StorageError`` where the target cannot be written; the old database then stays.
    """
    if not source.is_dir():
        raise _no_feeds(source)
    settings = Settings(
        limits=limits,
        extents=extent.read(source / "coverage.json") if coverage is None else coverage,
        prose=options.prose,
        skip=options.skip,
        progress=progress or (lambda shard, done, total: None),
    )
    wanted = _wanted(source, ecosystems, options)
    with storage(target), workspace(target) as work:
        try:
            made = make_shards(wanted, source, work, settings)
        except Unreadable as error:
            error.hint = error.hint or f"the old database is as it was; fetch what lies at {str(source)!r} again"
            raise
        check_size(made, current(target))
        keep = () if ecosystems is None else None
        return install(target, work, made, keep=keep, options=options).status(target)


def _wanted(source: Path, ecosystems: Sequence[str] | None, options: Options) -> list[tuple[Feed, str]]:
    feeds: list[Feed] = list(plugins.load("pratique.vuln.feed", "FEED").values())
    there = [(feed, name) for feed in feeds for name in feed.shards(source)]
    if not any(feed.kind == "osv" for feed, _ in there):
        raise _no_feeds(source)
    missing = sorted(set(ecosystems or ()) - {name for _, name in there})
    if missing:
        names = ", ".join(name for feed, name in there if feed.kind == "osv")
        raise NotFound(f"no feed of {missing[0]!r} at {str(source)!r}", hint=f"it has {names}")
    kept = [(feed, name) for feed, name in there if not options.feeds or feed.kind in options.feeds]
    return [(feed, name) for feed, name in kept if ecosystems is None or feed.kind != "osv" or name in ecosystems]


def _no_feeds(source: Path) -> NotFound:
    return NotFound(f"no feeds at {str(source)!r}", hint="it holds ecosystems.txt and <Ecosystem>/all.zip")


def check_size(made: Collection[Shard], old: Manifest | None) -> None:
    """Raises ``Unreadable`` for a feed that has lost most of the records that it had: it would make images clean that
    are not."""
    for shard in made:
        had = old.shard(shard.kind, shard.name) if old else None
        if had is not None and had.facts.records > _FEWEST and shard.facts.records * 2 < had.facts.records:
            what = f"the {shard.name} feed has {shard.facts.records} records, it had {had.facts.records}"
            hint = "the old database is as it was; if that is right, remove it and do this again"
            raise Unreadable(what, hint=hint)


def make_shards(wanted: Sequence[tuple[Feed, str]], source: Path, work: Path, settings: Settings) -> list[Shard]:
    """The shards, side by side, large ones first: those whose parts are all read, then the parts of the others."""
    yard = _Yard(wanted, source, work, settings)
    crew = Crew(yard.do, hands(_HANDS) if yard.size > _LITTLE else 1)
    for job, result in crew.work(yard.take):
        yard.done(job, result)
    return [yard.made[at] for at in range(len(wanted))]


class _Job(msgspec.Struct, frozen=True):
    """The source of the shard at that place to cut up, a ``part`` of it to read, or the shard to make of ``runs``."""

    at: int
    part: Part | None = None
    runs: tuple[Run, ...] | None = None


class _Yard:
    """What has been read and made of the shards that are wanted."""

    def __init__(self, wanted: Sequence[tuple[Feed, str]], source: Path, work: Path, settings: Settings) -> None:
        self.made: dict[int, Shard] = {}
        self._wanted, self._settings, self._work = wanted, settings, work
        self._sources = [Source(source, name, work, str(at)) for at, (_, name) in enumerate(wanted)]
        self._parts: list[tuple[Part, ...]] = [() for _ in wanted]
        self._runs: list[dict[int, Run]] = [{} for _ in wanted]
        sizes = {at: feed.sliced.size(self._sources[at]) for at, (feed, _) in enumerate(wanted) if feed.sliced}
        self.size = sum(sizes.values())
        self._uncut = deque(_Job(at) for at in sorted(sizes, key=lambda at: (-sizes[at], at)))
        self._ready = deque(_Job(at, runs=()) for at in range(len(wanted)) if at not in sizes)
        self._unread: deque[_Job] = deque()

    def take(self) -> _Job | None:
        """What to do next, None where it has to wait for others."""
        waiting = self._ready or self._uncut or self._unread
        return waiting.popleft() if waiting else None

    def do(self, job: _Job) -> tuple[Part, ...] | Run | Shard:
        """Do it, in any process."""
        (feed, name), source = self._wanted[job.at], self._sources[job.at]
        if feed.sliced is not None and job.part is not None:
            return feed.sliced.read(source, job.part, self._settings)
        if feed.sliced is not None and job.runs is None:
            return feed.sliced.parts(source, self._settings)
        return self._made(job.at, feed, name, job.runs or ())

    def _made(self, at: int, feed: Feed, name: str, runs: tuple[Run, ...]) -> Shard:
        source = self._sources[at]
        with draft(self._work, feed.schema, f"draft.{at}") as connection:
            facts = feed.fill(connection, source, self._settings, runs)
            shard = seal(connection, feed.kind, name, facts, self._work)
        for run in runs:
            (self._work / run.file).unlink()
        return shard

    def done(self, job: _Job, result: tuple[Part, ...] | Run | Shard) -> None:
        """Take it in."""
        if isinstance(result, Shard):
            self.made[job.at] = result
            self._settings.progress(result.name, result.facts.records, result.facts.records)
            return
        runs = self._runs[job.at]
        if isinstance(result, tuple):
            self._parts[job.at] = result
            self._unread.extend(_Job(job.at, part) for part in result)
        elif job.part is not None:
            runs[job.part.number] = result
        parts = self._parts[job.at]
        told = sum(part.records for part in parts if part.number in runs)
        self._settings.progress(self._wanted[job.at][1], told, sum(part.records for part in parts))
        if len(runs) == len(parts):
            self._ready.append(_Job(job.at, runs=tuple(runs[part.number] for part in parts)))


def _scores(target: Path, work: Path, shards: Sequence[Shard]) -> Shard:
    """What all shards together say of CVEs, those just made and those that stay."""
    files = sorted(each.file for each in shards if each.kind == "osv")
    with draft(work, scores.SCHEMA) as connection:
        paths = [work / file if (work / file).exists() else target / file for file in files]
        facts = scores.fill(connection, paths)
        return seal(connection, scores.KIND, scores.NAME, facts, work)


@contextlib.contextmanager
def draft(work: Path, schema: str, name: str = "draft") -> Iterator[sqlite3.Connection]:
    """An empty database in a transaction that ``seal`` ends; what fails is thrown away, so it needs no journal."""
    path = work / f"{name}.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {schema} BEGIN;")
        yield connection
    finally:
        connection.close()
        path.unlink(missing_ok=True)


def seal(connection: sqlite3.Connection, kind: str, name: str, facts: ShardFacts, work: Path) -> Shard:
    """Write what is in the draft to a compact file in ``work``, named by the digest of its rows."""
    connection.execute("COMMIT")
    connection.executescript(f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={SCHEMA};")
    identity = digest(connection)
    plain = re.sub(r"[^A-Za-z0-9.-]", "_", name).lstrip(".-") or "shard"
    file = f"{plain}.{identity.removeprefix('sha256:')[:16]}.sqlite"
    (work / file).unlink(missing_ok=True)
    connection.execute("VACUUM INTO ?", (str(work / file),))
    return Shard(name, kind, file, identity, (work / file).stat().st_size, facts, shard_file.crc(work / file))


def install(
    target: Path, work: Path, made: Sequence[Shard], *, keep: Collection[tuple[str, str]] | None, options: Options
) -> Manifest:
    """Move the shards in and let a new manifest name them, one process at a time.

    Of the shards that are there those of ``keep``, (kind, name), stay, all of them for None."""
    with lock(target):
        old = current(target)
        kept = [each for each in old.shards if keep is None or (each.kind, each.name) in keep] if old else []
        fresh = {(shard.kind, shard.name) for shard in made}
        fresh.add((scores.KIND, scores.NAME))
        shards = [*made, *(shard for shard in kept if (shard.kind, shard.name) not in fresh)]
        shards.append(_scores(target, work, shards))
        for shard in shards[-1], *made:
            _sync(work / shard.file)
            (work / shard.file).replace(target / shard.file)
        new = Manifest(
            SCHEMA, tuple(sorted(shards, key=lambda each: (each.name, each.kind))), options.name, options.starter
        )
        manifest.write(target, new)
        sweep(target, {shard.file for shard in (*shards, *(old.shards if old else ()))})
    return new


def current(target: Path) -> Manifest | None:
    """The manifest of the database that is there, None where there is none that we can read."""
    try:
        return manifest.read(target, DEFAULT)
    except DatabaseError:
        return None


@contextlib.contextmanager
def workspace(target: Path) -> Iterator[Path]:
    """A folder of our own on the target's file system, gone afterwards."""
    target.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".build-", dir=target))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextlib.contextmanager
def storage(target: Path) -> Iterator[None]:
    """What our own disk says becomes ``StorageError``."""
    hint = "the old database is as it was; make room, or name another folder with --db"
    try:
        yield
    except sqlite3.Error as error:
        raise StorageError(f"cannot write the database at {str(target)!r}: {error}", hint=hint) from error
    except FileExistsError as error:
        what = f"cannot write the database at {str(target)!r}: a file lies there"
        raise StorageError(what, hint="name a folder with --db") from error
    except OSError as error:
        why = error.strerror or error
        raise StorageError(f"cannot write the database at {str(target)!r}: {why}", hint=hint) from error


@contextlib.contextmanager
def lock(target: Path) -> Iterator[None]:
    """One process at a time; readers are not kept waiting."""
    with (target / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(target: Path, named: set[str]) -> None:
    """Remove what no manifest names, neither this one nor the one that readers may still hold, once it is old."""
    before = time.time() - _LEFTOVER_SECONDS
    for path in target.iterdir():
        left = path.name.startswith(".build-") or (path.suffix == ".sqlite" and path.name not in named)
        with contextlib.suppress(FileNotFoundError):  # another process's, which ended just now
            if left and path.stat().st_mtime < before:
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
