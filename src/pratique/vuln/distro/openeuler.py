"""openEuler: OSV ``openEuler:22.03-LTS-SP2``, by binary package. https://www.openeuler.org/en/security/security-bulletins/

VERSION_ID leaves the service pack out, and PRETTY_NAME holds it: ``openEuler 22.03 (LTS-SP2)``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pratique.model import Channel, Distro, Package
from pratique.vuln.distro._shape import Distribution, Named, Term
from pratique.vuln.streams import Stream, flat

_NAMED = re.compile(r"openEuler (\d+\.\d+) \((LTS(?:-SP\d+)?)\)")


def streams(distro: Distro, channels: Sequence[Channel]) -> tuple[Stream, ...]:
    """The release with its service pack; an innovation release is its number."""
    found = _NAMED.search(distro.name)
    release = f"{found[1]}-{found[2]}" if found and found[1] == distro.version else distro.version
    return (Stream(((release,),)),) if release else ()


def terms(distro: Distro, channels: Sequence[Channel], packages: Sequence[Package]) -> tuple[Term, ...]:
    """Each service pack has its own end."""
    return tuple(Term("openeuler", (release,)) for release in flat(streams(distro, channels)))


DISTRO = Distribution(
    ids=("openEuler", "openeuler"),
    name="openEuler",
    type="rpm",
    namespace="openeuler",
    ecosystem="openEuler",
    streams=streams,
    terms=terms,
    named=Named.BOTH,
    vendors=("openEuler", "http://openeuler.org", "https://openeuler.org"),
    mark=".oe",
)
