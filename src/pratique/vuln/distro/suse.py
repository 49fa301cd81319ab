"""SUSE Linux Enterprise: OSV ``SUSE:Linux Enterprise Server 15 SP5`` and its modules. https://www.suse.com/security/"""

from __future__ import annotations

from collections.abc import Sequence

from pratique.model import Channel, Distro, Package
from pratique.vuln.distro._shape import Distribution, Named, Term
from pratique.vuln.streams import Stream
from pratique.vuln.vendor import _suse_products


def streams(distro: Distro, channels: Sequence[Channel]) -> tuple[Stream, ...]:
    """The products that serve such an image together, and their long-term support."""
    return _suse_products.streams(distro.id, distro.version)


_LTSS = "sles-ltss-release"


def terms(distro: Distro, channels: Sequence[Channel], packages: Sequence[Package]) -> tuple[Term, ...]:
    """General support of the service pack, and its long-term support: an image has that whose product's package is
    there, or that is for SAP, which has as long an extension. https://www.suse.com/lifecycle"""
    if not distro.version:
        return ()
    if "micro" in distro.id:
        return (Term("sle-micro", (distro.version,), "general support"),)
    pack = (distro.version if "." in distro.version else f"{distro.version}.0",)
    drawn = distro.id == "sles_sap" or any(package.name == _LTSS for package in packages)
    return (
        Term("sles", pack, "general support"),
        Term("sles-ltss", pack, "long-term service pack support", drawn),
    )


DISTRO = Distribution(
    ids=("sles", "sled", "sles_sap", "sle_hpc", "sle-hpc", "sle-micro", "sl-micro", "sle-micro-rancher"),
    name="SUSE",
    type="rpm",
    namespace="suse",
    ecosystem="SUSE",
    streams=streams,
    terms=terms,
    named=Named.BOTH,
    vendors=("SUSE", "openSUSE"),
)
