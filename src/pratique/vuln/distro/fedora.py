"""Fedora: identified, no feed that we read speaks for it. https://bodhi.fedoraproject.org"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution

DISTRO = Distribution(ids=("fedora",), name="Fedora", type="rpm", namespace="fedora", table="fedora")
