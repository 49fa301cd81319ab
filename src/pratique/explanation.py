"""The nouns of explanations: how an identifier came to be a finding of an image, or why it did not; and how the policy
came to its decision on a finding."""

from __future__ import annotations

from typing import Literal

from pratique.expr.trace import Step
from pratique.model import (
    Action,
    AnyFinding,
    Decision,
    Epss,
    FixState,
    Kev,
    Package,
    Report,
    Severity,
    Struct,
)


class Called(Struct, frozen=True):
    """What a feed calls a package, and its version under that name."""

    name: str
    version: str


class Question(Struct, frozen=True):
    """What a feed was asked about a package: in each of ``streams`` the ranks of releases, the first that speaks
    deciding, for all ``names``; versions are compared by ``scheme``. ``refusal`` is set instead where nobody can be
    asked."""

    package: Package
    ecosystem: str = ""
    streams: tuple[tuple[tuple[str, ...], ...], ...] = ()
    names: tuple[Called, ...] = ()
    scheme: str = ""
    refusal: str = ""


class Record(Struct, frozen=True):
    """A feed's record on the identifier; times are RFC 3339. ``silence`` is why it does not hold at all, "" where it
    does; ``subjects`` names at most five of the packages that it is about, where none of the image is among them."""

    id: str
    ecosystem: str
    feed: str = ""
    feed_date: str = ""
    aliases: tuple[str, ...] = ()
    upstream: tuple[str, ...] = ()
    published: str = ""
    modified: str = ""
    withdrawn: str = ""
    severity: Severity = Severity()
    summary: str = ""
    silence: str = ""
    subjects: tuple[str, ...] = ()


class Considered(Struct, frozen=True):
    """What a record states of a package of the image, and why that does not hold, "" where it does.

    ``name`` and ``version`` are those that were compared; the versions meant begin with ``introduced``, or above
    ``after``, and end below ``fixed`` or ``limit``, which is no fix, or with ``last`` ("" all: all above). ``named``
    are the functions that the record names, ``linked`` those of them that the program holds."""

    package: Package
    record: str
    ecosystem: str
    release: str = ""
    name: str = ""
    version: str = ""
    introduced: str = ""
    after: str = ""
    fixed: str = ""
    last: str = ""
    state: FixState = FixState.UNKNOWN
    arches: tuple[str, ...] = ()
    module: str = ""
    flavour: str = ""
    named: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    why: str = ""
    limit: str = ""


class Known(Struct, frozen=True):
    """What the database knows of ``id``, asked for one image. ``names`` are all of the same vulnerability;
    ``questions`` are those put for the packages that a record names, or that were asked for."""

    id: str
    names: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    records: tuple[Record, ...] = ()
    considered: tuple[Considered, ...] = ()
    kev: Kev | None = None
    epss: Epss | None = None


class Condition(Struct, frozen=True):
    """A rule of the policy that decided, with its condition."""

    rule: str
    when: str


class Explanation(Struct, frozen=True):
    """``findings`` are those of the identifier among the decided report's."""

    report: Report
    known: Known
    findings: tuple[AnyFinding, ...] = ()
    conditions: tuple[Condition, ...] = ()


class RuleAsked(Struct, frozen=True):
    """A rule and what its condition says of a finding. It ``speaks`` where it is the first of its policy that holds; it
    does not hold (``no``); its scope does not (``outside``); or one above it has spoken (``after``). ``grace`` is what
    is to be said of its grace."""

    name: str
    action: Action
    condition: Step
    state: Literal["speaks", "no", "outside", "after"]
    grace: str = ""


class ScopeAsked(Struct, frozen=True):
    """A scope, whether it holds, and its rules."""

    name: str
    condition: Step
    rules: tuple[RuleAsked, ...] = ()


class PolicyAsked(Struct, frozen=True):
    """A policy, its scopes and its common rules, in the order that they are asked in. ``word`` is what it says, None
    where no rule speaks, and ``standing`` whether that word is heard: a policy that extends it may have loosened it."""

    name: str
    scopes: tuple[ScopeAsked, ...] = ()
    rules: tuple[RuleAsked, ...] = ()
    word: Decision | None = None
    standing: bool = True


Silencer = Literal["kev", "vex", "suppression", "baseline"]


class Ruling(Struct, frozen=True):
    """How the decision on a finding was come to. ``report`` is the decided report of this finding alone; ``policies``
    are asked from the topmost parent down; ``silencing`` says of the floor, VEX, suppressions and the baseline, each by
    its name, what they make of it."""

    report: Report
    finding: AnyFinding
    policies: tuple[PolicyAsked, ...]
    silencing: tuple[tuple[Silencer, str], ...]
