"""Ubuntu: OSV ``Ubuntu:24.04:LTS`` and ``Ubuntu:25.10``, by source package. https://wiki.ubuntu.com/Releases

Ubuntu Pro's channels (``Ubuntu:Pro:18.04:LTS``) are asked first, for what they say of a package holds beyond the free
release: without Pro the free build is affected, and the fix is to be had there. https://ubuntu.com/security/esm
FIPS builds are asked of their own channels, where the image has these enabled or the build says that it is one.
A kernel that boots under Secure Boot is built from a source of its own, which holds signatures only: ``linux-signed``
of ``linux``, ``linux-signed-hwe`` of ``linux-hwe``, in the same version.
https://launchpad.net/ubuntu/+source/linux-signed
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pratique.model import Channel, Distro, Package
from pratique.vuln.distro import _shape
from pratique.vuln.distro._shape import Distribution, Named, Term
from pratique.vuln.streams import Stream

_SIGNED = re.compile(r"linux-signed(?:-[a-z0-9.-]+)?$")
_FIPS = {"fips": "Pro:FIPS", "fips-updates": "Pro:FIPS-updates", "fips-preview": "Pro:FIPS-preview"}


def releases(version: str) -> tuple[str, ...]:
    """A long-term release bears its mark."""
    return (f"{version}:LTS", version)


def implied(version: str) -> tuple[Channel, ...]:
    """A FIPS build came from there, though a container is seldom attached to Ubuntu Pro itself."""
    return tuple(Channel("ubuntu-pro", name) for name in _FIPS) if "fips" in version.lower() else ()


def streams(distro: Distro, channels: Sequence[Channel]) -> tuple[Stream, ...]:
    """The channels of FIPS that are enabled, Ubuntu Pro, the free release."""
    if not distro.version:
        return ()
    enabled = [_FIPS[channel.name] for channel in channels if channel.kind == "ubuntu-pro" and channel.name in _FIPS]
    pro = tuple(f"Pro:{name}" for name in releases(distro.version))
    ranks = [(f"{name}:{distro.version}:LTS",) for name in sorted(enabled, reverse=True)]
    return (Stream((*ranks, pro, releases(distro.version))),)


def source(package: Package) -> tuple[str, str]:
    """The source package, that of a signed kernel being the kernel's."""
    if _SIGNED.match(package.source_name):
        return f"linux{package.source_name.removeprefix('linux-signed')}", package.version
    return _shape.source(package)


def terms(distro: Distro, channels: Sequence[Channel], packages: Sequence[Package]) -> tuple[Term, ...]:
    """Free support, and expanded security maintenance where it is enabled."""
    version = (distro.version,)
    enabled = any(channel.kind == "ubuntu-pro" and channel.name == "esm-infra" for channel in channels)
    return (
        Term("ubuntu", version, "free security support"),
        Term("ubuntu-esm", version, "expanded security maintenance", enabled),
    )


DISTRO = Distribution(
    ids=("ubuntu",),
    name="Ubuntu",
    type="deb",
    namespace="ubuntu",
    ecosystem="Ubuntu",
    releases=releases,
    streams=streams,
    named=Named.SOURCE,
    source=source,
    implied=implied,
    terms=terms,
    table="ubuntu",
)
