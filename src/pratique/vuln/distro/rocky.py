"""Rocky Linux: identified, no feed that we read speaks for it. https://errata.rockylinux.org"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution

DISTRO = Distribution(ids=("rocky",), name="Rocky Linux", type="rpm", namespace="rocky")
