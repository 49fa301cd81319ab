"""A file of cases in, findings with what a policy should say of each out; and what it does say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import get_args

import msgspec

from pratique.errors import LimitExceeded, PolicyError, UsageError
from pratique.limits import DEFAULT as LIMITS
from pratique.limits import Limits
from pratique.model import Action, Decision, FixState, Level, Report, VexStatus
from pratique.policy import made
from pratique.policy.document import Document
from pratique.policy.evaluate import decide
from pratique.policy.misfit import Words, fit
from pratique.policy.schema import Policy
from pratique.policy.subject import Target, day_of


class Case(made.Surroundings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the policy should say of a finding, by which rule, in which image, meant for which place, and at which
    time."""

    name: str
    finding: made.Subject
    expect: Action
    rule: str | None = None
    env: str = ""
    namespace: str = ""
    now: str | None = None


_DAY = "a day as YYYY-MM-DD"
_WORDS = Words(
    whole="the list of cases",
    shapes={"": Case, "finding": made.Subject},
    choices={
        "origin": ("base", "own"),
        "kind": get_args(made.Kind),
        "severity": tuple(each.value for each in Level),
        "fix_state": tuple(each.value for each in FixState),
        "vex": tuple(each.value for each in VexStatus),
        "expect": tuple(each.value for each in Action),
    },
    patterns={
        **dict.fromkeys(("kev", "fix_date", "published", "image_created", "base_created"), _DAY),
        "platform": "a platform as linux/arm64",
    },
    hint="docs/policy.md shows what a case may say",
)


class Outcome(msgspec.Struct, frozen=True):
    """A case, what the policy said, and what is wrong with that, "" for nothing."""

    case: Case
    decision: Decision
    wrong: str


def read(text: str, path: str, limits: Limits = LIMITS) -> tuple[Case, ...]:
    """The cases of a file: a list. Raises ``PolicyError`` with the place of what is no case."""
    document = Document(text, path, limits, "list of cases")
    cases = fit(document, tuple[Case, ...], _WORDS)
    if not cases:
        document.fail(document.root.place, "no case stands here", hint=_WORDS.hint)
    for at, case in enumerate(cases):
        if case.now is not None:
            try:
                _moment(case)
            except PolicyError as error:
                document.fail(document.node((at, "now")).place, str(error))
        _check(case.days, document, (at,))
        _check(case.finding.days, document, (at, "finding"))
        for field, place in document.node((at, "finding")).keys.items():
            if refusal := case.finding.refusal(field):
                document.fail(place, f"{field}: {refusal}", hint="leave it out")
    return cases


def _check(days: Sequence[tuple[str, str | None]], document: Document, path: tuple[str | int, ...]) -> None:
    """Raises for a text that looks like a day and is none."""
    for field, day in days:
        if day is not None and day_of(day) is None:
            document.fail(document.node((*path, field)).place, f"{field}: {day!r} is no day")


def run(case: Case, policy: Policy, now: datetime) -> Outcome:
    """What the policy says of the case, at its own time or ``now``. Raises ``PolicyError`` for a time that is none, and
    for a place that the policy does not know."""
    moment = now if case.now is None else _moment(case)
    report = report_of(case, moment)
    target = Target(case.env, case.namespace)
    try:
        decided = decide(report, policy, moment, target=target)
    except UsageError as error:
        raise PolicyError(f"case {case.name!r}: {error}", hint=error.hint) from error
    if decided.problems:  # a case has none of its own: not all rules could be asked
        raise LimitExceeded(f"case {case.name!r}: {decided.problems[0].what}", hint=decided.problems[0].hint)
    decision = decided.findings[0].decision
    wrong = ""
    if decision.action is not case.expect:
        wrong = f"expected {case.expect.value}, the policy says {_told(decision)}"
    if not wrong and case.rule is not None and decision.rule != case.rule:
        wrong = f"expected rule {case.rule!r}, it is {decision.rule!r}"
    return Outcome(case, decision, wrong)


def report_of(case: Case, moment: datetime) -> Report:
    """A report of the case's one finding."""
    return made.report_of(case.finding, case, moment.isoformat())


def _moment(case: Case) -> datetime:
    try:
        found = datetime.fromisoformat(case.now or "")
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise PolicyError(f"case {case.name!r}: now: {case.now!r} is no time as in 2026-01-31T12:00:00Z") from error


def _told(decision: Decision) -> str:
    parts = [decision.action.value]
    parts += [f"by rule {decision.rule}"] if decision.rule else []
    parts += [f"suppressed until {decision.suppressed_until}"] if decision.suppressed_until else []
    parts += [f"in grace until {decision.grace_until}"] if decision.grace_until else []
    return " ".join(parts) + (f" ({decision.note})" if decision.note else "")
