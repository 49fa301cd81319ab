"""Amazon Linux: its own updateinfo, ``Amazon Linux:2023``, by binary package. https://alas.aws.amazon.com

The first one, the Amazon Linux AMI, bears dates (VERSION_ID ``2018.03``) and is release 1. Some of its own packages
name no vendor (https://github.com/aquasecurity/trivy/issues/5887); all bear ``.amzn`` in their release.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pratique.model import Channel, Distro, Package
from pratique.vuln.distro._shape import Distribution, Term

_AMI = re.compile(r"201\d\.\d\d$")
_RELEASE = re.compile(r"(\d+)(\.|$)")


def releases(version: str) -> tuple[str, ...]:
    """``1`` for every AMI, else what stands before the first dot."""
    if _AMI.match(version):
        return ("1",)
    found = _RELEASE.match(version)
    return (found[1],) if found else ()


def terms(distro: Distro, channels: Sequence[Channel], packages: Sequence[Package]) -> tuple[Term, ...]:
    """That of the release: all AMIs had one end."""
    return tuple(Term("amazon", (release,)) for release in releases(distro.version))


DISTRO = Distribution(
    ids=("amzn",),
    name="Amazon Linux",
    type="rpm",
    namespace="amzn",
    ecosystem="Amazon Linux",
    releases=releases,
    terms=terms,
    vendors=("Amazon",),
    mark=".amzn",
)
