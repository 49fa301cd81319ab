"""MinimOS: OSV ``MinimOS``, a rolling distribution, by the package that a subpackage was made from.
https://www.minimus.io"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution, Named

DISTRO = Distribution(
    ids=("minimos",),
    name="MinimOS",
    type="apk",
    namespace="minimos",
    ecosystem="MinimOS",
    rolling=True,
    named=Named.SOURCE,
)
