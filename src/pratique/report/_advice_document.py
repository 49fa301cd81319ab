"""The types of what the JSON report says is to be done: the plan of upgrades, and other images to build on."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from pratique.report._document import Part


class UpgradePart(Part, frozen=True):
    """A step: name (of a distribution's package its source's) from the installed version at least to this one, which
    clears count findings, of these identifiers. packages are the names of what is raised; brought_by are the direct
    dependencies that need it, where it is none itself."""

    type: str
    name: str
    installed: tuple[str, ...]
    version: str
    count: int
    clears: tuple[str, ...]
    packages: tuple[str, ...] = ()
    origin: Literal["", "base", "own"] = ""
    brought_by: tuple[str, ...] = ()


class PlanPart(Part, frozen=True):
    """The smallest set of upgrades that clears what fails, or what warns where nothing fails. dockerfile is the
    instruction that makes those of the distribution; left are the identifiers that no upgrade clears."""

    about: Literal["fail", "warn"]
    upgrades: list[UpgradePart]
    left: tuple[str, ...]
    dockerfile: str = ""


class TallyPart(Part, frozen=True):
    """How many findings of a base: known to be exploited, failing, warning, and all; one of several packages of a
    source counts once."""

    exploited: int
    failing: int
    warning: int
    total: int


_Bytes = Annotated[
    int | None, msgspec.Meta(description="of the layers as they are stored; null where they do not tell")
]


class CandidatePart(Part, frozen=True):
    """An image that this one might be built on instead: what that would remove and add, what would be left of the
    base's findings, and the verdict that there would be; the best one first. packages (without those that the own
    layers upgrade) and size are its own, …_now those of the base as it is. A problem says why it could not be weighed,
    and then nothing else is there. from is what to write into the Dockerfile, "" where the image has no digest to be
    named by."""

    name: str
    digest: str = ""
    removes: TallyPart | None = None
    adds: TallyPart | None = None
    leaves: TallyPart | None = None
    packages: int = 0
    packages_now: int = 0
    size: _Bytes = None
    size_now: _Bytes = None
    result: Literal["", "pass", "warn", "fail", "unknown"] = ""
    blocking: int = 0
    from_: str = msgspec.field(default="", name="from")
    problem: str = ""
