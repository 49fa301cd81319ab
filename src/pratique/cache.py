"""What layers say, one by one and laid on one another, in and out, on disk under the digests of the layers' bytes.

The key is a digest over those digests, the cataloguers with their versions and claims, and the limits: other
cataloguers never see these facts. Entries are written under another name and renamed (rename(2)), so that processes may
share the folder; what is corrupt, foreign or of another format is no entry. The folder follows the XDG base directory
specification (https://specifications.freedesktop.org/basedir-spec/latest/).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from pratique.errors import UNDECODABLE, StorageError
from pratique.limits import DEFAULT, Limits
from pratique.model import Inventory, LayerFacts, Struct
from pratique.plugins import Cataloguer, Claimant

_FORMAT = 3  # raise it with each change of what the pass itself yields
_MAGIC = b"pratique-facts\0\n"
_CHECKSUM = 32
_LAYER, _IMAGE, _PARTIAL = ".facts", ".image", ".partial"
_ABANDONED = 3600  # seconds after which a partial file has no writer any more
_TOUCH = 3600  # seconds after which a use is noted anew
_SWEEP = 16  # the folder is measured after each 1/16 of its bound has been written
_KEPT = 0.9  # of the bound, after a sweep
# What scans fetch and keep beside the layers: policies under their digest, databases under a hash of their place.
_FETCHED = ("policies/sha256-*", f"databases/{'[0-9a-f]' * 16}")


Layers = tuple[tuple[str, int], ...]  # of an image, bottom first: a digest that can be trusted, and the blob's size


class CacheStatus(Struct, frozen=True):
    """``entries`` are layers; ``size`` of what they say, its ``limit`` and what was ``fetched`` are bytes."""

    folder: str
    entries: int
    size: int
    limit: int
    fetched: int = 0


class _Laid(msgspec.Struct, frozen=True):
    layers: Layers
    inventory: Inventory


class _Entry(msgspec.Struct, frozen=True):
    used: float
    size: int
    path: Path


class Cache:
    """The folder's facts, for one set of cataloguers and limits; without cataloguers it can only be measured and
    cleared."""

    def __init__(
        self, folder: Path, cataloguers: Sequence[Cataloguer | Claimant] = (), limits: Limits = DEFAULT
    ) -> None:
        self._folder = folder / "layers"
        self._limits = limits
        claims = sorted(
            (one.name, one.version, msgspec.structs.astuple(one.claim), one.blocking) for one in cataloguers
        )
        self._salt = msgspec.msgpack.encode((_FORMAT, claims, limits))
        self._unmeasured = limits.cache  # bytes written since the folder was measured; at first nobody has
        self._broken: StorageError | None = None

    def knows(self, digest: str) -> bool:
        """Whether ``get`` would find the layer."""
        return self.get(digest) is not None

    def get(self, digest: str) -> LayerFacts | None:
        """The facts of the layer whose bytes have this digest. None where there is no entry that can be trusted."""
        facts = _decoded(_read(self._path_of(digest)), LayerFacts)
        return facts if facts is not None and facts.digest == digest else None

    def put(self, facts: LayerFacts) -> None:
        """Keeps the facts, if they have a digest. Raises ``StorageError`` where the disk is full or the folder cannot
        be written: a scan goes on without."""
        if facts.digest:
            self._keep(self._path_of(facts.digest), msgspec.msgpack.encode(facts))

    def get_inventory(self, layers: Layers, code: str) -> Inventory | None:
        """What is in the image of exactly these layers, as that code lays them. None where there is no entry that can
        be trusted."""
        laid = _decoded(_read(self._path_above(layers, code)), _Laid)
        return laid.inventory if laid is not None and laid.layers == layers else None

    def put_inventory(self, layers: Layers, code: str, inventory: Inventory) -> None:
        """Keeps what these layers, all of them read, yield together by that code. Raises ``StorageError`` as ``put``
        does, and where that has failed before."""
        self._keep(self._path_above(layers, code), msgspec.msgpack.encode(_Laid(layers, inventory)))

    def _keep(self, path: Path, payload: bytes) -> None:
        size = len(_MAGIC) + _CHECKSUM + len(payload)
        if size > self._limits.cache:
            return
        if self._broken is not None:
            raise self._broken
        partial = path.with_name(f"{os.urandom(8).hex()}{_PARTIAL}")
        try:
            self._make(path.parent)
            try:
                _write(partial, (_MAGIC, hashlib.sha256(payload).digest(), payload))
                partial.replace(path)
            except BaseException:
                with contextlib.suppress(OSError):
                    partial.unlink()
                raise
            self._unmeasured += size
            if self._unmeasured > self._limits.cache // _SWEEP:
                self._sweep()
        except OSError as error:
            what = f"cannot cache facts in {str(self._folder)!r}: {error.strerror}"
            self._broken = StorageError(what, hint="name another folder for the cache, or make room")
            raise self._broken from error

    def status(self) -> CacheStatus:
        """How much there is. Raises ``StorageError`` where the folder cannot be read."""
        try:
            next(self._folder.iterdir(), None)
        except (FileNotFoundError, NotADirectoryError):
            pass  # nothing was kept there
        except OSError as error:
            raise StorageError(f"cannot read {str(self._folder)!r}: {error.strerror}") from error
        entries = [entry for entry in self._entries() if entry.path.suffix != _PARTIAL]
        layers = sum(entry.path.suffix == _LAYER for entry in entries)
        size, fetched = sum(entry.size for entry in entries), sum(map(_size, self._fetched()))
        return CacheStatus(str(self._folder.parent), layers, size, self._limits.cache, fetched)

    def clear(self) -> CacheStatus:
        """Removes all entries, and what was fetched; says what was there. Raises ``StorageError`` where one cannot be
        removed."""
        import shutil  # 2 ms that a scan need not pay

        before = self.status()
        try:
            for path in (*(entry.path for entry in self._entries()), *self._fetched()):
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"cannot clear {str(self._folder.parent)!r}: {error.strerror}") from error
        return before

    def _fetched(self) -> Iterator[Path]:
        return (path for pattern in _FETCHED for path in self._folder.parent.glob(pattern))

    def _path_of(self, digest: str) -> Path:
        return self._path(digest.encode(), _LAYER)

    def _path_above(self, layers: Layers, code: str) -> Path:
        return self._path(msgspec.msgpack.encode((code, layers)), _IMAGE)

    def _path(self, key: bytes, suffix: str) -> Path:
        name = hashlib.sha256(self._salt + key).hexdigest()
        return self._folder / name[:2] / (name + suffix)

    def _make(self, folder: Path) -> None:
        """The folder and those above it; private, for what is in an image is its owner's business."""
        self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)

    def _entries(self) -> Iterator[_Entry]:
        """All files of ours, partial ones too; what other processes remove meanwhile is left out."""
        for path in self._folder.glob("??/*"):
            if path.suffix in (_LAYER, _IMAGE, _PARTIAL):
                with contextlib.suppress(OSError):
                    status = path.lstat()
                    yield _Entry(status.st_mtime, status.st_size, path)

    def _sweep(self) -> None:
        """Removes what was least recently used until the folder is within its bound, and what a dead writer left."""
        entries = sorted(self._entries(), key=lambda entry: entry.used)
        total, keep, now = sum(entry.size for entry in entries), int(self._limits.cache * _KEPT), time.time()
        over = total > self._limits.cache
        for entry in entries:
            abandoned = entry.path.suffix == _PARTIAL and now - entry.used > _ABANDONED
            if abandoned or (over and total > keep and entry.path.suffix != _PARTIAL):
                entry.path.unlink(missing_ok=True)
                total -= entry.size
        self._unmeasured = 0


def _read(path: Path) -> bytes:
    """The entry, "" where there is none, or one that somebody else could have planted; notes that it was used."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o022:
                return b""
            data = file.read()
            if time.time() - status.st_mtime > _TOUCH:
                with contextlib.suppress(OSError):
                    os.utime(descriptor)
            return data
    except OSError:
        return b""


_Entries = TypeVar("_Entries", LayerFacts, _Laid)


def _decoded(data: bytes, kind: type[_Entries]) -> _Entries | None:
    start = len(_MAGIC) + _CHECKSUM
    payload = memoryview(data)[start:]
    if data[:start] != _MAGIC + hashlib.sha256(payload).digest():
        return None
    try:
        return msgspec.msgpack.decode(payload, type=kind)
    except UNDECODABLE:
        return None


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.writelines(pieces)


def _size(path: Path) -> int:
    """The bytes of a file, or of all files below a folder; what other processes remove meanwhile is left out."""
    total = 0
    for file in (path, *(() if path.is_symlink() else path.rglob("*"))):
        with contextlib.suppress(OSError):
            status = file.lstat()
            total += status.st_size if stat.S_ISREG(status.st_mode) else 0
    return total
