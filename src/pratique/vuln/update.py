"""An OSV mirror over HTTP in, a database folder brought up to date out: only what has changed travels.

First all that is wanted is asked for at once, whether it has changed; then what has changed is fetched, several files
side by side; then it is built. Validators of what was fetched are kept in ``sources.json``, bound to the shard that
came of it (RFC 9110, section 13). Files of vendors stay in a folder, for a shard is made of all of them.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from pratique.errors import DatabaseError, NotFound, Unreadable, UsageError
from pratique.limits import DEFAULT, Limits
from pratique.model import DatabaseStatus
from pratique.net.client import Client
from pratique.net.download import Validators
from pratique.vuln import build, carry, delta, extent, scores, shard_file
from pratique.vuln._sources import SOURCES, Source, Sources, read_sources
from pratique.vuln.carry_in import results
from pratique.vuln.ecosystem import BY_NAME
from pratique.vuln.feed import eol, epss, kev, osv, repositories
from pratique.vuln.feed._shape import Feed, Settings
from pratique.vuln.manifest import Manifest, Shard
from pratique.vuln.mirror import Mirror, check_url, listing
from pratique.vuln.published import KEPT, Held, Published

OSV = "https://osv-vulnerabilities.storage.googleapis.com"
KEV = f"https://www.cisa.gov/sites/default/files/feeds/{kev.FILE}"
EPSS = f"https://epss.empiricalsecurity.com/{epss.FILE}"
REPOSITORIES = "https://security.access.redhat.com/data/metrics/repository-to-cpe.json"
"""Where the publishers themselves serve the feeds."""

_MOST_CHANGES = 1000  # records fetched one by one; past that the whole export is cheaper
_FILES = ((kev.FEED, kev.FILE), (epss.FEED, epss.FILE))
_FILES_OF = {"Red Hat": (repositories.FEED, repositories.FILE)}  # what else an ecosystem's packages are matched by
_AT_ONCE = 8  # requests


class _Plan(msgspec.Struct, frozen=True):
    """What has changed of a shard: with ``changes`` some records, else all of it, which lies in ``folder``.

    ``validators`` are those of the list of changes, ``listed``, or of the one file that there is."""

    feed: Feed
    name: str
    old: Shard | None
    folder: Path
    validators: Validators = Validators()
    changes: delta.Changes | None = None
    listed: dict[str, datetime] | None = None


class Updated(msgspec.Struct, frozen=True):
    """What the database holds now, and the feeds that it should hold and the mirror does not have, by name."""

    status: DatabaseStatus
    lacking: tuple[str, ...] = ()


def update(
    mirror: str,
    target: Path,
    client: Client,
    *,
    ecosystems: Sequence[str] | None = None,
    learnt: Sequence[str] = (),
    limits: Limits = DEFAULT,
    progress: build.Progress | None = None,
    options: build.Options = build.Options(),  # noqa: B008 - frozen
    kev_url: str = "",
    epss_url: str = "",
    publishers: bool = False,
    today: date | None = None,
) -> Updated:
    """Bring ``target`` up to date with the mirror at that URL; of the ``ecosystems`` named only, where some are, else
    of those ``learnt`` that the mirror has, else of all. ``kev_url`` and ``epss_url`` name these files where the mirror
    does not serve them; with ``publishers`` the vendors' own feeds come from the vendors.
    ``today`` says which of their files there should be.

    Raises ``UsageError`` for what is no HTTP URL, ``NotFound`` for one without feeds, ``NetworkError``, ``Unreadable``
    for a feed that cannot be read or has lost most of its records, ``StorageError``. The old database then stays.
    """
    asked = [mirror, *filter(None, (kev_url, epss_url))]
    for url in asked:
        check_url(url)
    _check_whole(target)
    told = progress or (lambda shard, done, total: None)
    addresses = ((kev.FILE, kev_url), (epss.FILE, epss_url), (repositories.FILE, REPOSITORIES if publishers else ""))
    elsewhere = {name: url for name, url in addresses if url}
    served = Mirror(mirror, elsewhere, client, limits, told, publishers=publishers)
    with build.storage(target), build.workspace(target) as work, _downloads(target, work) as downloads, _told(asked):
        run = _Run(served, target, work, downloads, limits, told, today or datetime.now(UTC).date())
        made = run.made(ecosystems, learnt)
        keep = None if ecosystems is not None or learnt else run.listed
        same = not made and not run.damaged and (keep is None or (run.old is not None and _holds_only(run.old, keep)))
        new = (run.old if same else None) or build.install(target, work, made, keep=keep, options=options)
        run.remember()
        return Updated(new.status(target), tuple(sorted(run.lacking)))


def _check_whole(target: Path) -> None:
    """Of what was pulled in part nobody here knows the rest."""
    old = build.current(target)
    origin = carry.read_origin(target, old) if old else carry.Origin()
    if old and origin.reference and not all((target / shard.file).is_file() for shard in old.shards):
        raise UsageError(
            f"the database at {str(target)!r} was pulled in part from {origin.reference}, so feeds cannot update it",
            hint="run: pratique db pull; or name another folder with --db",
        )


@contextlib.contextmanager
def _told(asked: Sequence[str]) -> Iterator[None]:
    """What cannot be read is the mirror's fault more often than the feed's."""
    try:
        yield
    except Unreadable as error:
        where = f"does {asked[0]} serve the feeds" if len(asked) == 1 else f"do {' and '.join(asked)} serve the feeds"
        error.hint = error.hint or f"the old database is as it was; {where}, or a page about them?"
        raise


class _Run:
    """One update: what the mirror holds, what we have, and what comes of it."""

    def __init__(
        self,
        mirror: Mirror,
        target: Path,
        work: Path,
        downloads: Path,
        limits: Limits,
        told: build.Progress,
        today: date,
    ) -> None:
        self.old: Manifest | None = build.current(target)
        entries = self.old.shards if self.old else ()
        self.damaged: set[tuple[str, str]] = {(each.kind, each.name) for each in shard_file.damaged(target, entries)}
        self.listed: set[tuple[str, str]] = {(feed.kind, feed.kind) for feed, _ in (*_FILES, *_FILES_OF.values())}
        self.listed |= {("eol", name) for name in eol.FEED.shards(downloads)}
        self.lacking, self._sought = set[str](), set[str]()
        self._mirror, self._target, self._limits = mirror, target, limits
        self._work, self._downloads = work, downloads
        coverage = mirror.small("coverage.json")
        if coverage is not None:
            (downloads / "coverage.json").write_bytes(coverage)
        self._settings = Settings(limits, extent.read(downloads / "coverage.json"), progress=told)
        digest = hashlib.sha256(coverage or b"").hexdigest()
        known = read_sources(target)
        same = known.mirror == mirror.url and known.coverage == digest
        self._known = {source.name: source for source in known.sources} if same else {}
        self._fresh = Sources(mirror.url, digest)
        self._small: dict[str, bytes | None] = {}
        self._found: dict[str, Source] = dict(self._known)
        self._published = Published(mirror, downloads / KEPT, self._held, today)
        if not same:
            self._published.forget()

    def made(self, ecosystems: Sequence[str] | None, learnt: Sequence[str]) -> list[Shard]:
        """The shards that had to be made, in ``work``."""
        names = tuple(sorted({*self._names(ecosystems, learnt), *self._to_mend()}))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            tables = pool.submit(self._tables, self._downloads)
            jobs = [pool.submit(self._ecosystem, name, ecosystems is not None) for name in names]
            files = (*_FILES, *(_FILES_OF[name] for name in names if name in _FILES_OF))
            jobs += [pool.submit(self._file, feed, file) for feed, file in files]
            plans = [plan for plan in results(jobs, pool) if plan is not None]
            tables.result()
            made = {plan.name: self._changed(plan, pool) for plan in plans if plan.changes is not None}
            missing = [plan for plan in plans if plan.changes is not None and made[plan.name] is None]
            results([pool.submit(self._archive, plan, Validators()) for plan in missing], pool)
        whole = [plan for plan in plans if made.get(plan.name) is None]
        made |= {plan.name: shard for plan, shard in zip(whole, self._built(whole), strict=True)}
        for plan in plans:
            self._remember(plan, made[plan.name])
        fresh = [shard for plan in plans if (shard := made[plan.name]) is not None and shard != plan.old]
        fresh += self._ends()
        left = self.damaged - {(shard.kind, shard.name) for shard in fresh} - {(scores.KIND, scores.NAME)}
        if ecosystems is None and not learnt:
            left &= self.listed  # the others do not stay
        if left:
            what = f"the shard of {min(left)[1]!r} is damaged, and {self._mirror.url} does not serve what it is made of"
            raise DatabaseError(what, hint=f"remove the folder {str(self._target)!r} and update again")
        return fresh

    def remember(self) -> None:
        """Keep the validators for the next update."""
        sources = tuple(self._found[name] for name in sorted(self._found))
        fresh = msgspec.structs.replace(self._fresh, sources=sources)
        path = self._target / SOURCES
        draft = self._work / SOURCES
        draft.write_bytes(msgspec.json.format(msgspec.json.encode(fresh), indent=1))
        draft.replace(path)

    def _names(self, ecosystems: Sequence[str] | None, learnt: Sequence[str]) -> tuple[str, ...]:
        """Those to ask for. What vendors may have is asked for, too; an answer shows whether it is there."""
        (self._downloads / "ecosystems.txt").write_bytes(listing(self._mirror))
        self._exported = {name for name in osv.shards(self._downloads) if name in BY_NAME}
        there = self._exported | self._published.ecosystems
        missing = sorted(set(ecosystems or ()) - there)
        if missing or not self._exported:
            hint = f"it has {', '.join(sorted(self._exported))}" if self._exported else "its ecosystems.txt names none"
            what = f"no feed of {missing[0]!r}" if missing else "no feeds"
            raise NotFound(f"{what} at {self._mirror.url!r} that can be matched", hint=hint)
        if ecosystems is None:
            held = [shard.name for shard in self.old.shards if shard.kind == "osv"] if self.old else []
            self._sought.update(learnt or held)
            self.lacking.update(self._sought - there)
            return tuple(sorted(there.intersection(learnt) if learnt else there))
        return tuple(sorted(set(ecosystems)))

    def _to_mend(self) -> set[str]:
        """The ecosystems whose shards are damaged, whoever asks for them."""
        there = self._exported | self._published.ecosystems
        with_files = {name for name, (feed, _) in _FILES_OF.items() if (feed.kind, feed.kind) in self.damaged}
        return there & ({name for kind, name in self.damaged if kind == "osv"} | with_files)

    def _ecosystem(self, name: str, asked: bool) -> _Plan | None:
        """What has changed of an ecosystem; all of it, where a file of its vendor's has."""
        fetched = self._published.fetch(name)
        if not fetched.files and name not in self._exported:
            if asked:
                raise NotFound(f"no feed of {name!r} at {self._mirror.url!r}")
            if name in self._sought:
                self.lacking.add(name)
            return None
        self.listed.add(("osv", name))
        self._found.update((held.path, Source(held.path, "", held.validators, held.version)) for held in fetched.files)
        old, known = self._have("osv", name)
        bound = self._known.get(name)
        anew = fetched.changed or old is None or bound is None or bound.shard != old.digest
        folder = self._downloads / KEPT if fetched.files else self._downloads
        plan = _Plan(osv.FEED, name, old, folder)
        if osv.stands_alone(folder, name):
            (folder / name / "all.zip").unlink(missing_ok=True)
            return plan if anew or known != Validators() else None  # validators are of OSV's list, which was asked once
        if name not in self._exported:
            return plan if anew else None
        return self._export(plan, Validators() if anew else known, anew=anew)

    def _export(self, plan: _Plan, known: Validators, *, anew: bool) -> _Plan | None:
        """What has changed of OSV's export. The list of changes is asked first, for it is small."""
        try:
            answer = self._mirror.changes(plan.name, known)
        except NotFound:
            validators = self._archive(plan, known)
            same = validators is None and not anew
            return None if same else msgspec.structs.replace(plan, validators=validators or Validators())
        if answer is None:
            return None
        listed = delta.listed(answer[0])
        plan = msgspec.structs.replace(plan, validators=answer[1], listed=listed)
        if not anew and plan.old is not None:
            changes = delta.changes(self._target / plan.old.file, listed, self._settings.skip)
            if len(changes) <= _MOST_CHANGES and not changes.filled:
                return msgspec.structs.replace(plan, changes=changes)
        self._archive(plan, Validators())
        return plan

    def _archive(self, plan: _Plan, known: Validators) -> Validators | None:
        """The whole export, None where it has not changed; beside the vendor's files it stays, as they do."""
        path = f"{plan.name}/all.zip"
        if plan.folder == self._downloads:
            try:
                return self._mirror.download(path, self._downloads / path, known, self._limits.feed_archive)
            except NotFound as error:
                raise self._unserved(path) from error
        held, changed = self._published.export(path, self._limits)
        if held is None:
            raise self._unserved(path)
        self._found[path] = Source(path, "", held.validators)
        return held.validators if changed else None

    def _unserved(self, path: str) -> Unreadable:
        what = f"{path!r} is not at {self._mirror.url!r}, though its ecosystems.txt names the ecosystem"
        return Unreadable(what, hint="the old database is as it was; update again once the mirror serves it")

    def _file(self, feed: Feed, file: str) -> _Plan | None:
        """What has changed of a feed that is one file; nothing where the mirror does not serve it."""
        old, known = self._have(feed.kind, feed.kind)
        try:
            validators = self._mirror.download(file, self._downloads / file, known, self._limits.feed_file)
        except NotFound as error:
            url = self._mirror.elsewhere.get(file)
            expected = (feed, file) in _FILES
            if expected or old is not None:
                self.lacking.add(feed.kind)
            if url is None or not expected:
                return None
            hint = f"the old database is as it was; --{feed.kind}-url names where it is"
            raise NotFound(f"no {file} at {url!r}", hint=hint) from error
        return None if validators is None else _Plan(feed, feed.kind, old, self._downloads, validators)

    def _changed(self, plan: _Plan, pool: ThreadPoolExecutor) -> Shard | None:
        """The old shard with the changed records; itself where none has; None where the mirror has no single ones."""
        old, changes, name = plan.old, plan.changes, plan.name
        if old is None or not changes:
            return old
        jobs = [pool.submit(self._mirror.record, name, id_) for id_ in changes.changed]
        fetched = dict(zip(changes.changed, results(jobs, pool), strict=True))
        if None in fetched.values():
            return None
        path = self._target / old.file
        with build.draft(self._work, osv.FEED.schema) as connection:
            facts = delta.apply(connection, path, name, changes, fetched.get, self._settings, self._work)
            made = None if facts is None else build.seal(connection, "osv", name, facts, self._work)
        if made is not None:
            build.check_size((made,), self.old)
        return made

    def _built(self, plans: Sequence[_Plan]) -> list[Shard]:
        """The shards of whole feeds, in their order."""
        made: dict[str, Shard] = {}
        for folder in {plan.folder for plan in plans}:
            here = [plan for plan in plans if plan.folder == folder]
            if folder != self._downloads:
                self._tables(folder)
            shards = build.make_shards([(plan.feed, plan.name) for plan in here], folder, self._work, self._settings)
            made |= {plan.name: shard for plan, shard in zip(here, shards, strict=True)}
        build.check_size(made.values(), self.old)
        return [made[plan.name] for plan in plans]

    def _remember(self, plan: _Plan, made: Shard | None) -> None:
        """What the shard came of. An export that is behind its own list has to be asked for again, though the list
        stays the same."""
        if made is None:
            return
        late = plan.listed is not None and delta.later(plan.listed, made.facts.date)
        self._found[plan.name] = Source(plan.name, made.digest, Validators() if late else plan.validators)

    def _tables(self, folder: Path) -> None:
        """The newest tables of releases, where the mirror has them; asked for once."""
        for name in eol.TABLES:
            if folder == self._downloads:
                self._small[name] = self._mirror.small(name)
            table = self._small[name]
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if table is not None:
                (folder / name).write_bytes(table)
            else:
                (folder / name).unlink(missing_ok=True)

    def _ends(self) -> list[Shard]:
        """The ends of support; none where they are those that we have."""
        wanted = [(eol.FEED, name) for name in eol.FEED.shards(self._downloads)]
        made = build.make_shards(wanted, self._downloads, self._work, self._settings)
        return [new for new in made if (old := self._whole(new.kind, new.name)) is None or _differ(old, new)]

    def _whole(self, kind: str, name: str) -> Shard | None:
        """The shard that is there, with all its rows."""
        return self.old.shard(kind, name) if self.old and (kind, name) not in self.damaged else None

    def _have(self, kind: str, name: str) -> tuple[Shard | None, Validators]:
        """The shard that is there, and the validators of what it came from; none if it came from elsewhere."""
        old = self._whole(kind, name)
        if old is None:
            return None, Validators()
        known = self._known.get(name)
        return old, known.validators if known and known.shard == old.digest else Validators()

    def _held(self, path: str) -> Held:
        known = self._known.get(path)
        return Held(path, known.validators, known.version) if known else Held(path)


@contextlib.contextmanager
def _downloads(target: Path, work: Path) -> Iterator[Path]:
    """Where downloads go, to be gone on with by the next update; a second process at the same time has its own."""
    shared = target / ".downloads"
    shared.mkdir(exist_ok=True)
    with (shared / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            own = work / "downloads"
            own.mkdir()
            yield own
            return
        for path in shared.rglob("*"):  # a file of another mirror must not pass for this one's
            kept = path.name == ".lock" or ".part" in path.name or shared / KEPT in path.parents
            if path.is_file() and not kept:
                path.unlink()
        yield shared


def _differ(old: Shard, new: Shard) -> bool:
    return (old.digest, old.facts) != (new.digest, new.facts)


def _holds_only(manifest: Manifest, keep: set[tuple[str, str]]) -> bool:
    return all((shard.kind, shard.name) in keep or shard.kind == scores.KIND for shard in manifest.shards)
