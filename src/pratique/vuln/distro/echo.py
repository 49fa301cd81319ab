"""Echo: OSV ``Echo``, without a release, by source package. https://advisory.echohq.com"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution, Named

DISTRO = Distribution(
    ids=("echo",), name="Echo", type="deb", namespace="echo", ecosystem="Echo", rolling=True, named=Named.SOURCE
)
