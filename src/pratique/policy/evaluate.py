"""A report, a policy and the time in; the same report with a decision on each finding and a verdict out.

Ordered rules: the first one whose condition holds speaks, and no other is asked. KEV is a floor below all of them: a
finding in CISA's catalogue of known exploited vulnerabilities (https://www.cisa.gov/known-exploited-vulnerabilities)
fails, whatever rule, grace or ordinary suppression says otherwise; a VEX document that justifies why it does not affect
the product does silence it. Nothing is filtered.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial

import msgspec

from pratique.errors import LimitExceeded, PolicyError, UsageError
from pratique.expr import Row
from pratique.expr.work import bounded
from pratique.limits import DEFAULT as LIMITS
from pratique.limits import Limits
from pratique.model import (
    Action,
    AnyFinding,
    Decision,
    Problem,
    Reason,
    Report,
    Result,
    Verdict,
    Vex,
    VexStatus,
    Vulnerability,
)
from pratique.policy import inherit
from pratique.policy.advise import counted
from pratique.policy.baseline import Baseline, Baselined
from pratique.policy.gate import RANKS, Gate
from pratique.policy.meant import check, doubts
from pratique.policy.plan import plan
from pratique.policy.schema import FLOOR, GraceFrom, Policy, Rule, Suppression
from pratique.policy.subject import ANYWHERE, Target, day_of, image_row, row
from pratique.policy.suppress import Suppressions
from pratique.policy.unchecked import with_unchecked
from pratique.policy.unsaid import unsaid_of
from pratique.policy.verdict import doubted, result_of, verdict
from pratique.policy.views import views


def decide(
    report: Report,
    policy: Policy,
    now: datetime,
    baseline: Baseline | None = None,
    target: Target = ANYWHERE,
    limits: Limits = LIMITS,
) -> Report:
    """``report``, not decided before, with ``decision`` on each finding, ``policy``, ``verdict`` and ``notes`` filled,
    and with what the policy asks for and nothing looks at in ``coverage.not_run``.

    ``now`` carries its time zone; days are UTC's. Raises ``UsageError`` for a time without a zone or beyond UTC's
    calendar and for a target that the policy does not know, ``PolicyError`` for a policy whose parent was not looked
    for, else nothing."""
    if now.tzinfo is None:
        raise UsageError(f"the time {now.isoformat()!r} has no time zone", hint="write it with Z or an offset")
    if policy.extends and policy.parent is None:
        raise PolicyError(f"{policy.shown}: what it extends was not looked for, so nothing can be decided by it")
    check(policy, target)
    report = msgspec.structs.replace(report, coverage=with_unchecked(report.coverage, policy))
    try:
        return _decided(report, policy, _day(now), baseline, target, _steps(report, limits))
    except LimitExceeded as error:
        return _undecided(report, policy, target, error)


def told_by_suppressions(
    finding: AnyFinding, report: Report, policy: Policy, now: datetime, target: Target, limits: Limits = LIMITS
) -> tuple[str, ...]:
    """The notes of the policy's suppressions, asked of a finding alone, which is one of the report's: what VEX and a
    baseline say is not heard. Raises ``LimitExceeded`` where patterns take too long."""
    with bounded(_steps(report, limits)):
        judge = _Judge(policy, report, _day(now), target, None)
        judge.suppressed(finding, judge.ruled(finding)[1])
    return judge.suppressions.notes()


def _steps(report: Report, limits: Limits) -> int:
    return limits.pattern_steps + limits.pattern_steps_each * len(report.findings)


def _undecided(report: Report, policy: Policy, target: Target, error: LimitExceeded) -> Report:
    """The report with no decision on any finding, for not all rules could be asked."""
    problem = Problem(policy.shown, str(error), blocking=True, hint=error.hint)
    what = f"{policy.shown}: {error}"
    return msgspec.structs.replace(
        report,
        problems=(*report.problems, problem),
        policy=inherit.status(policy, target),
        verdict=Verdict(Result.UNKNOWN, (Reason("problem", 1, what),), (error.hint,), (what,)),
    )


def _decided(
    report: Report, policy: Policy, today: date, baseline: Baseline | None, target: Target, steps: int
) -> Report:
    """The decided report. What nobody said is tried within ``steps`` of its own: a condition that is dear to try is
    no reason to decide nothing."""
    with bounded(steps):
        judge = _Judge(policy, report, today, target, baseline)
        findings = tuple(
            msgspec.structs.replace(finding, decision=judge.decision(finding)) for finding in report.findings
        )
    upgrades = plan(report, findings)
    made = verdict(report, findings, policy, judge.answers, upgrades)
    if not made.undecided:
        others = tuple(
            each for each, one in zip(report.findings, findings, strict=True) if one.decision.action is not Action.FAIL
        )
        left = msgspec.structs.replace(report, findings=others)
        with bounded(steps):
            unsaid = unsaid_of(left, policy, today, target, partial(_result, policy, today, baseline))
        if unsaid is not None:
            made = doubted(made, judge.answers, unsaid.text, unsaid.advice)
    return msgspec.structs.replace(
        report,
        findings=findings,
        plan=upgrades,
        policy=inherit.status(policy, target, judge.baseline.status()),
        verdict=made,
        notes=(*report.notes, *doubts(policy, target), *judge.notes()),
    )


def _result(policy: Policy, today: date, baseline: Baseline | None, report: Report, target: Target) -> Result:
    """The verdict's result alone."""
    judge = _Judge(policy, report, today, target, baseline)
    return result_of((judge.decision(finding) for finding in report.findings), report, judge.answers)


class _Judge:
    """What decides the findings of one report."""

    def __init__(self, policy: Policy, report: Report, today: date, target: Target, baseline: Baseline | None) -> None:
        self.suppressions = Suppressions(policy, report, today)
        self.baseline = Baselined(baseline, report, today, policy)
        self._views = views(report, policy, today, target)
        self._gates = tuple((shared, Gate(policy, image_row(shared))) for shared in self._views.all)
        self._today = today
        self._milder = 0  # findings of which the image's own word would make less

    @property
    def answers(self) -> inherit.Answers:
        """What problems do to the verdict."""
        return inherit.strictest(inherit.answers(gate.line, gate.scopes) for _, gate in self._gates)

    def notes(self) -> tuple[str, ...]:
        """What is to be said of scopes, suppressions and the baseline."""
        found = f"{counted(self._milder, 'finding')} would be decided more mildly by the image's own word"
        milder = [f"{found}: {why}" for why in self._views.doubts] if self._milder else []
        return (*milder, *self.suppressions.notes(), *self.baseline.notes())

    def decision(self, finding: AnyFinding) -> Decision:
        """By the rules, and by what silences them."""
        decision, rules = self.ruled(finding)
        vex = finding.vex if isinstance(finding, Vulnerability) else None
        if vex is not None and _silences(vex, finding.is_exploited):
            return Decision(
                Action.ALLOW,
                decision.rule,
                reason=vex.justification or vex.impact,
                owner=vex.author,
                note=f"without VEX ({vex.document}): {_told(decision)}",
                vex=vex.status.value,
            )
        suppression = self.suppressed(finding, rules)
        if suppression is None:
            return self.baseline.decided(finding, decision, rules)
        return Decision(
            Action.ALLOW,
            decision.rule,
            suppressed_until=suppression.expires.isoformat(),
            reason=suppression.reason,
            owner=suppression.owner,
            note=f"{'KEV accepted; ' if finding.is_exploited else ''}without the suppression: {_told(decision)}",
        )

    def suppressed(self, finding: AnyFinding, rules: tuple[str, ...]) -> Suppression | None:
        """The suppression that silences what these rules decided."""
        return self.suppressions.silencing(finding, finding.is_exploited, rules)

    def ruled(self, finding: AnyFinding) -> tuple[Decision, tuple[str, ...]]:
        """The strictest of what the rules say, and the names of those that somebody may have let be silenced."""
        if len(self._gates) == 1:
            ((shared, gate),) = self._gates
            return ruled(finding, row(finding, shared, self._today), gate, self._today)
        found = dict[Row, tuple[Decision, tuple[str, ...]]]()
        for shared, gate in self._gates:
            told = row(finding, shared, self._today)
            if told not in found:
                found[told] = ruled(finding, told, gate, self._today)
        strictest = max((decision for decision, _ in found.values()), key=lambda each: RANKS[each.action])
        self._milder += RANKS[found[told][0].action] < RANKS[strictest.action]
        return strictest, tuple(dict.fromkeys(name for _, rules in found.values() for name in rules))


def ruled(finding: AnyFinding, values: Row, gate: Gate, today: date) -> tuple[Decision, tuple[str, ...]]:
    """What the rules say of a finding with these values, and the names of those that somebody may have let be
    silenced."""
    exploited = finding.is_exploited
    spoken = gate.speaking(values)
    if not spoken:
        return (Decision(Action.FAIL, FLOOR), (FLOOR,)) if exploited else (_NOTHING, ())
    words = gate.standing(spoken, lambda rule: said(rule, finding, today))
    strictest = max(words, key=lambda word: (RANKS[word.decision.action], word.level))
    decision = strictest.decision
    whose = "" if strictest.level + 1 == len(gate.line) else f" of {gate.line[strictest.level].shown}"
    if exploited and decision.action is not Action.FAIL:
        word = f"rule {decision.rule}{whose} says {decision.action.value}"
        return Decision(Action.FAIL, FLOOR, note=f"{word}, but not of what is known to be exploited"), (FLOOR,)
    if whose:
        note = f"rule {decision.rule}{whose}" + (f"; {decision.note}" if decision.note else "")
        decision = msgspec.structs.replace(decision, note=note)
    names = tuple(word.decision.rule for word in words if RANKS[word.decision.action])
    return decision, (FLOOR,) if exploited else names


_NOTHING = Decision()


def _told(decision: Decision) -> str:
    return decision.action.value + (f" ({decision.note})" if decision.note else "")


def _silences(vex: Vex, exploited: bool) -> bool:
    """Of what is known to be exploited only ``not_affected`` with one of the labels is believed; free text, or a fix
    that the version does not show, is not."""
    if vex.status is VexStatus.NOT_AFFECTED:
        return bool(vex.justification) or not exploited
    return vex.status is VexStatus.FIXED and not exploited


def _day(now: datetime) -> date:
    """The day of UTC."""
    try:
        return now.astimezone(UTC).date()
    except OverflowError as error:
        raise UsageError(f"the time {now.isoformat()!r} is not within the years 1 to 9999 of UTC") from error


def said(rule: Rule, finding: AnyFinding, today: date) -> Decision:
    """What a rule says of a finding that it holds for: for a time a failure is a warning, but never of what is known to
    be exploited."""
    if rule.action is not Action.FAIL or not rule.grace_days or not isinstance(finding, Vulnerability):
        return Decision(rule.action, rule.name)
    if finding.is_exploited:
        return Decision(Action.FAIL, rule.name, note="no grace for what is known to be exploited")
    start = day_of(finding.fix.date if rule.grace_from is GraceFrom.FIX else finding.published)
    # what is of tomorrow is not believed, or a feed could grant grace for ever
    if start is not None and start <= today <= (until := grace_end(start, rule.grace_days)):
        return Decision(Action.WARN, rule.name, grace_until=until.isoformat())
    return Decision(Action.FAIL, rule.name)


def grace_end(start: date, days: int) -> date:
    """The last day of grace; the calendar's own last day where that lies beyond it."""
    return date.fromordinal(min(start.toordinal() + days, date.max.toordinal()))
