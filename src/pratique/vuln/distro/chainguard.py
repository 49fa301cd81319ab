"""Chainguard: OSV ``Chainguard``, rolling and named as Wolfi is.
https://edu.chainguard.dev/chainguard/chainguard-images/"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution, Named

DISTRO = Distribution(
    ids=("chainguard",),
    name="Chainguard",
    type="apk",
    namespace="chainguard",
    ecosystem="Chainguard",
    rolling=True,
    named=Named.BOTH,
)
