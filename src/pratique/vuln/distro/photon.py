"""Photon OS: its own metadata, ``Photon OS:5.0``, by binary or by source package, whichever a row names.
https://packages.vmware.com/photon/photon_cve_metadata/
"""

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
    mark=".ph",
    table="photon",
)
