"""An artifact that carries a database in, a database folder out: only the shards that are asked for, the manifest last.

What is fetched is checked by its digest, by its size, and by the digest over the shard's rows. A shard's file is named
by its content, so that whatever dies in between leaves the old database.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import io
import os
import sqlite3
import time
import urllib.parse
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from pratique import plugins
from pratique.errors import DatabaseError, DigestMismatch, NotFound, Unreadable
from pratique.limits import DEFAULT, Limits
from pratique.model import DatabaseStatus, Struct
from pratique.oci.artifact import Source
from pratique.oci.documents import Descriptor
from pratique.vuln import build, carry, manifest, scores, shard_file
from pratique.vuln.build import Progress
from pratique.vuln.carry import LAYER, Carried, Origin, Packed
from pratique.vuln.feed._shape import Feed
from pratique.vuln.manifest import Manifest, Shard
from pratique.vuln.shard import Shard as OpenShard

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_AT_ONCE = 4  # downloads
_CHUNK = 1 << 20
_WINDOW = 1 << 27  # bytes of history that a blob may make us keep (RFC 8878, section 3.1.1.1.2)
_LEFTOVER_SECONDS = 7 * 86400
_T = TypeVar("_T")


class Wanted(Struct, frozen=True):
    """Which shards: those of the ``ecosystems``, all for None; of those that were ``learnt`` the ones that there are;
    with ``here`` those that the folder has, too. What is no ecosystem's (KEV, EPSS, severities, ends of releases) is
    wanted always, but where ``shards`` is False."""

    ecosystems: tuple[str, ...] | None = None
    learnt: tuple[str, ...] = ()
    here: bool = False
    shards: bool = True


MANIFEST = Wanted(shards=False)


class Pulled(Struct, frozen=True):
    """``fetched`` shards of ``bytes`` in all had to travel; ``left`` names those that stayed where they are."""

    status: DatabaseStatus
    reference: str
    digest: str
    changed: bool
    fetched: int
    bytes: int
    left: tuple[str, ...]


def pull(
    source: Source,
    reference: str,
    target: Path,
    wanted: Wanted,
    *,
    limits: Limits = DEFAULT,
    progress: Progress | None = None,
) -> Pulled:
    """Bring the folder up to the artifact: what is wanted and absent or damaged is fetched. Where nothing has changed
    that is one small request.

    Raises ``NotFound``, ``AuthError``, ``NetworkError``, ``Unreadable``, ``DigestMismatch``, ``DatabaseError`` (another
    schema, an ecosystem that it does not hold), ``StorageError``. The old database then stays."""
    with build.storage(target):
        target.mkdir(parents=True, exist_ok=True)
        old = build.current(target)
        carried, changed = _read(source, reference, target, old, limits)
        shards = _chosen(carried.manifest, wanted, target, old)
        missing = shard_file.damaged(target, shards)
        fetch(source, target, [(shard, carried.layer(shard)) for shard in missing], progress)
        if changed:
            _install(target, carried, old)
    left = tuple(shard.name for shard in carried.manifest.shards if not shard_file.is_here(target, shard))
    size = sum(carried.layer(shard).size for shard in missing)
    status, digest = carried.manifest.status(target), carried.origin.digest
    return Pulled(status, reference, digest, changed, len(missing), size, left)


def fetch(
    source: Source, target: Path, wanted: Sequence[tuple[Shard, Packed]], progress: Progress | None = None
) -> None:
    """Bring these shards into the folder, the largest first, several at once. Raises as ``pull`` does."""
    if not wanted:
        return
    told = progress or (lambda shard, done, total: None)
    with build.storage(target), build.workspace(target) as work, ThreadPoolExecutor(_AT_ONCE) as pool:
        largest = sorted(wanted, key=lambda each: -each[1].size)
        results([pool.submit(_fetch, source, target, work, *each, told) for each in largest], pool)


def results(jobs: Sequence[Future[_T]], pool: ThreadPoolExecutor) -> list[_T]:
    """What all have done, in their order; the first that fails ends those that have not begun."""
    try:
        return [job.result() for job in jobs]
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def _read(source: Source, reference: str, target: Path, old: Manifest | None, limits: Limits) -> tuple[Carried, bool]:
    """The artifact, and whether it is another one than the database that is there."""
    known = _known(target, old)
    if known is not None and source.stated() == known.origin.digest:
        return known, False
    root = source.root()
    if known is not None and root.digest == known.origin.digest:  # of a registry that states no digest
        return known, False
    document = carry.read_manifest(source.read(root, limits.manifest), root.digest, reference, limits)
    config = source.read(document.config, limits.config)
    return carry.read_config(config, document, (reference, root.digest), limits), True


def _known(target: Path, old: Manifest | None) -> Carried | None:
    """The artifact that the folder's database came from, None where it came from elsewhere."""
    origin = carry.read_origin(target, old) if old is not None else Origin()
    if old is None or not origin.digest:
        return None
    files = {layer.file for layer in origin.layers}
    return Carried(old, origin) if all(shard.file in files for shard in old.shards) else None


def _chosen(new: Manifest, wanted: Wanted, target: Path, old: Manifest | None) -> list[Shard]:
    if not wanted.shards:
        return []
    names = {shard.name for shard in new.shards if shard.kind == "osv"}
    unknown = sorted(set(wanted.ecosystems or ()) - names)
    if unknown:
        raise NotFound(f"the database has no feed of {unknown[0]!r}", hint=f"it has {', '.join(sorted(names))}")
    chosen: Collection[str] = names if wanted.ecosystems is None else {*wanted.ecosystems, *wanted.learnt}
    if wanted.here and old is not None:
        chosen = {*chosen, *(shard.name for shard in old.shards if (target / shard.file).exists())}
    return [shard for shard in new.shards if shard.kind != "osv" or shard.name in chosen]


def _install(target: Path, carried: Carried, old: Manifest | None) -> None:
    """Let the folder be this database: by one rename, after what belongs to it is there."""
    with build.lock(target):
        carry.write_origin(target, carried.manifest, carried.origin)
        manifest.write(target, carried.manifest)
        kept = (*carried.manifest.shards, *(old.shards if old else ()))
        build.sweep(target, {shard.file for shard in kept})
        _sweep(target)


def _sweep(target: Path) -> None:
    """Remove parts that nobody has gone on with for long."""
    before = time.time() - _LEFTOVER_SECONDS
    for path in (target / ".downloads").glob("sha256-*.part"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def _fetch(source: Source, target: Path, work: Path, shard: Shard, packed: Packed, told: Progress) -> None:
    """One shard: through a file that a later attempt goes on with, to its own name."""
    draft = work / shard.file
    with _part(target, work, packed) as part:
        started = part.tell()
        try:
            _unpack(source, part, draft, shard, packed, told)
        except (Unreadable, DigestMismatch):
            part.truncate(0)
            if not started:
                raise
            _unpack(source, part, draft, shard, packed, told)  # what an earlier attempt left may be to blame
        _check_tables(draft, shard)
        opened = OpenShard(draft, shard)
        try:
            if opened.digest() != shard.digest:
                raise DatabaseError(
                    f"the rows of {shard.file!r} are not those that its manifest names",
                    hint="it was damaged before it was pushed: push it anew",
                )
        finally:
            opened.close()
        draft.replace(target / shard.file)
        Path(part.name).unlink(missing_ok=True)


def _check_tables(path: Path, shard: Shard) -> None:
    """A view, a trigger or a computed column of somebody else's would be run by our questions
    (https://www.sqlite.org/security.html): the tables have to be those that we make."""
    uri = f"file:{urllib.parse.quote(str(path.resolve()))}?immutable=1&mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            found = connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall()
    except sqlite3.Error as error:
        raise Unreadable(f"{shard.file!r} is no SQLite file: {error}") from error
    if set(found) != _tables(shard.kind):
        raise Unreadable(f"{shard.file!r} has other tables than a shard of kind {shard.kind[:40]!r}")


@functools.cache
def _tables(kind: str) -> frozenset[tuple[str, str, str]]:
    feeds: list[Feed] = list(plugins.load("pratique.vuln.feed", "FEED").values())
    schemas = {feed.kind: feed.schema for feed in feeds} | {scores.KIND: scores.SCHEMA}
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(schemas.get(kind, ""))
        return frozenset(connection.execute("SELECT type, name, sql FROM sqlite_schema"))


@contextlib.contextmanager
def _part(target: Path, work: Path, packed: Packed) -> Iterator[BinaryIO]:
    """The file that a blob is gathered in, at its end; of two processes at once the second has its own."""
    folder = target / ".downloads"
    folder.mkdir(exist_ok=True)
    shared = (folder / f"{packed.digest.replace(':', '-')}.part").open("a+b")
    with shared:
        try:
            fcntl.flock(shared, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with (work / f"{packed.file}.part").open("a+b") as own:
                yield own
            return
        yield shared


def _unpack(source: Source, part: BinaryIO, draft: Path, shard: Shard, packed: Packed, told: Progress) -> None:
    """The blob's bytes, those of the part and then the source's, decompressed into the draft and checked. No more than
    the sizes that were announced is read or written."""
    import zstandard  # only what arrives is inflated

    incoming = _Incoming(source, part, packed, told, shard.name)
    unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    try:
        reader = unpacker.stream_reader(io.BufferedReader(incoming, _CHUNK), read_size=_CHUNK, closefd=False)
        with draft.open("wb") as out:
            written = 0
            while data := reader.read(_CHUNK):
                written += len(data)
                if written > shard.size:
                    raise Unreadable(f"{shard.file!r} is larger than the {shard.size} bytes that its manifest says")
                out.write(data)
            out.flush()
            os.fsync(out.fileno())
        incoming.check()
    except zstandard.ZstdError as error:
        incoming.check()  # other bytes than those that the digest names: that is the cause, then
        raise Unreadable(f"the layer of {shard.file!r} is no Zstandard stream: {error}") from error
    finally:
        incoming.close()
    if written != shard.size:
        raise Unreadable(f"{shard.file!r} has {written} bytes, its manifest says {shard.size}")


class _Incoming(io.RawIOBase):
    """A blob as a stream: first what the part holds, then the rest from the source, which the part keeps too."""

    def __init__(self, source: Source, part: BinaryIO, packed: Packed, told: Progress, name: str) -> None:
        self._source, self._part, self._packed = source, part, packed
        self._told, self._name = told, name
        self._hashed, self._position = hashlib.sha256(), 0
        self._held = part.seek(0, os.SEEK_END)
        if self._held > packed.size:
            self._held = part.truncate(0)
        part.seek(0)
        self._stream: io.BufferedReader | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._take(len(view))
        view[: len(data)] = data
        return len(data)

    def _take(self, size: int) -> bytes:
        if self._position < self._held:
            data = self._part.read(min(size, self._held - self._position))
        else:
            data = self._next(size)
        self._position += len(data)
        self._hashed.update(data)
        self._told(self._name, self._position, self._packed.size)
        return data

    def check(self) -> None:
        """Read what is left, and compare. Raises ``DigestMismatch``."""
        while self._take(_CHUNK):
            pass
        if self._position != self._packed.size or f"sha256:{self._hashed.hexdigest()}" != self._packed.digest:
            raise DigestMismatch(f"the layer of {self._packed.file!r} is not what {self._packed.digest} names")

    def close(self) -> None:
        """Close the source's stream."""
        if self._stream is not None:
            self._stream.close()
        super().close()

    def _next(self, size: int) -> bytes:
        if self._position >= self._packed.size:
            return b""
        if self._stream is None:
            descriptor = Descriptor(LAYER, self._packed.digest, self._packed.size)
            self._stream = self._source.resume(descriptor, self._position)
        data = self._stream.read1(min(size, self._packed.size - self._position))
        self._part.write(data)
        return data
