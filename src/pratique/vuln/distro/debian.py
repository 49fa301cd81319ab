"""Debian: OSV ``Debian:12``, by source package. https://wiki.debian.org/DebianReleases

The kernel that boots under Secure Boot is built from a source of its own, which holds signatures only
(``linux-signed-amd64``): the code, and what is known of it, is that of ``linux`` in the binary package's version.
https://wiki.debian.org/SecureBoot
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pratique.model import Channel, Distro, Package
from pratique.vuln.distro import _shape
from pratique.vuln.distro._shape import Distribution, Named, Term, major, numbers

_SIGNED = re.compile(r"linux-signed-[a-z0-9]+$")


def source(package: Package) -> tuple[str, str]:
    """The source package, that of a signed kernel being the kernel's."""
    if _SIGNED.match(package.source_name):
        return "linux", package.version
    return _shape.source(package)


def terms(distro: Distro, channels: Sequence[Channel], packages: Sequence[Package]) -> tuple[Term, ...]:
    """Free support, the LTS team's included. https://wiki.debian.org/LTS"""
    return (Term("debian", numbers(distro.version), "free security support"),)


DISTRO = Distribution(
    ids=("debian",),
    name="Debian",
    type="deb",
    namespace="debian",
    ecosystem="Debian",
    releases=major,
    named=Named.SOURCE,
    source=source,
    table="debian",
    terms=terms,
)
