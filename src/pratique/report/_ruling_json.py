"""Rulings in, the JSON document of ``docs/ruling.schema.json`` out; of several findings a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal

import msgspec

from pratique.explanation import PolicyAsked, RuleAsked, Ruling
from pratique.expr.trace import Step
from pratique.report import _parts as parts
from pratique.report._document import DecisionPart, FindingPart, ImagePart, Part, PolicyPart, ToolPart
from pratique.report._encode import encode
from pratique.report._ruling_text import shown

RULING: Final = "urn:pratique:ruling:1.0"


class ValuePart(Part, frozen=True):
    """A field that a condition asks for, and its value as conditions write it; "missing" for none."""

    field: str
    value: str


class StepPart(Part, frozen=True):
    """A part of a condition and whether it holds for the finding. parts are what the operator is put to; a comparison
    has none, but the values that it met."""

    text: str
    holds: bool
    operator: Literal["", "&&", "||", "!", "?:"] = ""
    values: tuple[ValuePart, ...] = ()
    parts: tuple[StepPart, ...] = ()


class RulePart(Part, frozen=True):
    """A rule. It speaks where it is the first of its policy that holds; it does not hold (no); its scope does not
    (outside); or one above it has spoken (after). grace is what becomes of its grace."""

    name: str
    action: Literal["fail", "warn", "allow", "none"]
    state: Literal["speaks", "no", "outside", "after"]
    condition: StepPart
    grace: str = ""


class ScopePart(Part, frozen=True):
    """A scope, whether it holds, and its rules."""

    name: str
    condition: StepPart
    rules: list[RulePart]


class AskedPart(Part, frozen=True):
    """A policy with its scopes and common rules, as they are asked. word is what it says, null where no rule of it
    speaks, and standing is false where that gives way to a policy that extends it."""

    name: str
    scopes: list[ScopePart]
    rules: list[RulePart]
    word: DecisionPart | None
    standing: bool


class SilencingPart(Part, frozen=True):
    """What the floor of KEV, VEX, a suppression or the baseline makes of the finding, in a sentence."""

    what: Literal["kev", "vex", "suppression", "baseline"]
    text: str


class RulingDocument(Part, frozen=True):
    """What `pratique policy explain --format json` writes of one finding; of several it writes a list of these. The
    policies are asked from the topmost parent down; the decision is the finding's."""

    schema: Literal["urn:pratique:ruling:1.0"]
    tool: ToolPart
    created: Annotated[str, msgspec.Meta(description="the time that it was decided at, RFC 3339")]
    target: str
    image: ImagePart | None
    finding: FindingPart
    policies: list[AskedPart]
    silencing: list[SilencingPart]
    policy: PolicyPart


def write_json(rulings: Sequence[Ruling]) -> str:
    """One document, or a list of them."""
    return encode([_document(ruling) for ruling in rulings])


def _document(ruling: Ruling) -> RulingDocument:
    report = ruling.report
    return RulingDocument(
        schema=RULING,
        tool=parts.tool_part(report.tool),
        created=report.now,
        target=report.target,
        image=parts.image_part(report.image),
        finding=parts.finding_part(ruling.finding, report),
        policies=[_policy(each) for each in ruling.policies],
        silencing=[SilencingPart(name, text) for name, text in ruling.silencing],
        policy=parts.policy_part(report.policy),
    )


def _policy(asked: PolicyAsked) -> AskedPart:
    scopes = [ScopePart(each.name, _step(each.condition), _rules(each.rules)) for each in asked.scopes]
    word = None if asked.word is None else parts.decision_part(asked.word)
    return AskedPart(asked.name, scopes, _rules(asked.rules), word, asked.standing)


def _rules(rules: Sequence[RuleAsked]) -> list[RulePart]:
    return [RulePart(each.name, each.action.value, each.state, _step(each.condition), each.grace) for each in rules]


def _step(step: Step) -> StepPart:
    values = tuple(ValuePart(path, shown(value)) for path, value in step.values)
    return StepPart(step.text, step.holds, step.operator, values, tuple(_step(part) for part in step.parts))
