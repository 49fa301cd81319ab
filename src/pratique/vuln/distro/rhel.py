"""Red Hat Enterprise Linux: identified, no feed that we read speaks for it. https://access.redhat.com/security/data"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution

DISTRO = Distribution(ids=("rhel",), name="Red Hat Enterprise Linux", type="rpm", namespace="redhat")
