"""A report, a policy and the time in; the same report with a decision on each finding and a verdict out.

Ordered rules: the first one whose condition holds speaks, and no other is asked. KEV is a floor below all of them: a
finding in CISA's catalogue of known exploited vulnerabilities (https://www.cisa.gov/known-exploited-vulnerabilities)
fails, whatever rule, grace or ordinary suppression says otherwise; a VEX document that justifies why it does not affect
the product does silence it. Nothing is filtered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec

from pratique.errors import UsageError
from pratique.expr import Row, Run
from pratique.model import Action, AnyFinding, Decision, PolicyStatus, Report, Vex, VexStatus, Vulnerability
from pratique.policy.baseline import Baseline, Baselined
from pratique.policy.schema import Policy, Rule
from pratique.policy.subject import context, day_of, row
from pratique.policy.suppress import Suppressions
from pratique.policy.verdict import verdict

FLOOR = "kev"


def decide(report: Report, policy: Policy, now: datetime, baseline: Baseline | None = None) -> Report:
    """``report``, not decided before, with ``decision`` on each finding, ``policy``, ``verdict`` and ``notes`` filled.

    ``now`` carries its time zone; days are UTC's. Raises ``UsageError`` for a time without a zone, else nothing."""
    if now.tzinfo is None:
        raise UsageError(f"the time {now.isoformat()!r} has no time zone", hint="write it with Z or an offset")
    today = now.astimezone(UTC).date()
    suppressions = Suppressions(policy, report, today)
    asked = Baselined(baseline, report, today, policy.max_suppression_days)
    shared = context(report, today)
    gate = [(rule.when.run, rule) for rule in policy.gate]
    findings = tuple(
        msgspec.structs.replace(
            finding, decision=_decision(finding, _first(gate, row(finding, shared, today)), suppressions, asked, today)
        )
        for finding in report.findings
    )
    return msgspec.structs.replace(
        report,
        findings=findings,
        policy=PolicyStatus(policy.name, policy.path, policy.digest, asked.status()),
        verdict=verdict(report, findings, policy),
        notes=(*report.notes, *suppressions.notes(), *asked.notes()),
    )


def _first(gate: Sequence[tuple[Run, Rule]], values: Row) -> Rule | None:
    for holds, rule in gate:
        if holds(values) is True:
            return rule
    return None


def _decision(
    finding: AnyFinding, rule: Rule | None, suppressions: Suppressions, baseline: Baselined, today: date
) -> Decision:
    exploited = isinstance(finding, Vulnerability) and finding.kev is not None
    decision = _exploited(rule) if exploited else _ruled(rule, finding, today)
    vex = finding.vex if isinstance(finding, Vulnerability) else None
    if vex is not None and _silences(vex, exploited):
        return Decision(
            Action.ALLOW,
            decision.rule,
            reason=vex.justification or vex.impact,
            owner=vex.author,
            note=f"without VEX ({vex.document}): {decision.action.value}",
            vex=vex.status.value,
        )
    suppression = suppressions.silencing(finding, exploited)
    if suppression is None:
        return baseline.decided(finding, decision)
    return Decision(
        Action.ALLOW,
        decision.rule,
        suppressed_until=suppression.expires.isoformat(),
        reason=suppression.reason,
        owner=suppression.owner,
        note=f"{'KEV accepted; ' if exploited else ''}without the suppression: {decision.action.value}",
    )


def _silences(vex: Vex, exploited: bool) -> bool:
    """Of what is known to be exploited only ``not_affected`` with one of the labels is believed; free text, or a fix
    that the version does not show, is not."""
    if vex.status is VexStatus.NOT_AFFECTED:
        return bool(vex.justification) or not exploited
    return vex.status is VexStatus.FIXED and not exploited


def _exploited(rule: Rule | None) -> Decision:
    """The floor: it fails by the rule that says so, else by the floor itself, and never has grace."""
    if rule is not None and rule.action is Action.FAIL:
        note = "no grace for what is known to be exploited" if rule.grace_days else ""
        return Decision(Action.FAIL, rule.name, note=note)
    note = f"rule {rule.name} says {rule.action.value}, but not of what is known to be exploited" if rule else ""
    return Decision(Action.FAIL, FLOOR, note=note)


def _ruled(rule: Rule | None, finding: AnyFinding, today: date) -> Decision:
    if rule is None:
        return Decision()
    if rule.action is Action.FAIL and rule.grace_days and isinstance(finding, Vulnerability):
        fixed = day_of(finding.fix.date)
        # a fix of tomorrow is not believed, or a feed could grant grace for ever
        if fixed is not None and fixed <= today <= fixed + timedelta(days=rule.grace_days):
            until = fixed + timedelta(days=rule.grace_days)
            return Decision(Action.WARN, rule.name, grace_until=until.isoformat())
    return Decision(rule.action, rule.name)
