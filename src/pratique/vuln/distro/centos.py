"""CentOS: identified, no feed that we read speaks for it. https://www.centos.org"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution

DISTRO = Distribution(ids=("centos",), name="CentOS", type="rpm", namespace="centos")
