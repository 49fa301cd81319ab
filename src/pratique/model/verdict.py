"""What the policy says of an image, and what to do: upgrades, other bases."""

from __future__ import annotations

import enum
from typing import Literal

from pratique.model._struct import Struct


class Result(enum.Enum):
    """The verdict's one word."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"


class Reason(Struct, frozen=True):
    """Why: the rule (or ``problem``), how many findings or problems it caught, and one sentence."""

    rule: str
    count: int
    text: str


class Verdict(Struct, frozen=True):
    """The decision on one image; ``advice`` says what to do next, most useful first. ``undecided`` are the reasons for
    which the result is unknown, or would be if nothing failed."""

    result: Result
    reasons: tuple[Reason, ...] = ()
    advice: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()


class Upgrade(Struct, frozen=True):
    """A step of a plan: ``name`` (of a distribution's package its source's, as its ecosystem writes it) from
    the ``installed`` ones at least to ``version``, which clears ``count`` findings, of the identifiers ``clears``.

    ``packages`` are the names of the installed packages that are raised by it, ``origin`` whose layers they are all in,
    ``brought_by`` the direct dependencies that need it, where it is none itself."""

    type: str
    name: str
    installed: tuple[str, ...]
    version: str
    count: int
    clears: tuple[str, ...]
    packages: tuple[str, ...] = ()
    origin: Literal["", "base", "own"] = ""
    brought_by: tuple[str, ...] = ()


class Plan(Struct, frozen=True):
    """The smallest set of upgrades that clears what fails (``about``), or what warns where nothing fails, the one first
    that clears the most.

    ``dockerfile`` is the instruction that raises the distribution's packages in one's own layer; ``left`` are the
    identifiers that no upgrade clears which the feeds tell of."""

    about: Literal["", "fail", "warn"] = ""
    upgrades: tuple[Upgrade, ...] = ()
    dockerfile: str = ""
    left: tuple[str, ...] = ()


class Tally(Struct, frozen=True):
    """How many findings: known to be exploited, failing, warning, and all; one of several packages of a source counts
    once."""

    exploited: int = 0
    failing: int = 0
    warning: int = 0
    total: int = 0


class Candidate(Struct, frozen=True):
    """An image that this one might be built on instead of its base: what that would remove and add, and what would be
    left of the base's findings; how many packages and bytes (-1: not told) it has where the base ``now`` has others.

    ``result`` is the verdict that there would be, ``blocking`` how many problems would block one; ``problem`` is why it
    could not be weighed."""

    name: str
    digest: str = ""
    removes: Tally = Tally()
    adds: Tally = Tally()
    leaves: Tally = Tally()
    packages: int = 0
    packages_now: int = 0
    size: int = -1
    size_now: int = -1
    result: Result = Result.UNKNOWN
    blocking: int = 0
    problem: str = ""
