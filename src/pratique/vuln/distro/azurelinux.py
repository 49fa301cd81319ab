"""Azure Linux: identified, no feed that we read speaks for it. https://github.com/microsoft/azurelinux"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution

DISTRO = Distribution(ids=("azurelinux", "mariner"), name="Azure Linux", type="rpm", namespace="azurelinux")
