"""AlmaLinux: OSV ``AlmaLinux:9``, errata by binary package. https://errata.almalinux.org"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution, major

DISTRO = Distribution(
    ids=("almalinux",),
    name="AlmaLinux",
    type="rpm",
    namespace="almalinux",
    ecosystem="AlmaLinux",
    releases=major,
    vendors=("AlmaLinux",),
    table="almalinux",
)
