"""BellSoft's hardened containers: OSV ``BellSoft Hardened Containers:23``, as Alpaquita, with a feed of their own.
https://docs.bell-sw.com/security/search/
"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution, Named

DISTRO = Distribution(
    ids=("bellsoft-hardened-containers",),
    name="BellSoft Hardened Containers",
    type="apk",
    namespace="bellsoft-hardened-containers",
    ecosystem="BellSoft Hardened Containers",
    named=Named.SOURCE,
)
