"""Rocky Linux: OSV ``Rocky Linux:9``, by binary package. https://errata.rockylinux.org"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution, major

DISTRO = Distribution(
    ids=("rocky",),
    name="Rocky Linux",
    type="rpm",
    namespace="rocky",
    ecosystem="Rocky Linux",
    releases=major,
    vendors=("Rocky",),
)
