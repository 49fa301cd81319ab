"""Where an image's distribution is looked up: streams by what a package's version tells, channels by what they are."""

from __future__ import annotations

import msgspec

from pratique.model import Channel
from pratique.vuln.distro._shape import Distribution
from pratique.vuln.ground import Ground
from pratique.vuln.streams import Stream

PLAIN, FLAVOURED = (Stream((("9",),)),), (Stream((("9:x",), ("9",))),)
X = Channel("ubuntu-pro", "fips")


def implied(version: str) -> tuple[Channel, ...]:
    return (X,) if version.endswith("+x") else ()


SOME = Distribution(("some",), "Some", "deb", "some", implied=implied)


def test_a_version_may_tell_of_a_channel() -> None:
    ground = Ground(SOME, streams=PLAIN, flavoured=(((X,), FLAVOURED),))
    assert ground.streams_of("1+x") == FLAVOURED
    assert ground.streams_of("1") == PLAIN
    assert msgspec.structs.replace(ground, distribution=None).streams_of("1+x") == PLAIN
    assert msgspec.structs.replace(ground, flavoured=()).streams_of("1+x") == PLAIN
