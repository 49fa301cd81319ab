"""The shape of a feed family: a source folder in, shards of the database out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from pratique.limits import Limits
from pratique.vuln.extent import Extents
from pratique.vuln.feed._spool import Run
from pratique.vuln.feed._zip import Slice
from pratique.vuln.manifest import ShardFacts


class Settings(msgspec.Struct, frozen=True):
    """What a build is told: the bounds, how much each feed covers, whether prose (summaries) is kept, the record
    prefixes that are left out, and whom to tell how far it is (shard, records done, records in all)."""

    limits: Limits
    extents: Extents
    prose: bool = True
    skip: tuple[str, ...] = ()
    progress: Callable[[str, int, int], None] = lambda shard, done, total: None


class Source(msgspec.Struct, frozen=True):
    """What a shard is made of: a folder and the shard's name. What its parts give goes to ``work``, into files whose
    names begin with ``mark``."""

    folder: Path
    name: str
    work: Path
    mark: str


class Part(msgspec.Struct, frozen=True, array_like=True):
    """A part of a shard's source that a process of its own may read, by ``reader``: that many ``records``. ``piece`` is
    a slice of an archive, where it is one."""

    number: int
    reader: str
    records: int = 0
    piece: Slice | None = None


class Sliced(msgspec.Struct, frozen=True):
    """How a large source is read side by side: ``size`` tells about how many bytes it has, ``parts`` cuts it up and
    ``read`` reads one part, both in any process."""

    size: Callable[[Source], int]
    parts: Callable[[Source, Settings], tuple[Part, ...]]
    read: Callable[[Source, Part, Settings], Run]


class Feed(msgspec.Struct, frozen=True):
    """A family of feeds: ``shards`` names those that a source folder holds (no I/O past listing), ``schema`` makes a
    shard's tables, ``fill`` inserts the rows, of what its parts gave, in their order, where it is ``sliced``. All
    tables have content-derived keys.

    ``fill`` and ``sliced`` raise ``Unreadable`` for a file that cannot be read at all, so that the old database
    stays."""

    kind: str
    schema: str
    shards: Callable[[Path], tuple[str, ...]]
    fill: Callable[[sqlite3.Connection, Source, Settings, Sequence[Run]], ShardFacts]
    sliced: Sliced | None = None
