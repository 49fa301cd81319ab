"""A database folder in, its shards out: the manifest is read at once, a shard is opened when first asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType

import msgspec

from pratique.errors import DatabaseError
from pratique.limits import DEFAULT, Limits
from pratique.model import DatabaseStatus
from pratique.vuln import manifest, shard_file
from pratique.vuln.asof import AsOf
from pratique.vuln.shard import Shard

STARTER = Path(__file__).resolve().parent.parent / "starter"
"""The database that ships with us."""


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
