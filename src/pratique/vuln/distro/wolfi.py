"""Wolfi: OSV ``Wolfi``, a rolling distribution. https://wolfi.dev

A record is filed under the package that holds the vulnerable component, or under the one that a subpackage was made
from, which speaks for it where the subpackage has no record of its own.
https://github.com/chainguard-dev/vulnerability-scanner-support/blob/main/docs/osv_v3_feed.md
"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution, Named

DISTRO = Distribution(
    ids=("wolfi",), name="Wolfi", type="apk", namespace="wolfi", ecosystem="Wolfi", rolling=True, named=Named.BOTH
)
