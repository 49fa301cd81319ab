"""Amazon Linux: identified, no feed that we read speaks for it. https://alas.aws.amazon.com"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution

DISTRO = Distribution(ids=("amzn",), name="Amazon Linux", type="rpm", namespace="amzn")
