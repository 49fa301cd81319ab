"""Mageia: OSV ``Mageia:9``, by source package. https://advisories.mageia.org"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution, Named, major

DISTRO = Distribution(
    ids=("mageia",),
    name="Mageia",
    type="rpm",
    namespace="mageia",
    ecosystem="Mageia",
    releases=major,
    named=Named.SOURCE,
    table="mageia",
    vendors=("Mageia",),
    mark=".mga",
)
