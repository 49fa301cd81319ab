"""The text of ``pratique.yaml`` in, a checked policy out.

The file's shape is declared once, in the Structs below; ``json_schema`` makes of them what editors read.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from pratique.expr import Condition, compile
from pratique.limits import DEFAULT as LIMITS
from pratique.limits import Limits
from pratique.model import Action
from pratique.policy.subject import ENVIRONMENT

PRESETS = ("default", "guideline", "strict", "advisory-only")
FLOOR = "kev"  # the rule's name where none of the policy's says that what is exploited fails
MAX_SUPPRESSION_DAYS, MAX_FEED_AGE_DAYS = 90, 14

_END = r"$(?!\n)"  # Python's $ would let a final newline through
Name = Annotated[
    str,
    Meta(pattern=r"^[a-z0-9][a-z0-9._-]*" + _END, max_length=64, description="What reports call the rule."),
]
ScopeName = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9._-]*" + _END,
        max_length=64,
        description="What reports call the scope: its rules are SCOPE/RULE there.",
    ),
]
RuleName = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)?" + _END,
        max_length=129,
        description="RULE or SCOPE/RULE.",
    ),
]
When = Annotated[str, Meta(min_length=1, max_length=LIMITS.expression, description="A condition in CEL.")]
Days = Annotated[int, Meta(ge=1, le=365)]
Text = Annotated[str, Meta(pattern=r"\S", max_length=1000)]
Exact = Annotated[str, Meta(pattern=r"^[^\s*?]+" + _END, max_length=1000)]
_BOUND = r"[^\s*?<>=!,|]+"
_VERSIONS = rf"(?:<=?{_BOUND}(?: >=?{_BOUND})?|>=?{_BOUND}(?: <=?{_BOUND})?|[^\s*?<>=!~^,|][^\s*?]*)"
Versions = Annotated[str, Meta(pattern=f"^{_VERSIONS}{_END}", max_length=1000)]
Path = Annotated[str, Meta(pattern=r"^[^*?\n]+" + _END, max_length=4096)]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the file: unknown keys are refused."""


class RuleAction(enum.Enum):
    """What a rule may say."""

    FAIL = "fail"
    WARN = "warn"
    ALLOW = "allow"


class Response(enum.Enum):
    """What a problem does to the verdict: it becomes unknown, warn, or stays as it is."""

    BLOCK = "block"
    WARN = "warn"
    IGNORE = "ignore"


class GraceFrom(enum.Enum):
    """Which date grace is counted from."""

    FIX = "fix"
    PUBLISHED = "published"


class RuleEntry(_File, frozen=True):
    """A rule of the gate: the first one whose condition holds for a finding decides it."""

    name: Name
    when: When
    action: Annotated[RuleAction, Meta(description="What the rule says of the findings that it holds for.")]
    grace_days: Annotated[
        int,
        Meta(ge=0, le=365, description="A failure is a warning for so many days after the fix was published."),
    ] = 0
    grace_from: Annotated[
        GraceFrom, Meta(description="Count grace_days from the fix's date, or from the vulnerability's own.")
    ] = GraceFrom.FIX


class Suppression(_File, frozen=True):
    """A dated promise about one finding of one package, or about one of an image, which has no package."""

    id: Annotated[Exact, Meta(description="The finding's identifier or an alias of it.")]
    reason: Annotated[Text, Meta(description="Why this is no risk here.")]
    owner: Annotated[Text, Meta(description="Who answers for it.")]
    expires: Annotated[date, Meta(description="The last day on which it holds (UTC).")]
    package: Annotated[
        Exact,
        Meta(description="The package's name, namespace/name or source package; findings of the image have none."),
    ] = ""
    version: Annotated[
        Versions, Meta(description="Only this installed version, or a range of them: <2.0, >=1.0 <2.0.")
    ] = ""
    path: Annotated[Path, Meta(description="Only in this file.")] = ""
    image: Annotated[Exact, Meta(description="Only in this image: its name, with or without tag, or its digest.")] = ""
    accept_kev: Annotated[
        bool, Meta(description="Silence a vulnerability that is known to be exploited; at most 14 days.")
    ] = False

    @property
    def scope(self) -> tuple[str, ...]:
        """What it speaks of, whatever it says of that."""
        return (self.id, self.package, self.version, self.path, self.image)

    @property
    def subject(self) -> str:
        """What it is about: ``CVE-2023-45853 in zlib1g``, ``base-old in registry.example/app``."""
        return f"{self.id} in {self.package or self.image}"


LicenceName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        description="An SPDX identifier, one WITH an exception, or the beginning of some with a * behind.",
    ),
]


class Licences(_File, frozen=True):
    """Which licences packages may be under; what is refused is a finding of kind licence."""

    deny: Annotated[tuple[LicenceName, ...], Meta(max_length=1000, description="Refused.")] = ()
    allow: Annotated[
        tuple[LicenceName, ...],
        Meta(max_length=1000, description="Where any is named, all others are refused."),
    ] = ()
    unknown: Annotated[bool, Meta(description="Whether a package whose licence is not known is a finding.")] = False


class OnUnknown(_File, frozen=True):
    """What could not be read, matched or trusted."""

    blocking: Annotated[
        Response | UnsetType,
        Meta(description="Problems that hide whole parts of the image; block, unless a parent says otherwise."),
    ] = UNSET
    noted: Annotated[
        Response | UnsetType, Meta(description="Single packages and versions; ignore, unless a parent says otherwise.")
    ] = UNSET


class ScopeEntry(_File, frozen=True):
    """What holds in some places only: rules that are asked before the common ones, and a word on what is not known."""

    name: ScopeName
    when: When
    gate: Annotated[
        tuple[RuleEntry, ...],
        Meta(min_length=1, max_length=1000, description="Rules, in order; asked before the common gate."),
    ] = ()
    on_unknown: Annotated[
        Response | OnUnknown | UnsetType,
        Meta(description="Takes the file's place for these images; only where no finding is spoken of."),
    ] = UNSET


class Loosen(_File, frozen=True):
    """What a file that extends this one may relax. KEV is never among it."""

    rules: Annotated[
        Literal["all"] | Annotated[tuple[RuleName, ...], Meta(max_length=1000)],
        Meta(description="Rules whose word gives way to a rule of the file that extends this one."),
    ] = ()
    suppress: Annotated[
        bool | Annotated[tuple[RuleName, ...], Meta(max_length=1000)],
        Meta(description="Whether suppressions and baselines count there; a list: only of what these rules decide."),
    ] = False
    max_suppression_days: Annotated[
        Days | UnsetType, Meta(description="How far ahead they may expire; without it as far as here.")
    ] = UNSET
    max_feed_age_days: Annotated[
        Days | UnsetType, Meta(description="How old a feed may be there; without it no older than here.")
    ] = UNSET
    on_unknown: Annotated[bool, Meta(description="Whether its word on problems may be milder.")] = False
    licences: Annotated[bool, Meta(description="Whether its word on licences takes the place of this one's.")] = False

    def lets_rule(self, name: str) -> bool:
        """Whether the word of the rule of that name may give way."""
        return self.rules == "all" or name in self.rules

    def lets_silence(self, rules: Iterable[str]) -> bool:
        """Whether what these rules decided may be suppressed."""
        return self.suppress if isinstance(self.suppress, bool) else all(name in self.suppress for name in rules)


class Places(_File, frozen=True):
    """The environments and namespaces that there are, beside those that conditions name."""

    env: Annotated[tuple[Exact, ...], Meta(max_length=1000, description="What --env may say too.")] = ()
    namespace: Annotated[tuple[Exact, ...], Meta(max_length=1000, description="What --namespace may say too.")] = ()


class PolicyFile(_File, frozen=True):
    """The policy of Pratique."""

    version: Annotated[Literal[1], Meta(description="The version of this format.")] = 1
    extends: Annotated[
        str,
        Meta(
            pattern=r"^\S+( \S+)*" + _END,
            max_length=4096,
            description="A preset's name, a path, URL#sha256:DIGEST or oci://REFERENCE. The stricter of both holds.",
        ),
    ] = ""
    gate: Annotated[
        tuple[RuleEntry, ...],
        Meta(min_length=1, max_length=1000, description="Rules, in order; without it, the default ones."),
    ] = ()
    scopes: Annotated[
        tuple[ScopeEntry, ...], Meta(max_length=100, description="What holds in some places only, in order.")
    ] = ()
    target: Annotated[Places, Meta(description="The places that images may be meant for; others are an error.")] = (
        Places()
    )
    suppress: Annotated[
        Annotated[tuple[Suppression, ...], Meta(max_length=10_000)] | None,
        Meta(description="Findings accepted for a time; nothing is an empty list."),
    ] = ()
    loosen: Annotated[Loosen, Meta(description="What a file that extends this one may relax.")] = Loosen()
    max_suppression_days: Annotated[Days, Meta(description="How far ahead a suppression may expire.")] = (
        MAX_SUPPRESSION_DAYS
    )
    max_feed_age_days: Annotated[
        Days | UnsetType,
        Meta(
            description="How old a feed, KEV or EPSS may be before it is a problem; 14, unless a parent says otherwise."
        ),
    ] = UNSET
    licences: Annotated[
        Licences | UnsetType, Meta(description="Which licences packages may be under; without it none is looked at.")
    ] = UNSET
    on_unknown: Annotated[Response | OnUnknown, Meta(description="What problems do to the verdict.")] = OnUnknown()


class Rule(msgspec.Struct, frozen=True):
    """A checked rule; ``name`` is SCOPE/RULE in a scope."""

    name: str
    when: Condition
    action: Action
    grace_days: int = 0
    grace_from: GraceFrom = GraceFrom.FIX


class Scope(msgspec.Struct, frozen=True):
    """A checked scope."""

    name: str
    when: Condition
    gate: tuple[Rule, ...] = ()
    on_unknown: OnUnknown = OnUnknown()

    @property
    def speaks_of_findings(self) -> bool:
        """Whether it may hold for one finding of an image and not for another."""
        return "finding" in self.when.variables


class Policy(msgspec.Struct, frozen=True):
    """A checked policy, and the one that it extends.

    ``gate``, ``scopes``, ``target``, ``suppress``, ``on_unknown`` and ``loosen`` are its own; ``max_suppression_days``
    (of its own suppressions), ``max_feed_age_days`` and ``licences`` (all of which hold) are what is left of its word
    beside its parents'. ``path`` is "" and ``name`` set for a preset; ``digest`` is over the file's bytes. ``extends``
    with no ``parent`` is a policy of which only a part is known: nothing may be decided by it."""

    gate: tuple[Rule, ...]
    scopes: tuple[Scope, ...] = ()
    target: Places = Places()
    suppress: tuple[Suppression, ...] = ()
    loosen: Loosen = Loosen()
    max_suppression_days: int = MAX_SUPPRESSION_DAYS
    max_feed_age_days: int = MAX_FEED_AGE_DAYS
    licences: tuple[Licences, ...] = ()
    on_unknown: OnUnknown = OnUnknown()
    extends: str = ""
    parent: Policy | None = None
    name: str = "custom"
    path: str = ""
    digest: str = ""

    @property
    def shown(self) -> str:
        """What messages call it."""
        return self.path or self.name

    def line(self) -> Iterator[Policy]:
        """Itself, its parent, the parent's parent and so on."""
        each: Policy | None = self
        while each is not None:
            yield each
            each = each.parent

    def rules(self) -> Iterator[Rule]:
        """All rules of its own, in the order that they are asked in."""
        for scope in self.scopes:
            yield from scope.gate
        yield from self.gate


class Reference(msgspec.Struct, frozen=True):
    """What a policy extends: ``place`` is the preset's name, the path, the URL or ``oci://REFERENCE``, ``digest`` that
    of a URL's bytes or of an artifact's manifest, "" where the reference has none."""

    kind: Literal["preset", "path", "url", "oci"]
    place: str
    digest: str = ""


class Source(msgspec.Struct, frozen=True):
    """The text of a policy, where it is from (its ``path`` for messages and reports, or the ``name`` of a preset), and
    what all names of one file share, the path where that is ""."""

    text: str
    path: str
    name: str = ""
    identity: str = ""

    @property
    def shown(self) -> str:
        """What messages call it."""
        return self.path or f"preset {self.name}"


Parents: TypeAlias = Callable[[Reference], Source]
"""Reads what a reference names. Raises ``UsageError`` for what is not there or no text, ``Undecided`` where it could
not be had."""


def load(text: str, path: str, limits: Limits = LIMITS, parents: Parents | None = None) -> Policy:
    """The policy in ``text``; ``path`` is for messages. Without ``parents`` what it extends is not looked for, and
    nothing may be decided by it. Raises ``PolicyError`` with file, line and column for the first thing that is wrong,
    and what ``parents`` raises."""
    return load_source(Source(text, path), limits, parents)


def load_source(source: Source, limits: Limits = LIMITS, parents: Parents | None = None) -> Policy:
    """As ``load``."""
    from pratique.policy import read  # YAML costs 30 ms, which a scan by the default policy need not pay

    return read.policy(source, limits, parents)


ANYTHING = Loosen(
    rules="all", suppress=True, max_suppression_days=365, max_feed_age_days=365, on_unknown=True, licences=True
)
_DEFAULT_GATE = (
    RuleEntry("kev", "finding.kev", RuleAction.FAIL),
    RuleEntry("malware", 'finding.kind == "malware"', RuleAction.FAIL),
    RuleEntry("secrets", 'finding.kind == "secret"', RuleAction.FAIL),
    RuleEntry("licences", 'finding.kind == "licence"', RuleAction.FAIL),
    RuleEntry("epss", "finding.epss >= 0.5", RuleAction.FAIL),
    RuleEntry("epss-watch", "finding.epss >= 0.1", RuleAction.WARN),
    RuleEntry("critical-fixable", 'finding.severity == "critical" && finding.fixable', RuleAction.WARN),
    RuleEntry("base-unpinned", 'finding.id == "base-unpinned"', RuleAction.WARN),
)


def checked(entry: RuleEntry, when: Condition, scope: str = "") -> Rule:
    """The rule of an entry, of a scope where one is named."""
    name = f"{scope}/{entry.name}" if scope else entry.name
    return Rule(name, when, Action(entry.action.value), entry.grace_days, entry.grace_from)


DEFAULT = Policy(
    gate=tuple(checked(entry, compile(entry.when, ENVIRONMENT)) for entry in _DEFAULT_GATE),
    loosen=ANYTHING,
    name="default",
    digest="sha256:e52ea93674a4f8939d9557a1e1d06460213f994c101422c1921171ed5b6877e9",  # of presets/default.yaml
)
