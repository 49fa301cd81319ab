"""Red Hat Enterprise Linux: OSV ``Red Hat:enterprise_linux:9::baseos``, by the streams that the image's content sets
name. https://access.redhat.com/security/data
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pratique.model import Channel, Distro, Package
from pratique.vuln.distro._shape import Distribution, Named, Term, major, numbers
from pratique.vuln.streams import Stream
from pratique.vuln.vendor import _redhat_cpe

_ELS = re.compile(r"rhel-(\d+)-.*\bels-")  # rhel-7-server-els-rpms


def streams(distro: Distro, channels: Sequence[Channel]) -> tuple[Stream, ...]:
    """Those of the content sets; without any, the main stream of the release."""
    sets = {channel.name: channel.releases for channel in channels if channel.kind == "rpm"}
    return _redhat_cpe.streams(distro.version, list(sets), {name: sets[name] for name in sets if sets[name]})


def terms(distro: Distro, channels: Sequence[Channel], packages: Sequence[Package]) -> tuple[Term, ...]:
    """Maintenance of the major release, and its extended life cycle support, which content sets of its own bring. No
    extended updates of a minor release that still run outlast either, so their ends need not be known."""
    sets = {found[1] for channel in channels if channel.kind == "rpm" and (found := _ELS.match(channel.name))}
    own = numbers(distro.version)
    return (
        Term("rhel", own, "maintenance support"),
        Term("rhel-els", own, "extended life cycle support", bool(sets.intersection(own))),
    )


DISTRO = Distribution(
    ids=("rhel",),
    name="Red Hat Enterprise Linux",
    type="rpm",
    namespace="redhat",
    ecosystem="Red Hat",
    releases=major,
    streams=streams,
    terms=terms,
    named=Named.BOTH,
    modular=True,
    vendors=("Red Hat",),
)
