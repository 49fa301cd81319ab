"""A report that does not fail, and what decides it for another place or by another name, in; why its verdict depends on
what nobody said, if it does, out.

A policy may ask for the environment, the namespace and the name of an image. Where the caller said none, the verdict is
tried with each that the policy tells from others: one that would be stricter is not passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import islice, product

import msgspec

from pratique.errors import LimitExceeded
from pratique.model import Action, AnyFinding, Report, Result
from pratique.policy.asking import ANOTHER, Asked, asked, texts
from pratique.policy.meant import NOUNS
from pratique.policy.schema import Policy
from pratique.policy.subject import Target, context, image_row, row
from pratique.policy.views import NAME, views

_MOST = 100  # verdicts that are tried
_MOST_TEXTS = 10_000  # of which those are told apart by what the conditions say


Decide = Callable[[Report, Target], Result]
"""What the verdict on a report would be, in a place."""


class Unsaid(msgspec.Struct, frozen=True):
    """Why the verdict may be stricter, and what to say."""

    text: str
    advice: str


class _Case(msgspec.Struct, frozen=True):
    """What might have been said, by field."""

    said: dict[str, str]

    def target(self, target: Target) -> Target:
        return Target(self.said.get("target.env", target.env), self.said.get("target.namespace", target.namespace))

    def report(self, report: Report) -> Report:
        image = report.image
        if image is None or NAME not in self.said:
            return report
        image = msgspec.structs.replace(image, name=self.said[NAME], named="caller")
        return msgspec.structs.replace(report, image=image)

    def __str__(self) -> str:
        return ", ".join(f"{field} {_shown(text)}" for field, text in self.said.items())


def unsaid_of(report: Report, policy: Policy, today: date, target: Target, decide: Decide) -> Unsaid | None:
    """Why the verdict on the report, of which nothing fails for ``target``, would fail or be unknown with what nobody
    said; None where it would not."""
    fields = [f"target.{field}" for field in NOUNS if not getattr(target, field)]
    if report.image is not None and report.image.named == "maker":
        fields.append(NAME)
    found = asked(policy, fields)
    if not found.parts:
        return None
    try:
        why = _stricter(report, policy, today, target, found, decide)
    except LimitExceeded as error:
        why = f"{_UNTRIED}: {error}"
    if not why:
        return None
    advice = f"say {' and '.join(_OPTIONS[field] for field in fields if field in found.parts)}"
    return Unsaid(f"nobody said {' and '.join(found.parts)}, and {why}", advice)


_OPTIONS = {"target.env": "--env NAME", "target.namespace": "--namespace NAME", NAME: "--name IMAGE"}
_UNTRIED = "what the policy would make of it cannot be tried"


def _stricter(report: Report, policy: Policy, today: date, target: Target, found: Asked, decide: Decide) -> str:
    """With what the verdict fails or is unknown, "" if with nothing."""
    cases = _cases(report, today, target, found)
    if cases is None:
        return _UNTRIED
    report = msgspec.structs.replace(report, findings=_suspects(report, policy, today, target, found))
    for case in cases:
        result = decide(case.report(report), case.target(target))
        if result in (Result.FAIL, Result.UNKNOWN):
            return f"with {case} the verdict would be {result.value}"
    return ""


def _suspects(report: Report, policy: Policy, today: date, target: Target, found: Asked) -> tuple[AnyFinding, ...]:
    """The findings for which a rule that fails holds by itself, whatever its scope: no others can fail. All of them,
    where such a rule asks itself for what nobody said."""
    failing = [rule.when for each in policy.line() for rule in each.rules() if rule.action is Action.FAIL]
    if not {when.text for when in failing}.isdisjoint(condition.text for condition in found.conditions):
        return report.findings
    seen = views(report, policy, today, target).all
    return tuple(
        finding
        for finding in report.findings
        if finding.is_exploited
        or any(
            when.run(values) is True for shared in seen for values in [row(finding, shared, today)] for when in failing
        )
    )


def _shown(text: str) -> str:
    return "another than the policy names" if text == ANOTHER else repr(text)


def _cases(report: Report, today: date, target: Target, found: Asked) -> tuple[_Case, ...] | None:
    """One of all that the conditions cannot tell apart; None where they are too many, or cannot be made up."""
    choices = list[tuple[str, tuple[str, ...]]]()
    for field, parts in found.parts.items():
        known = texts(parts)
        if known is None:
            return None
        choices.append((field, known))
    several = product(*(known for _, known in choices))
    listed = [_Case(dict(zip(found.parts, each, strict=True))) for each in islice(several, _MOST_TEXTS + 1)]
    apart = {key: case for case in listed for key in [_told_apart(case, report, today, target, found)]}
    return tuple(apart.values()) if len(listed) <= _MOST_TEXTS and len(apart) <= _MOST else None


def _told_apart(case: _Case, report: Report, today: date, target: Target, found: Asked) -> tuple[object, ...]:
    """What the conditions make of a case: one that speaks of findings may make anything of it."""
    values = image_row(context(case.report(report), today, case.target(target)))
    return tuple(
        tuple(case.said.items()) if "finding" in condition.variables else condition(values)
        for condition in found.conditions
    )
