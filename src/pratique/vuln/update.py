"""An OSV mirror over HTTP in, a database folder brought up to date out: only what has changed travels.

The mirror serves the layout of the public export (https://google.github.io/osv.dev/data/), with the KEV catalogue and
the EPSS file beside ``ecosystems.txt``, unless their own addresses are given.
Validators of what was fetched are kept in ``sources.json``, bound to the shard that came of it. RFC 9110, section 13.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

import msgspec

from pratique.errors import NotFound, Unreadable, UsageError
from pratique.limits import DEFAULT, Limits
from pratique.model import DatabaseStatus, Struct
from pratique.net.client import Client
from pratique.net.download import Validators, download, read_if_changed
from pratique.vuln import build, carry, delta, extent, scores
from pratique.vuln.ecosystem import BY_NAME
from pratique.vuln.feed import eol, epss, kev, osv
from pratique.vuln.feed._shape import Feed, Settings
from pratique.vuln.manifest import Manifest, Shard

SOURCES = "sources.json"

OSV = "https://osv-vulnerabilities.storage.googleapis.com"
KEV = f"https://www.cisa.gov/sites/default/files/feeds/{kev.FILE}"
EPSS = f"https://epss.empiricalsecurity.com/{epss.FILE}"
"""Where the publishers themselves serve the feeds."""

_MOST_CHANGES = 200  # records fetched one by one; past that the whole export is cheaper
_FEWEST = 100  # records: smaller feeds may halve
_FILES = ((kev.FEED, kev.FILE), (epss.FEED, epss.FILE))


class Source(Struct, frozen=True):
    """What was last fetched for a shard: ``shard`` is the digest of the rows that came of it."""

    name: str
    shard: str
    validators: Validators


class Sources(Struct, frozen=True):
    """``coverage`` is the digest of the mirror's ``coverage.json``: under another one all shards are made anew."""

    mirror: str = ""
    coverage: str = ""
    sources: tuple[Source, ...] = ()


def update(
    mirror: str,
    target: Path,
    client: Client,
    *,
    ecosystems: Sequence[str] | None = None,
    limits: Limits = DEFAULT,
    progress: build.Progress | None = None,
    options: build.Options = build.Options(),  # noqa: B008 - frozen
    kev_url: str = "",
    epss_url: str = "",
) -> DatabaseStatus:
    """Bring ``target`` up to date with the mirror at that URL; of the ``ecosystems`` named only, where some are.
    ``kev_url`` and ``epss_url`` name these files where the mirror does not serve them.

    Raises ``UsageError`` for what is no HTTP URL, ``NotFound`` for one without feeds, ``NetworkError``, ``Unreadable``
    for a feed that cannot be read or has lost most of its records, ``StorageError``. The old database then stays.
    """
    for url in (mirror, *filter(None, (kev_url, epss_url))):
        _check_url(url)
    _check_whole(target)
    with build.storage(target), build.workspace(target) as work, _downloads(target, work) as downloads:
        elsewhere = {name: url for name, url in ((kev.FILE, kev_url), (epss.FILE, epss_url)) if url}
        run = _Run(mirror.rstrip("/"), elsewhere, target, client, work, downloads, limits, progress)
        made = run.made(ecosystems)
        keep = None if ecosystems is not None else run.listed
        same = not made and (keep is None or (run.old is not None and _holds_only(run.old, keep)))
        new = run.old if same else None
        new = new or build.install(target, work, made, keep=keep, options=options)
        run.remember()
        return new.status(target)


def _check_url(mirror: str) -> None:
    """A folder's address: its files' names are put behind it, and it is shown and stored, so it holds no secret."""
    try:
        parts = urlsplit(mirror)
        plain = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment
    except ValueError:
        plain = False
    if not plain:
        raise UsageError(f"{mirror!r} is no http or https URL of a folder", hint="the mirror serves ecosystems.txt")
    if "@" in parts.netloc:
        raise UsageError(
            "the mirror's URL holds credentials, which are not supported", hint="serve it without a log-in"
        )


def _check_whole(target: Path) -> None:
    """Of what was pulled in part nobody here knows the rest."""
    old = build.current(target)
    origin = carry.read_origin(target, old) if old else carry.Origin()
    if old and origin.reference and not all((target / shard.file).is_file() for shard in old.shards):
        raise UsageError(
            f"the database at {str(target)!r} was pulled in part from {origin.reference}, so feeds cannot update it",
            hint="run: pratique db pull; or name another folder with --db",
        )


class _Run:
    """One update: what the mirror holds, what we have, and what comes of it."""

    def __init__(
        self,
        mirror: str,
        elsewhere: dict[str, str],
        target: Path,
        client: Client,
        work: Path,
        downloads: Path,
        limits: Limits,
        progress: build.Progress | None,
    ) -> None:
        self.old: Manifest | None = build.current(target)
        self.listed: set[tuple[str, str]] = set()
        self._elsewhere = elsewhere  # the addresses of files that the mirror does not serve
        self._mirror, self._target, self._client, self._limits = mirror, target, client, limits
        self._work, self._downloads = work, downloads
        coverage = self._small("coverage.json")
        if coverage is not None:
            (downloads / "coverage.json").write_bytes(coverage)
        self._settings = Settings(
            limits, extent.read(downloads / "coverage.json"), progress=progress or (lambda shard, done, total: None)
        )
        digest = hashlib.sha256(coverage or b"").hexdigest()
        known = _read_sources(target)
        same = known.mirror == mirror and known.coverage == digest
        self._known = {source.name: source for source in known.sources} if same else {}
        self._fresh = Sources(mirror, digest)
        self._found: dict[str, Source] = dict(self._known)

    def made(self, ecosystems: Sequence[str] | None) -> list[Shard]:
        """The shards that had to be made, in ``work``."""
        names = self._names(ecosystems)
        self.listed = {("osv", name) for name in names} | {(feed.kind, feed.kind) for feed, _ in _FILES}
        made = [self._ecosystem(name) for name in names]
        made += [self._file(feed, file) for feed, file in _FILES]
        made.append(self._ends())
        self.listed.add(("eol", "eol"))
        return [shard for shard in made if shard is not None]

    def remember(self) -> None:
        """Keep the validators for the next update."""
        sources = tuple(self._found[name] for name in sorted(self._found))
        fresh = msgspec.structs.replace(self._fresh, sources=sources)
        path = self._target / SOURCES
        draft = self._work / SOURCES
        draft.write_bytes(msgspec.json.format(msgspec.json.encode(fresh), indent=1))
        draft.replace(path)

    def _names(self, ecosystems: Sequence[str] | None) -> tuple[str, ...]:
        listing = self._small("ecosystems.txt")
        if listing is None:
            raise NotFound(f"no feeds at {self._mirror!r}", hint="it serves ecosystems.txt and <Ecosystem>/all.zip")
        (self._downloads / "ecosystems.txt").write_bytes(listing)
        there = tuple(name for name in osv.shards(self._downloads) if name in BY_NAME)
        missing = sorted(set(ecosystems or ()) - set(there))
        if missing:
            hint = f"it has {', '.join(there)}" if there else ""
            raise NotFound(f"no feed of {missing[0]!r} at {self._mirror!r} that can be matched", hint=hint)
        return there if ecosystems is None else tuple(sorted(set(ecosystems)))

    def _ecosystem(self, name: str) -> Shard | None:
        """The shard anew, None where nothing has changed. The list of changes is asked first, for it is small."""
        old, known = self._have("osv", name)
        try:
            answer = read_if_changed(self._client, self._url(name, "modified_id.csv"), known, self._limits.feed_file)
        except NotFound:
            return self._whole(name, old, known)
        if answer is None:
            return None
        listed = delta.listed(answer[0])
        made = self._changed(name, old, listed) if old is not None and name in self._known else None
        made = made or self._whole(name, old, Validators())
        if made is not None:
            # An export that is behind its own list has to be asked for again, though the list stays the same.
            late = delta.later(listed, made.facts.date)
            self._found[name] = Source(name, made.digest, Validators() if late else answer[1])
        return None if made == old else made

    def _changed(self, name: str, old: Shard, listed: dict[str, datetime]) -> Shard | None:
        """The old shard with the changed records; itself where none has; None where the whole export is cheaper."""
        path = self._target / old.file
        difference = delta.changes(path, listed, self._settings.skip)
        if not difference:
            return old
        if len(difference) > _MOST_CHANGES:
            return None
        with build.draft(self._work, osv.FEED.schema) as connection:
            facts = delta.apply(connection, path, name, difference, self._record(name), self._settings, self._work)
            return None if facts is None else build.seal(connection, "osv", name, facts, self._work)

    def _record(self, name: str) -> Callable[[str], bytes | None]:
        """Fetches one record; None where the mirror does not serve single ones."""

        def fetch(id_: str) -> bytes | None:
            with self._client.request("GET", self._url(name, f"{id_}.json")) as response:
                return response.read(self._limits.feed_record) if response.status == 200 else None

        return fetch

    def _whole(self, name: str, old: Shard | None, known: Validators) -> Shard | None:
        archive = self._downloads / name / "all.zip"
        archive.parent.mkdir(exist_ok=True)
        validators = self._download(f"{quote(name)}/all.zip", archive, known, self._limits.feed_archive)
        if validators is None:
            return None
        made = build.make_shard(osv.FEED, self._downloads, name, self._work, self._settings)
        archive.unlink()
        self._check(old, made)
        self._found[name] = Source(name, made.digest, validators)
        return made

    def _file(self, feed: Feed, file: str) -> Shard | None:
        """The shard of a feed that is one file; None where it has not changed, or is not served."""
        old, known = self._have(feed.kind, feed.kind)
        try:
            validators = self._download(file, self._downloads / file, known, self._limits.feed_file)
        except NotFound:
            return None
        if validators is None:
            return None
        made = build.make_shard(feed, self._downloads, feed.kind, self._work, self._settings)
        (self._downloads / file).unlink()
        self._check(old, made)
        self._found[feed.kind] = Source(feed.kind, made.digest, validators)
        return made

    def _check(self, old: Shard | None, made: Shard) -> None:
        """A feed that has lost most of its records would make images clean that are not."""
        if old is not None and old.facts.records > _FEWEST and made.facts.records * 2 < old.facts.records:
            what = f"the {made.name} feed has {made.facts.records} records, it had {old.facts.records}"
            raise Unreadable(what, hint="if that is right, remove the database and update again")

    def _ends(self) -> Shard | None:
        """The ends of releases; None where they are those that we have."""
        (self._downloads / "distro-info").mkdir(exist_ok=True)
        for name in eol.TABLES:
            table = self._small(name)
            if table is not None:
                (self._downloads / name).write_bytes(table)
        made = build.make_shard(eol.FEED, self._downloads, "eol", self._work, self._settings)
        old = self.old.shard("eol", "eol") if self.old else None
        return None if old is not None and old.digest == made.digest else made

    def _have(self, kind: str, name: str) -> tuple[Shard | None, Validators]:
        """The shard that is there, and the validators of what it came from; none if it came from elsewhere."""
        old = self.old.shard(kind, name) if self.old else None
        if old is None or not (self._target / old.file).is_file():
            return None, Validators()
        known = self._known.get(name)
        return old, known.validators if known and known.shard == old.digest else Validators()

    def _download(self, path: str, to: Path, known: Validators, limit: int) -> Validators | None:
        told = self._settings.progress
        return download(
            self._client,
            self._elsewhere.get(path, f"{self._mirror}/{path}"),
            to,
            known,
            limit=limit,
            progress=lambda size: told(f"{path} (bytes)", size, 0),
        )

    def _small(self, path: str) -> bytes | None:
        """A small file of the mirror, None where it is not served."""
        with self._client.request("GET", f"{self._mirror}/{path}") as response:
            if response.status in (404, 410):
                return None
            return response.expect(response.url, 200).read(self._limits.manifest)

    def _url(self, name: str, file: str) -> str:
        return f"{self._mirror}/{quote(name)}/{quote(file, safe='')}"


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
            if path.is_file() and path.name != ".lock" and ".part" not in path.name:
                path.unlink()
        yield shared


def _holds_only(manifest: Manifest, keep: set[tuple[str, str]]) -> bool:
    return all((shard.kind, shard.name) in keep or shard.kind == scores.KIND for shard in manifest.shards)


def _read_sources(target: Path) -> Sources:
    """What we remember; nothing where we do not, for then all is fetched anew."""
    try:
        return msgspec.json.decode((target / SOURCES).read_bytes(), type=Sources)
    except (OSError, msgspec.MsgspecError):
        return Sources()
