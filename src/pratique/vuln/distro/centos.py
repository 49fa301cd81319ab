"""CentOS: identified, no feed that we read speaks for it. https://www.centos.org

Red Hat's errata are of the same sources, and other scanners ask them of CentOS Linux. We do not: its rebuilds mark
their releases ``97.el7.centos.5`` where the erratum has ``97.el7_9.5``, which rpm orders above it, so that every mended
build of that kind would be called affected; and CentOS Stream has its builds before Red Hat, in releases of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from pratique.model import Channel, Distro, Package
from pratique.vuln.distro._shape import Distribution, Term, numbers


def terms(distro: Distro, channels: Sequence[Channel], packages: Sequence[Package]) -> tuple[Term, ...]:
    """CentOS Linux and CentOS Stream bear the same ID and version, and end on different days."""
    table = "centos-stream" if "Stream" in distro.name else "centos"
    return (Term(table, numbers(distro.version)),)


DISTRO = Distribution(ids=("centos",), name="CentOS", type="rpm", namespace="centos", terms=terms)
