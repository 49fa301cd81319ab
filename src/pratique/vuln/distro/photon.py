"""Photon OS: OSV ``Photon OS:5.0``, by binary package. https://github.com/vmware/photon/wiki/Security-Advisories"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution, Named

DISTRO = Distribution(
    ids=("photon",),
    name="Photon OS",
    type="rpm",
    namespace="photon",
    ecosystem="Photon OS",
    named=Named.BOTH,
    vendors=("VMware", "Broadcom"),
)
