"""The text of ``pratique.yaml`` in, a checked policy out; and the JSON Schema that editors read.

JSON Schema: https://json-schema.org/draft/2020-12. The file's shape is declared once, in the Structs below.
"""

from __future__ import annotations

import enum
import hashlib
from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from pratique.expr import Condition, compile
from pratique.limits import DEFAULT as LIMITS
from pratique.limits import Limits
from pratique.model import Action
from pratique.policy.image_findings import IDENTIFIERS
from pratique.policy.subject import ENVIRONMENT

_END = r"$(?!\n)"  # Python's $ would let a final newline through
Name = Annotated[
    str,
    Meta(pattern=r"^[a-z0-9][a-z0-9._-]*" + _END, max_length=64, description="What reports call the rule."),
]
Text = Annotated[str, Meta(pattern=r"\S", max_length=1000)]
Exact = Annotated[str, Meta(pattern=r"^[^\s*?]+" + _END, max_length=1000)]
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


class RuleEntry(_File, frozen=True):
    """A rule of the gate: the first one whose condition holds for a finding decides it."""

    name: Name
    when: Annotated[str, Meta(min_length=1, max_length=LIMITS.expression, description="A condition in CEL.")]
    action: Annotated[RuleAction, Meta(description="What the rule says of the findings that it holds for.")]
    grace_days: Annotated[
        int,
        Meta(ge=0, le=365, description="A failure is a warning for so many days after the fix was published."),
    ] = 0


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
    version: Annotated[Exact, Meta(description="Only this installed version.")] = ""
    path: Annotated[Path, Meta(description="Only in this file.")] = ""
    image: Annotated[Exact, Meta(description="Only in this image: its name, with or without tag, or its digest.")] = ""
    accept_kev: Annotated[
        bool, Meta(description="Silence a vulnerability that is known to be exploited; at most 14 days.")
    ] = False

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

    blocking: Annotated[Response, Meta(description="Problems that hide whole parts of the image.")] = Response.BLOCK
    noted: Annotated[Response, Meta(description="Single packages and versions.")] = Response.IGNORE


class PolicyFile(_File, frozen=True):
    """The policy of Pratique."""

    version: Annotated[Literal[1], Meta(description="The version of this format.")] = 1
    gate: Annotated[
        tuple[RuleEntry, ...],
        Meta(min_length=1, max_length=1000, description="Rules, in order; without it, the default ones."),
    ] = ()
    suppress: Annotated[
        tuple[Suppression, ...], Meta(max_length=10_000, description="Findings accepted for a time.")
    ] = ()
    max_suppression_days: Annotated[int, Meta(ge=1, le=365, description="How far ahead a suppression may expire.")] = 90
    max_feed_age_days: Annotated[
        int, Meta(ge=1, le=365, description="How old a feed, KEV or EPSS may be before it is a problem.")
    ] = 14
    licences: Annotated[
        Licences | None, Meta(description="Which licences packages may be under; without it none is looked at.")
    ] = None
    on_unknown: Annotated[Response | OnUnknown, Meta(description="What problems do to the verdict.")] = OnUnknown()


class Rule(msgspec.Struct, frozen=True):
    """A checked rule."""

    name: str
    when: Condition
    action: Action
    grace_days: int = 0


class Policy(msgspec.Struct, frozen=True):
    """A checked policy. ``path`` is "" and ``name`` set for a built-in one; ``digest`` is over the file's bytes."""

    gate: tuple[Rule, ...]
    suppress: tuple[Suppression, ...] = ()
    max_suppression_days: int = 90
    max_feed_age_days: int = 14
    licences: Licences | None = None
    on_unknown: OnUnknown = OnUnknown()
    name: str = "custom"
    path: str = ""
    digest: str = ""


def load(text: str, path: str, limits: Limits = LIMITS) -> Policy:
    """The policy in ``text``; ``path`` is for messages. Raises ``PolicyError`` with file, line and column for the first
    thing that is wrong."""
    from pratique.policy import read  # YAML costs 30 ms, which a scan by the default policy need not pay

    return read.policy(text, path, limits)


def json_schema() -> bytes:
    """The JSON Schema of ``pratique.yaml``, for editors."""
    made = msgspec.json.schema(PolicyFile)
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = "pratique.yaml"
    shapes = made["$defs"]
    shapes["PolicyFile"]["minProperties"] = 1
    optional = ("package", "version", "path", "image")
    for shape, key in (("PolicyFile", "gate"), *(("Suppression", key) for key in optional)):
        del shapes[shape]["properties"][key]["default"]  # what stands for "not there" is not to be written
    shapes["Suppression"] |= {
        "if": {"properties": {"id": {"enum": IDENTIFIERS}}},
        "then": {"required": ["image"], "properties": {"package": False, "version": False}},
        "else": {"required": ["package"]},
    }
    shapes["RuleEntry"]["dependentSchemas"] = {"grace_days": {"properties": {"action": {"const": "fail"}}}}
    return msgspec.json.format(msgspec.json.encode(made, order="sorted"), indent=2) + b"\n"


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


def compiled(entry: RuleEntry, limits: Limits = LIMITS) -> Rule:
    """The rule of an entry. Raises ``ExpressionError``, whose place is that in the condition."""
    return Rule(entry.name, compile(entry.when, ENVIRONMENT, limits), Action(entry.action.value), entry.grace_days)


DEFAULT = Policy(
    gate=tuple(compiled(entry) for entry in _DEFAULT_GATE),
    name="default",
    digest=f"sha256:{hashlib.sha256(msgspec.json.encode(_DEFAULT_GATE)).hexdigest()}",
)
