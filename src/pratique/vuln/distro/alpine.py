"""Alpine: OSV ``Alpine:v3.19``, by the aport that a package was made from. https://alpinelinux.org/releases/"""

from __future__ import annotations

import re

from pratique.vuln.distro._shape import Distribution

_RELEASE = re.compile(r"(\d+\.\d+)(\.\d+)*$")


def releases(version: str) -> tuple[str, ...]:
    """The branch; edge ("3.21_alpha20240923") is none."""
    found = _RELEASE.match(version)
    return (f"v{found[1]}",) if found else ()


DISTRO = Distribution(
    ids=("alpine",),
    name="Alpine",
    type="apk",
    namespace="alpine",
    ecosystem="Alpine",
    releases=releases,
    by_source=True,
)
