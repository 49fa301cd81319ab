"""A database whose shards may still be elsewhere in, the same database out: what an image needs is fetched when asked.

A folder that was pulled in part knows all shards by its manifest and has some of them. With a source at hand the others
are brought in; without one they are absent, and whoever needs them is told how to pull them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pratique import plugins
from pratique.errors import NetworkError, PratiqueError, StorageError
from pratique.limits import DEFAULT, Limits
from pratique.model import DISTRIBUTION_TYPES, DatabaseStatus, Inventory, Problem
from pratique.oci import artifact
from pratique.oci.artifact import Source
from pratique.oci.options import Options
from pratique.vuln import by_cpe, carry, manifest, shard_file
from pratique.vuln.asof import AsOf
from pratique.vuln.carry import Origin
from pratique.vuln.database import Database
from pratique.vuln.distro._shape import Distribution
from pratique.vuln.ecosystem import BY_TYPE
from pratique.vuln.ground import UPDATE
from pratique.vuln.manifest import Manifest, Shard
from pratique.vuln.shard import Shard as OpenShard

if TYPE_CHECKING:
    from pratique.vuln.build import Progress


class Stock(Database):
    """A database that notes which ecosystems were ``asked`` for, and brings in the shards that are absent, or says
    how they are had."""

    def __init__(
        self,
        folder: Path,
        bound: Manifest,
        source: Source | None = None,
        progress: Progress | None = None,
        as_of: AsOf | None = None,
        now: datetime | None = None,
    ) -> None:
        super().__init__(folder, bound, as_of, now)
        self.asked: set[str] = set()
        self._source, self._progress = source, progress
        self._here: dict[str, bool] = {}
        self._problems: dict[str, Problem] = {}
        self._missed: set[str] = set()
        self._origin: Origin | None = None

    def shard(self, kind: str, name: str) -> OpenShard | None:
        """As ``Database.shard``; None, too, for one that is absent and cannot be had."""
        found = self._open.get((kind, name))  # it is asked for once a package
        if found is not None:
            return found
        if kind == "osv":
            self.asked.add(name)
        entry = self.manifest.shard(kind, name)
        if entry is not None and not self._is_here(entry):
            self._missed.add(name)
            return None
        return super().shard(kind, name)

    def prepare(self, ecosystems: Collection[str]) -> None:
        """Before an image is matched: bring in what these ecosystems need, several shards at once, and what every image
        needs."""
        self._missed.clear()
        wanted = [shard for shard in self.manifest.shards if shard.kind != "osv" or shard.name in ecosystems]
        missing = [shard for shard in wanted if self._here.get(shard.file) is None and not self._lies_here(shard)]
        if missing:
            self._bring(missing)

    def told(self, problems: Sequence[Problem]) -> tuple[Problem, ...]:
        """The problems of a match, with those of the shards that it missed; an update is no remedy for these."""
        if not self._missed:
            return tuple(problems)
        misled = [problem.hint == UPDATE and "has no feed of" in problem.what for problem in problems]
        mended = (
            msgspec.structs.replace(each, hint="") if wrong else each
            for each, wrong in zip(problems, misled, strict=True)
        )
        return (*self.missed, *mended)

    @property
    def missed(self) -> tuple[Problem, ...]:
        """Of the shards that were asked for since ``prepare``, those that could not be had."""
        return tuple(self._problems[name] for name in sorted(self._missed))

    def status_here(self) -> DatabaseStatus:
        """The status, with a note at each feed whose shard is not in the folder. Raises ``DatabaseError`` for one that
        is damaged, as far as its size tells, and will not be fetched again."""
        for entry in self.manifest.shards:
            if (self._lies_here(entry) or self._source is None) and (
                (self.folder / entry.file).exists() or not self._known_origin.reference
            ):
                shard_file.check(self.folder / entry.file, entry, self.remedy)
        files = {(shard.name, shard.digest): shard for shard in self.manifest.shards}
        feeds = []
        for feed in self.status.feeds:
            if not self._lies_here(files[feed.name, feed.digest]):
                note = "fetched when it is needed" if self._source else "not here: db pull brings it"
                feed = msgspec.structs.replace(feed, note="; ".join(filter(None, (note, feed.note))))
            feeds.append(feed)
        return msgspec.structs.replace(self.status, feeds=tuple(feeds))

    def _is_here(self, entry: Shard) -> bool:
        known = self._here.get(entry.file)
        if known is None:
            if not self._lies_here(entry):
                self._bring([entry])
            known = self._here.setdefault(entry.file, True)
        return known

    def _lies_here(self, entry: Shard) -> bool:
        """A missing or truncated file of a database that was not pulled is damage, which opening it tells."""
        return shard_file.is_here(self.folder, entry) or not self._known_origin.reference

    @property
    def _known_origin(self) -> Origin:
        if self._origin is None:
            self._origin = carry.read_origin(self.folder, self.manifest)
        return self._origin

    @property
    def remedy(self) -> str:
        """What to do where a shard is damaged: a database that was fetched is fetched again."""
        reference = self._known_origin.reference
        if self._source is not None:
            return f"remove the folder {str(self.folder)!r}, and it is fetched anew"
        return f"fetch it anew: pratique db pull {reference}" if reference else super().remedy

    def _bring(self, entries: Sequence[Shard]) -> None:
        origin = self._known_origin
        if self._source is None:
            for entry in entries:
                why = "is damaged" if (self.folder / entry.file).exists() else "is not there"
                what = f"the database at {str(self.folder)!r} was pulled in part: the {entry.name} feed {why}"
                self._miss(entry, what, f"run: pratique db pull --ecosystem {_word(entry.name)} {origin.reference}")
            return
        from pratique.vuln import carry_in  # only what is fetched needs what fetches

        layers = {layer.file: layer for layer in origin.layers}
        try:
            carry_in.fetch(self._source, self.folder, [(each, layers[each.file]) for each in entries], self._progress)
        except PratiqueError as error:
            for entry in entries:
                if not shard_file.is_here(self.folder, entry):
                    self._miss(entry, f"the {entry.name} feed cannot be fetched: {error}", error.hint)

    def _miss(self, entry: Shard, what: str, hint: str) -> None:
        self._here[entry.file] = False
        self._problems[entry.name] = Problem(f"feed {entry.name}", what, blocking=True, hint=hint)


def open_folder(
    folder: Path,
    limits: Limits = DEFAULT,
    as_of: AsOf | None = None,
    *,
    named: bool = False,
    now: datetime | None = None,
) -> Stock:
    """The database in a folder. Raises ``DatabaseError`` as ``Database.open`` does, and ``NotFound`` for a folder
    without one that somebody ``named``."""
    if named:
        manifest.demand(folder)
    return Stock(folder, manifest.read(folder, limits), as_of=as_of, now=now)


def open_remote(
    place: str,
    folder: Path,
    options: Options,
    limits: Limits = DEFAULT,
    progress: Progress | None = None,
    as_of: AsOf | None = None,
    now: datetime | None = None,
) -> Stock:
    """The database at a place of ``oci.artifact``; ``folder`` keeps what was fetched for the next time. Without an
    answer the one that is there serves: it says how old it is. Raises as ``carry_in.pull`` does."""
    from pratique.vuln import carry_in

    source = artifact.source(place, carry.ARTIFACT, options, limits)
    try:
        carry_in.pull(source, place, folder, carry_in.MANIFEST, limits=limits)
    except NetworkError:
        if not (folder / manifest.NAME).is_file():
            raise
    except StorageError as error:
        error.hint = "name another folder with --cache-dir, or keep nothing with --no-cache"
        raise
    return Stock(folder, manifest.read(folder, limits), source, progress, as_of, now)


def needs(inventory: Inventory) -> frozenset[str]:
    """The ecosystems that the inventory's packages will be asked of, as far as their types and os-release tell."""
    types = {package.type for package in inventory.packages}
    found = {BY_TYPE[kind].name for kind in types if kind in BY_TYPE}
    if any(package.cpe and not package.owner and package.type not in BY_TYPE for package in inventory.packages):
        found.add(by_cpe.ECOSYSTEM)
    if inventory.distro is not None and types & DISTRIBUTION_TYPES:
        known: list[Distribution] = list(plugins.load("pratique.vuln.distro", "DISTRO").values())
        found |= {each.ecosystem for each in known if inventory.distro.id in each.ids and each.ecosystem}
    return frozenset(found)


def _word(name: str) -> str:
    """The name as a shell takes it."""
    return f"'{name}'" if " " in name else name
