"""openSUSE: identified, no feed that we read speaks for it. https://www.opensuse.org"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution

DISTRO = Distribution(
    ids=("opensuse", "opensuse-leap", "opensuse-tumbleweed"), name="openSUSE", type="rpm", namespace="opensuse"
)
