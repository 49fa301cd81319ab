"""Oracle Linux: identified, no feed that we read speaks for it. https://linux.oracle.com/security/"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution

DISTRO = Distribution(ids=("ol",), name="Oracle Linux", type="rpm", namespace="oracle")
