"""Red Hat Enterprise Linux: OSV ``Red Hat:enterprise_linux:9::baseos``, by the streams that the image's content sets
name. https://access.redhat.com/security/data
"""

from __future__ import annotations

from collections.abc import Sequence

from pratique.model import Channel, Distro
from pratique.vuln.distro._shape import Distribution, Named, major
from pratique.vuln.streams import Stream
from pratique.vuln.vendor import _redhat_cpe


def streams(distro: Distro, channels: Sequence[Channel]) -> tuple[Stream, ...]:
    """Those of the content sets; without any, the main stream of the release."""
    return _redhat_cpe.streams(distro.version, [channel.name for channel in channels if channel.kind == "rpm"], {})


DISTRO = Distribution(
    ids=("rhel",),
    name="Red Hat Enterprise Linux",
    type="rpm",
    namespace="redhat",
    ecosystem="Red Hat",
    releases=major,
    streams=streams,
    named=Named.BOTH,
    modular=True,
    vendors=("Red Hat",),
)
