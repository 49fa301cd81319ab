"""openEuler: OSV ``openEuler:22.03-LTS-SP2``, by binary package. https://www.openeuler.org/en/security/security-bulletins/

VERSION_ID leaves the service pack out, and PRETTY_NAME holds it: ``openEuler 22.03 (LTS-SP2)``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pratique.model import Channel, Distro
from pratique.vuln.distro._shape import Distribution, Named
from pratique.vuln.streams import Stream

_NAMED = re.compile(r"openEuler (\d+\.\d+) \((LTS(?:-SP\d+)?)\)")


def streams(distro: Distro, channels: Sequence[Channel]) -> tuple[Stream, ...]:
    """The release with its service pack; an innovation release is its number."""
    found = _NAMED.search(distro.name)
    release = f"{found[1]}-{found[2]}" if found and found[1] == distro.version else distro.version
    return (Stream(((release,),)),) if release else ()


DISTRO = Distribution(
    ids=("openEuler", "openeuler"),
    name="openEuler",
    type="rpm",
    namespace="openeuler",
    ecosystem="openEuler",
    streams=streams,
    named=Named.BOTH,
    vendors=("openEuler", "http://openeuler.org", "https://openeuler.org"),
)
