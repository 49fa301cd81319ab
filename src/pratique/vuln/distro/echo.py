"""Echo, hardened images made of Debian's packages: OSV ``Echo``, a rolling distribution, by source package.
https://advisory.echohq.com

What the same feed says of packages of PyPI, npm and Maven (``Echo:PyPI``) is of Echo's own builds of these, and not
asked.
"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution, Named

DISTRO = Distribution(
    ids=("echo",),
    name="Echo",
    type="deb",
    namespace="echo",
    ecosystem="Echo",
    rolling=True,
    named=Named.SOURCE,
)
