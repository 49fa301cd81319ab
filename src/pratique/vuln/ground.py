"""What os-release says in, the feed that speaks for the distribution's packages out, and what is wrong with that.

Where nothing can be said of the distribution's packages the problem blocks: they are most of the image.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from pratique import plugins
from pratique.model import DISTRIBUTION_TYPES, Channel, Distro, Package, Problem
from pratique.vuln import lifecycle
from pratique.vuln.database import Database
from pratique.vuln.distro._shape import Distribution
from pratique.vuln.manifest import ReleaseFacts
from pratique.vuln.shard import Shard
from pratique.vuln.streams import Stream, known

UPDATE = "run: pratique db update"


class Ground(msgspec.Struct, frozen=True):
    """The distribution, the streams of releases of its feed that are asked, of those that the feed has, and the first
    of these (``None``: nobody can be asked, for ``reason``). ``names_itself``: some package names it as its vendor, so
    that it means something where one names none."""

    distribution: Distribution | None = None
    release: ReleaseFacts | None = None
    reason: str = ""
    problems: tuple[Problem, ...] = ()
    streams: tuple[Stream, ...] = ()
    flavoured: tuple[tuple[tuple[Channel, ...], tuple[Stream, ...]], ...] = ()
    names_itself: bool = False

    def streams_of(self, version: str) -> tuple[Stream, ...]:
        """The streams for a package of that version, which may tell of channels that the image does not."""
        if not self.flavoured or self.distribution is None:
            return self.streams
        implied = self.distribution.implied(version)
        return next((streams for channels, streams in self.flavoured if channels == implied), self.streams)


def stand(
    distro: Distro | None,
    packages: Sequence[Package],
    database: Database,
    now: datetime,
    channels: Sequence[Channel] = (),
) -> Ground:
    """Where the distribution's packages are looked up; ``channels`` are those that the image draws from."""
    if distro is None:
        count = sum(package.type in DISTRIBUTION_TYPES for package in packages)
        return _nowhere(None, "no os-release names their distribution") if count else Ground()
    distribution = _distribution(distro.id)
    if distribution is None:
        return _nowhere(distro, f"the distribution {distro.id!r} is not known")
    at = lifecycle.numbered(distro, distribution, database)
    ended = lifecycle.ended(at, distribution, database, now, channels, packages)
    found = _asked(distro, at, distribution, packages, database, _served(channels, database))
    return msgspec.structs.replace(found, problems=(*found.problems, *ended))


def _asked(
    distro: Distro,
    at: Distro,
    distribution: Distribution,
    packages: Sequence[Package],
    database: Database,
    channels: Sequence[Channel],
) -> Ground:
    """What speaks for the packages of a distribution that is known; ``at`` is with the version that its feed has."""
    if not distribution.ecosystem:
        return _nowhere(distro, f"no feed speaks for {distribution.name}", distribution)
    shard = database.shard("osv", distribution.ecosystem)
    if shard is None:
        return _nowhere(distro, f"the database has no feed of {distribution.name}", distribution, UPDATE)

    def there(streams: Sequence[Stream]) -> tuple[Stream, ...]:
        return known(streams, lambda name: shard.release(name) is not None)

    asked = _streams(at, distribution, channels, shard)
    if not asked:
        what = f"release {distro.version!r}" if distro.version else "a testing or rolling release"
        return _nowhere(distro, f"no feed speaks for {what} of {distribution.name}", distribution)
    streams = there(asked)
    facts = next((shard.release(name) for name in _likeliest(streams)), None)
    if facts is None:
        return _nowhere(
            distro, f"the feed of {distribution.name} does not know its release {at.version!r}", distribution
        )
    implied = {distribution.implied(package.version) for package in packages if package.type == distribution.type}
    flavoured = tuple((more, there(_streams(at, distribution, (*channels, *more), shard))) for more in implied if more)
    return Ground(distribution, facts, "", (), streams, flavoured, any(map(distribution.is_named_by, packages)))


def _served(channels: Sequence[Channel], database: Database) -> list[Channel]:
    """The channels with the releases of the feed that they serve, where the database has a list of them."""
    names = [channel.name for channel in channels if channel.kind == "rpm"]
    shard = database.shard("repositories", "repositories") if names else None
    served = shard.served(names) if shard else {}
    return [msgspec.structs.replace(channel, releases=served.get(channel.name, ())) for channel in channels]


def _streams(
    distro: Distro, distribution: Distribution, channels: Sequence[Channel], shard: Shard
) -> tuple[Stream, ...]:
    """Records without a release speak for all of them, so they are asked with the first that the feed has."""
    if distribution.rolling:
        return (Stream((("",),)),)
    if distribution.streams is not None:
        return distribution.streams(distro, channels)
    names = distribution.releases(distro.version) if distro.version else ()
    first = next((name for name in names if shard.release(name) is not None), None)
    return (Stream(((first, ""),)),) if first is not None else tuple(Stream(((name,),)) for name in names)


def _likeliest(streams: Sequence[Stream]) -> list[str]:
    """The releases by the number of their packages that a feed covers: a stream's last rank is its broadest."""
    return [name for stream in streams for rank in reversed(stream.ranks) for name in rank]


def _distribution(id_: str) -> Distribution | None:
    found: list[Distribution] = list(plugins.load("pratique.vuln.distro", "DISTRO").values())
    return next((each for each in found if id_ in each.ids), None)


def _nowhere(distro: Distro | None, reason: str, distribution: Distribution | None = None, hint: str = "") -> Ground:
    where = distro.path if distro and distro.path else "distribution"
    name = f" ({distro.name})" if distro and distro.name else ""
    what = f"the distribution's packages are not assessed: {reason}{name}"
    return Ground(distribution, None, reason, (Problem(where, what, blocking=True, hint=hint),))
