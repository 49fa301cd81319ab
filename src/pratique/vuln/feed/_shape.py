"""The shape of a feed family: a source folder in, shards of the database out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec

from pratique.limits import Limits
from pratique.vuln.extent import Extents
from pratique.vuln.manifest import ShardFacts


class Settings(msgspec.Struct, frozen=True):
    """What a build is told: the bounds, how much each feed covers, whether prose (summaries) is kept, the record
    prefixes that are left out, and whom to tell how far it is (shard, records done, records in all)."""

    limits: Limits
    extents: Extents
    prose: bool = True
    skip: tuple[str, ...] = ()
    progress: Callable[[str, int, int], None] = lambda shard, done, total: None


class Feed(msgspec.Struct, frozen=True):
    """A family of feeds: ``shards`` names those that a source folder holds (no I/O past listing), ``schema`` makes a
    shard's tables, ``fill`` reads the source and inserts the rows. All tables have content-derived keys.

    ``fill`` raises ``Unreadable`` for a file that cannot be read at all, so that the old database stays."""

    kind: str
    schema: str
    shards: Callable[[Path], tuple[str, ...]]
    fill: Callable[[sqlite3.Connection, Path, str, Settings], ShardFacts]
