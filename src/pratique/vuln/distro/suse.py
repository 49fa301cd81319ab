"""SUSE: identified, no feed that we read speaks for it. https://www.suse.com/security/"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution

DISTRO = Distribution(ids=("sles", "sled", "sle-micro", "sl-micro"), name="SUSE", type="rpm", namespace="suse")
