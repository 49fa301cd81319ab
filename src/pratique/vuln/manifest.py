"""``manifest.json`` in and out: it binds the shards of a database by digest, and is what ``status`` tells.

The folder's shards are named by their content and never changed, so that replacing this one file replaces all.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import msgspec

from pratique.errors import UNDECODABLE, DatabaseError, NotFound
from pratique.limits import Limits
from pratique.model import DatabaseStatus, FeedStatus, Struct
from pratique.vuln.rows import SCHEMA

NAME = "manifest.json"


class ReleaseFacts(Struct, frozen=True):
    """One release of an ecosystem (the text after the colon, "" for none) and how much of it the feed covers.

    ``covered`` names the packages that a partial feed speaks for; ``None``: only those that it has records of."""

    name: str
    packages: int = 0
    ranges: int = 0
    complete: bool = True
    note: str = ""
    covered: tuple[str, ...] | None = None


class ShardFacts(Struct, frozen=True):
    """What a shard holds. ``date`` is the feed's own, RFC 3339. ``unreadable`` counts members that are no record,
    ``unknown_versions`` bounds whose text is no version of the scheme, ``unassessable`` (record, package) pairs that
    cannot be compared; ``examples`` names some of each. ``note`` is what else there is to know of it."""

    date: str = ""
    records: int = 0
    ranges: int = 0
    unreadable: int = 0
    unknown_versions: int = 0
    unassessable: int = 0
    examples: tuple[str, ...] = ()
    releases: tuple[ReleaseFacts, ...] = ()
    note: str = ""


class Shard(Struct, frozen=True):
    """One SQLite file. ``kind`` is the feed family, ``name`` the ecosystem or the feed; ``digest`` is over its sorted
    rows, ``size`` bytes, ``crc`` the CRC-32 of the file (None in databases that were made before it was kept)."""

    name: str
    kind: str
    file: str
    digest: str
    size: int
    facts: ShardFacts
    crc: int | None = None


class Manifest(Struct, frozen=True):
    """The whole database; ``shards`` are sorted by name. ``name`` is for people."""

    schema: int
    shards: tuple[Shard, ...]
    name: str = ""
    starter: bool = False

    @property
    def digest(self) -> str:
        """ "sha256:<hex>" over the names and digests of all shards."""
        lines = [str(self.schema), *(f"{shard.kind} {shard.name} {shard.digest}" for shard in self.shards)]
        text = "\n".join(lines)
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"

    def shard(self, kind: str, name: str) -> Shard | None:
        """The shard of that kind and name, None where there is none."""
        return next((shard for shard in self.shards if shard.name == name and shard.kind == kind), None)

    def status(self, folder: Path) -> DatabaseStatus:
        """What a report tells of it."""
        return DatabaseStatus(
            name=self.name,
            path=str(folder),
            digest=self.digest,
            starter=self.starter,
            feeds=tuple(_feed(shard) for shard in self.shards),
        )


_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*$")


def read(folder: Path, limits: Limits) -> Manifest:
    """The manifest of a database folder. Raises ``DatabaseError`` where it is missing, damaged or of another schema."""
    path = folder / NAME
    try:
        with path.open("rb") as file:
            data = file.read(limits.manifest + 1)
    except FileNotFoundError:
        raise DatabaseError(f"no vulnerability database at {str(folder)!r}", hint="run: pratique db update") from None
    except OSError as error:
        raise DatabaseError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    if len(data) > limits.manifest:
        raise DatabaseError(f"{str(path)!r} is larger than manifest, {limits.manifest} bytes", hint=_HINT)
    try:
        version = msgspec.json.decode(data, type=_Version).schema
        if version != SCHEMA:
            raise DatabaseError(f"the database at {str(folder)!r} has schema {version}, we read {SCHEMA}", hint=_HINT)
        manifest = msgspec.json.decode(data, type=Manifest)
    except UNDECODABLE as error:
        raise DatabaseError(f"{str(path)!r} is damaged: {error}", hint=_HINT) from error
    for shard in manifest.shards:
        if not _PLAIN.match(shard.file):
            raise DatabaseError(f"{str(path)!r} names the file {shard.file!r}", hint=_HINT)
    return manifest


def demand(folder: Path) -> None:
    """Raises ``NotFound`` for a folder that holds no database; what it may hold and cannot be read is told by who
    reads."""
    try:
        (folder / NAME).stat()
    except (FileNotFoundError, NotADirectoryError):
        hint = f"check the path; pratique db update --db {str(folder)!r} makes one there"
        raise NotFound(f"no vulnerability database at {str(folder)!r}", hint=hint) from None
    except OSError:
        return


def write(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step; whoever has the old one open keeps it."""
    path = folder / NAME
    fresh = folder / f".{NAME}.{os.getpid()}"
    with fresh.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


_HINT = "build it anew: pratique db update"


class _Version(msgspec.Struct, frozen=True):
    schema: int


def _feed(shard: Shard) -> FeedStatus:
    facts = shard.facts
    partial = [release for release in facts.releases if not release.complete]
    told = facts.releases if shard.kind == "eol" else partial
    notes = [facts.note] if facts.note else []
    notes += [f"{release.name}: {release.note}" if release.name else release.note for release in told]
    counts = ((facts.unreadable, "record", "unreadable"), (facts.unassessable, "range", "not comparable"))
    notes += [f"{count} {noun}{'' if count == 1 else 's'} {what}" for count, noun, what in counts if count]
    return FeedStatus(
        name=shard.name,
        date=facts.date,
        records=facts.records,
        ranges=facts.ranges,
        complete=not partial,
        note="; ".join(notes),
        digest=shard.digest,
    )
