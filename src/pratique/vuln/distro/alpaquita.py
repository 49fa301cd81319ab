"""BellSoft's Alpaquita: OSV ``Alpaquita:23``, ``Alpaquita:stream``, by source package, VERSION_ID being the release.
https://docs.bell-sw.com/security/search/
"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution, Named

DISTRO = Distribution(
    ids=("alpaquita",), name="Alpaquita", type="apk", namespace="alpaquita", ecosystem="Alpaquita", named=Named.SOURCE
)
