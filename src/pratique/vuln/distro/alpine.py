"""Alpine: OSV ``Alpine:v3.19``, by the aport that a package was made from. https://alpinelinux.org/releases/

The branch that the image's repositories are of goes above os-release: an image that was moved to a newer branch, or to
edge, has its packages from there. https://wiki.alpinelinux.org/wiki/Repositories
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pratique.model import Channel, Distro, Package
from pratique.vuln.distro._shape import Distribution, Named, Term
from pratique.vuln.streams import Stream, flat

_RELEASE = re.compile(r"(\d+\.\d+)(\.\d+)*$")
_BRANCH = re.compile(r"v(\d+)\.(\d+)$")
_EDGE = re.compile(r"edge$|\d+(\.\d+)+_alpha\d+$")


def releases(version: str) -> tuple[str, ...]:
    """The branch of a VERSION_ID; ``edge`` for an alpha ("3.21_alpha20240923")."""
    if _EDGE.match(version):
        return ("edge",)
    found = _RELEASE.match(version)
    return (f"v{found[1]}",) if found else ()


def streams(distro: Distro, channels: Sequence[Channel]) -> tuple[Stream, ...]:
    """The highest branch among os-release's and the repositories'; edge is above all."""
    names = {*releases(distro.version), *(channel.name for channel in channels if channel.kind == "apk")}
    if "edge" in names:
        return (Stream((("edge",),)),)
    branches = sorted((int(found[1]), int(found[2])) for name in names if (found := _BRANCH.match(name)))
    return (Stream(((f"v{branches[-1][0]}.{branches[-1][1]}",),)),) if branches else ()


def terms(distro: Distro, channels: Sequence[Channel], packages: Sequence[Package]) -> tuple[Term, ...]:
    """That of the branch; edge has no end."""
    return tuple(Term("alpine", (name[1:],)) for name in flat(streams(distro, channels)) if _BRANCH.match(name))


DISTRO = Distribution(
    ids=("alpine",),
    name="Alpine",
    type="apk",
    namespace="alpine",
    ecosystem="Alpine",
    releases=releases,
    streams=streams,
    named=Named.SOURCE,
    terms=terms,
)
