"""Debian: OSV ``Debian:12``, by source package. https://wiki.debian.org/DebianReleases"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution, major

DISTRO = Distribution(
    ids=("debian",),
    name="Debian",
    type="deb",
    namespace="debian",
    ecosystem="Debian",
    releases=major,
    by_source=True,
    table="debian",
)
