"""Rocky Linux: OSV ``Rocky Linux:9``, by source package, as its errata name them. https://errata.rockylinux.org"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution, Named, major

DISTRO = Distribution(
    ids=("rocky",),
    name="Rocky Linux",
    type="rpm",
    namespace="rocky",
    ecosystem="Rocky Linux",
    releases=major,
    named=Named.BOTH,
    vendors=("Rocky",),
    table="rocky",
)
