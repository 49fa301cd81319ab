"""Azure Linux, once CBL-Mariner: OSV ``Azure Linux:3``, by source package.
https://github.com/microsoft/AzureLinuxVulnerabilityData

All builds bear the distribution's mark behind their release (``.azl3``, ``.cm2``), and the feed leaves it out.
"""

from __future__ import annotations

import re

from pratique.vuln.distro._shape import Distribution, Named, major

_MARK = re.compile(r"\.(?:azl|cm)\d+$")


def spell(version: str) -> str:
    """The version without the mark."""
    return _MARK.sub("", version)


DISTRO = Distribution(
    ids=("azurelinux", "mariner"),
    name="Azure Linux",
    type="rpm",
    namespace="azurelinux",
    ecosystem="Azure Linux",
    releases=major,
    named=Named.BOTH,
    spell=spell,
    vendors=("Microsoft",),
    table="azurelinux",
)
