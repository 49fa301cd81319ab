"""Photon OS: identified, no feed that we read speaks for it. https://github.com/vmware/photon"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution

DISTRO = Distribution(ids=("photon",), name="Photon OS", type="rpm", namespace="photon")
