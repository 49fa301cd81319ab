"""Wolfi: OSV ``Wolfi``, a rolling distribution, by the package that a subpackage was made from. https://wolfi.dev"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution, Named

DISTRO = Distribution(
    ids=("wolfi",), name="Wolfi", type="apk", namespace="wolfi", ecosystem="Wolfi", rolling=True, named=Named.SOURCE
)
