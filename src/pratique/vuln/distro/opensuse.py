"""openSUSE: OSV ``openSUSE:Leap 15.5``, ``openSUSE:Tumbleweed``. https://www.opensuse.org"""

from __future__ import annotations

from collections.abc import Sequence

from pratique.model import Channel, Distro, Package
from pratique.vuln.distro._shape import Distribution, Named, Term
from pratique.vuln.streams import Stream
from pratique.vuln.vendor import _suse_products


def streams(distro: Distro, channels: Sequence[Channel]) -> tuple[Stream, ...]:
    """The products that serve such an image together, and their long-term support."""
    return _suse_products.streams(distro.id, distro.version)


def terms(distro: Distro, channels: Sequence[Channel], packages: Sequence[Package]) -> tuple[Term, ...]:
    """That of Leap and of what was before it; Tumbleweed has no end, and Leap Micro's is not published."""
    return (Term("opensuse", (distro.version,)),) if distro.id in ("opensuse", "opensuse-leap") else ()


DISTRO = Distribution(
    ids=("opensuse", "opensuse-leap", "opensuse-leap-micro", "opensuse-tumbleweed"),
    name="openSUSE",
    type="rpm",
    namespace="opensuse",
    ecosystem="openSUSE",
    streams=streams,
    terms=terms,
    named=Named.BOTH,
    vendors=("openSUSE", "SUSE"),
)
