"""The nouns in which a shard answers: a record, what it states of a package, a distribution's release."""

from __future__ import annotations

import msgspec

from pratique.model import FixState, Level
from pratique.vuln.bulletin import Scope


class Advisory(msgspec.Struct, frozen=True, array_like=True):
    """What a feed's record says of a vulnerability. ``aliases`` name the same one, ``upstream`` those that it mends;
    both are parted by spaces."""

    id: str
    published: str
    modified: str
    level: Level
    score: float | None
    vector: str
    summary: str
    aliases: str
    upstream: str
    withdrawn: str = ""
    feed: str = "osv"


class Affects(msgspec.Struct, frozen=True):
    """One statement of one record on the versions ``low <= key < high``, which begin with ``introduced`` or above
    ``after``.

    ``state``, ``scope``, ``date`` (of the fix) and ``level`` are the feed's for this package and release, see
    ``vuln/bulletin.py``; ``FIXED`` and ``AFFECTED`` where it only names a fix, or none. ``later`` is a fix that was not
    out yet at the time that is asked for, ``limit`` is above the versions that the record speaks of, and no fix."""

    advisory: Advisory
    low: bytes
    high: bytes
    introduced: str
    fixed: str
    last: str
    state: FixState = FixState.AFFECTED
    scope: Scope = Scope()
    date: str = ""
    level: Level = Level.UNKNOWN
    after: str = ""
    later: str = ""
    limit: str = ""


class Above(msgspec.Struct, frozen=True):
    """A range of a record that ends above the version asked for."""

    record: str
    low: bytes
    high: bytes
    fixed: str


class Unassessable(msgspec.Struct, frozen=True):
    """A record of a package that cannot be compared with a version."""

    record: str
    why: str


class Release(msgspec.Struct, frozen=True):
    """A distribution's release: the day (YYYY-MM-DD) when its free support ends, "" where it is not settled."""

    version: str
    codename: str
    end: str
