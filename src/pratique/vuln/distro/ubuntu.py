"""Ubuntu: OSV ``Ubuntu:24.04:LTS`` and ``Ubuntu:25.10``, by source package. https://wiki.ubuntu.com/Releases"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution


def releases(version: str) -> tuple[str, ...]:
    """A long-term release bears its mark."""
    return (f"{version}:LTS", version)


DISTRO = Distribution(
    ids=("ubuntu",),
    name="Ubuntu",
    type="deb",
    namespace="ubuntu",
    ecosystem="Ubuntu",
    releases=releases,
    by_source=True,
    table="ubuntu",
)
