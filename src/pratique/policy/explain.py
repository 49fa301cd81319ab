"""A finding, its report, the policy and the time in; which rule decides it and why, and what every other one says, out.

The decision itself is ``evaluate.decide``'s; here is told how it came about.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import msgspec

from pratique.explanation import PolicyAsked, RuleAsked, Ruling, ScopeAsked, Silencer
from pratique.expr import Row
from pratique.expr.trace import trace
from pratique.expr.work import bounded
from pratique.limits import DEFAULT as LIMITS
from pratique.limits import Limits
from pratique.model import AnyFinding, Decision, Malware, Report, Vulnerability
from pratique.policy.baseline import Baseline, Baselined
from pratique.policy.evaluate import decide, grace_end, ruled, said, told_by_suppressions
from pratique.policy.gate import RANKS, Gate
from pratique.policy.schema import GraceFrom, Policy, Rule
from pratique.policy.subject import ANYWHERE, ENVIRONMENT, Target, day_of, image_row, row
from pratique.policy.suppress import UNUSED
from pratique.policy.views import views


def named(report: Report, identifier: str, package: str = "") -> tuple[AnyFinding, ...]:
    """The report's findings of that identifier or alias, in that package where one is named."""
    return tuple(
        finding
        for finding in report.findings
        if identifier in (finding.id, *finding.aliases)
        if not package or (finding.package is not None and finding.package.is_called(package))
    )


def ruling(
    finding: AnyFinding,
    report: Report,
    policy: Policy,
    now: datetime,
    baseline: Baseline | None = None,
    target: Target = ANYWHERE,
    limits: Limits = LIMITS,
) -> Ruling:
    """How the policy decides the finding, which is one of the report's. Raises as ``decide`` does, and
    ``LimitExceeded`` where patterns take too long."""
    plain = msgspec.structs.replace(finding, decision=Decision())
    alone = msgspec.structs.replace(report, findings=(plain,), notes=())
    decided = decide(alone, policy, now, baseline, target, limits)
    with bounded(limits.pattern_steps):
        policies = tuple(_policies(plain, alone, policy, now.astimezone(UTC).date(), target))
    (found,) = decided.findings
    return Ruling(decided, found, policies, tuple(_silencing(found, decided, policy, now, target, baseline, limits)))


def _policies(
    finding: AnyFinding, report: Report, policy: Policy, today: date, target: Target
) -> Iterator[PolicyAsked]:
    values, gate = _strictest(finding, report, policy, today, target)
    spoken = gate.speaking(values)
    standing = {word.level for word in gate.standing(spoken, lambda rule: said(rule, finding, today))}
    words = {level: said(rule, finding, today) for level, rule in spoken}
    for level, each in enumerate(gate.line):
        stands = level in standing or level not in words
        yield _asked(each, finding, values, today, words.get(level), standing=stands)


def _strictest(finding: AnyFinding, report: Report, policy: Policy, today: date, target: Target) -> tuple[Row, Gate]:
    """The values of the finding that decide it, of those that it may be seen with, and the rules that they meet."""
    seen = [
        (row(finding, shared, today), Gate(policy, image_row(shared)))
        for shared in views(report, policy, today, target).all
    ]
    return max(seen, key=lambda each: RANKS[ruled(finding, each[0], each[1], today)[0].action])


def _asked(
    policy: Policy, finding: AnyFinding, values: Row, today: date, word: Decision | None, *, standing: bool
) -> PolicyAsked:
    voice = _Voice(finding, values, today)
    scopes = []
    for scope in policy.scopes:
        condition = trace(scope.when.text, ENVIRONMENT, values)
        rules = tuple(voice.asked(rule, holds=condition.holds) for rule in scope.gate)
        scopes.append(ScopeAsked(scope.name, condition, rules))
    rules = tuple(voice.asked(rule, holds=True) for rule in policy.gate)
    return PolicyAsked(policy.shown, tuple(scopes), rules, word, standing)


class _Voice:
    """Asks the rules of one policy in their order; the first that holds speaks."""

    def __init__(self, finding: AnyFinding, values: Row, today: date) -> None:
        self._finding = finding
        self._values = values
        self._today = today
        self._spoken = False

    def asked(self, rule: Rule, *, holds: bool) -> RuleAsked:
        condition = trace(rule.when.text, ENVIRONMENT, self._values)
        if not holds:
            return RuleAsked(rule.name, rule.action, condition, "outside")
        if self._spoken:
            return RuleAsked(rule.name, rule.action, condition, "after")
        if not condition.holds:
            return RuleAsked(rule.name, rule.action, condition, "no")
        self._spoken = True
        return RuleAsked(rule.name, rule.action, condition, "speaks", _grace(rule, self._finding, self._today))


def _grace(rule: Rule, finding: AnyFinding, today: date) -> str:
    """What becomes of a rule's grace for the finding, "" where it has none."""
    if not rule.grace_days:
        return ""
    given = f"{rule.grace_days} day{'s' if rule.grace_days > 1 else ''} of grace"
    if not isinstance(finding, Vulnerability):
        return f"{given}, but not for what is no vulnerability"
    if finding.is_exploited:
        return f"{given}, but not for what is known to be exploited"
    of_fix = rule.grace_from is GraceFrom.FIX
    what, text = ("the fix", finding.fix.date) if of_fix else ("the publication", finding.published)
    start = day_of(text)
    if start is None:
        return f"{given}, but nobody tells the day of {what}"
    if start > today:
        return f"{given}, but the day of {what}, {start}, is yet to come and not believed"
    until = grace_end(start, rule.grace_days)
    return f"{given} from {what} on {start}: {'until' if until >= today else 'over since'} {until}"


def _silencing(
    finding: AnyFinding,
    decided: Report,
    policy: Policy,
    now: datetime,
    target: Target,
    baseline: Baseline | None,
    limits: Limits,
) -> Iterator[tuple[Silencer, str]]:
    if isinstance(finding, Vulnerability):
        exploited = finding.is_exploited
        yield (
            "kev",
            "it is known to be exploited, and fails whatever the rules say" if exploited else "it is not in KEV",
        )
        yield "vex", _of_vex(finding, exploited=exploited)
    for sentence in _suppressions(finding, decided, policy, now, target, limits):
        yield "suppression", sentence
    yield "baseline", _of_baseline(finding, decided, policy, now, baseline)


def _of_vex(finding: Vulnerability, *, exploited: bool) -> str:
    vex = finding.vex
    if vex is None:
        return "no VEX document speaks of it"
    why = ": ".join(part for part in (vex.justification, vex.impact) if part)
    told = f"{vex.status.value.replace('_', ' ')}, says {vex.author or vex.document or 'somebody'}"
    told += f": {why}" if why else ""
    if finding.decision.vex:
        return f"{told}; so it is let be"
    label = ", and of what is known to be exploited only not_affected with a justification is believed"
    return f"{told}; which lets nothing be" + (label if exploited else "")


def _suppressions(
    finding: AnyFinding, decided: Report, policy: Policy, now: datetime, target: Target, limits: Limits
) -> Iterator[str]:
    """What each suppression of the identifier makes of the finding, those of parents too; how many are of others."""
    names = {finding.id, *finding.aliases}
    found = sum(entry.id in names for level in policy.line() for entry in level.suppress)
    if not found:
        yield "none speaks of it"
        return
    told = told_by_suppressions(finding, decided, _of_names(policy, names), now, target, limits)
    notes = [note for note in told if UNUSED not in note]
    yield from notes
    if others := found - len(notes):
        several = f"{others} suppressions mean" if others > 1 else "one suppression means"
        yield f"{several} another package, version, file or image"


def _of_names(policy: Policy, names: set[str]) -> Policy:
    """The policy and its parents with no suppressions but those of these identifiers."""
    parent = None if policy.parent is None else _of_names(policy.parent, names)
    kept = tuple(entry for entry in policy.suppress if entry.id in names)
    return msgspec.structs.replace(policy, suppress=kept, parent=parent)


def _of_baseline(finding: AnyFinding, decided: Report, policy: Policy, now: datetime, baseline: Baseline | None) -> str:
    if baseline is None:
        return "none was given"
    asked = Baselined(baseline, decided, now.astimezone(UTC).date(), policy)
    name = f"the baseline of {baseline.file.created} by {baseline.file.owner}"
    if asked.refusal:
        return f"{name} {asked.refusal}"
    if not asked.names(finding):
        return f"{name} does not name it"
    if finding.is_exploited or isinstance(finding, Malware):
        return f"{name} names it, and what is known to be exploited, or malware, is never in one"
    if finding.decision.baseline:
        return f"{name} holds it, until {baseline.file.expires}: {baseline.file.reason}"
    if finding.decision.suppressed_until or finding.decision.vex:
        return f"{name} holds it too; what is said above comes first"
    return f"{name} names it, but a policy that is extended does not let that count"
