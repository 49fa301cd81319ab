"""SUSE Linux Enterprise: OSV ``SUSE:Linux Enterprise Server 15 SP5`` and its modules. https://www.suse.com/security/"""

from __future__ import annotations

from collections.abc import Sequence

from pratique.model import Channel, Distro
from pratique.vuln.distro._shape import Distribution, Named
from pratique.vuln.streams import Stream
from pratique.vuln.vendor import _suse_products


def streams(distro: Distro, channels: Sequence[Channel]) -> tuple[Stream, ...]:
    """The products that serve such an image together, and their long-term support."""
    return _suse_products.streams(distro.id, distro.version)


DISTRO = Distribution(
    ids=("sles", "sled", "sles_sap", "sle_hpc", "sle-hpc", "sle-micro", "sl-micro", "sle-micro-rancher"),
    name="SUSE",
    type="rpm",
    namespace="suse",
    ecosystem="SUSE",
    streams=streams,
    named=Named.BOTH,
    vendors=("SUSE", "openSUSE"),
)
