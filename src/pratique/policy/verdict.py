"""Decided findings, their report and the policy in; the verdict with its reasons and advice out.

``fail`` outranks ``unknown``, which outranks ``warn``. What was never asked (no image, no layer, no database, or only
the starter one; no fresh catalogue of what is exploited) is ``unknown`` whatever the policy says; problems are, unless
``on_unknown`` says otherwise, and then they still stand among the reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

import msgspec

from pratique.model import KEV_FEED, Action, AnyFinding, Decision, Plan, Problem, Reason, Report, Result, Verdict
from pratique.policy.advise import advise, counted
from pratique.policy.inherit import Answers
from pratique.policy.schema import Policy, Response

UPDATE_ADVICE = "run: pratique db update"  # as the problems of a stale feed say it

_RULE = "problem"
_HINTS = 3  # of one kind of problems: each stands with its problem too
_RESULTS = {Response.BLOCK: Result.UNKNOWN, Response.WARN: Result.WARN, Response.IGNORE: Result.PASS}
_OF_ACTIONS = {
    Action.NONE: Result.PASS,
    Action.ALLOW: Result.PASS,
    Action.WARN: Result.WARN,
    Action.FAIL: Result.FAIL,
}
_RANKS = [Result.PASS, Result.WARN, Result.UNKNOWN, Result.FAIL]


class Doubt(msgspec.Struct, frozen=True):
    """A reason not to be sure, what it makes of the verdict, and what to do."""

    result: Result
    reason: Reason
    advice: tuple[str, ...] = ()


def verdict(report: Report, findings: Sequence[AnyFinding], policy: Policy, answers: Answers, steps: Plan) -> Verdict:
    """The verdict on ``findings``, the report's own with their decisions; ``answers`` say what problems do to it, and
    ``steps`` are what clears them."""
    doubts = _doubts(report, answers)
    reasons = (
        *_by_rule(findings, Action.FAIL, policy),
        *(doubt.reason for doubt in doubts),
        *_by_rule(findings, Action.WARN, policy),
    )
    hints = dict.fromkeys(hint for doubt in doubts if doubt.result is not Result.PASS for hint in doubt.advice)
    result = _result((finding.decision for finding in findings), doubts)
    undecided = tuple(doubt.reason.text for doubt in doubts if doubt.result is Result.UNKNOWN)
    return Verdict(result, reasons, (*advise(findings, report, steps), *hints), undecided)


def result_of(decisions: Iterable[Decision], report: Report, answers: Answers) -> Result:
    """What ``verdict`` would come to."""
    return _result(decisions, _doubts(report, answers))


def _result(decisions: Iterable[Decision], doubts: Iterable[Doubt]) -> Result:
    actions = {decision.action for decision in decisions}
    said = (_OF_ACTIONS[action] for action in actions)
    return max((*said, *(doubt.result for doubt in doubts)), key=_RANKS.index, default=Result.PASS)


def doubted(made: Verdict, answers: Answers, text: str, advice: str) -> Verdict:
    """A verdict with one blocking problem more; one that fails tells it only as what is undecided behind that."""
    doubt = _answer(answers.blocking, 1, text, advice)
    undecided = (*made.undecided, *([doubt.reason.text] if doubt.result is Result.UNKNOWN else []))
    if made.result is Result.FAIL:
        return msgspec.structs.replace(made, undecided=undecided)
    result = max(made.result, doubt.result, key=_RANKS.index)
    hints = (advice,) if doubt.result is not Result.PASS else ()
    return Verdict(result, (doubt.reason, *made.reasons), (*made.advice, *hints), undecided)


def _by_rule(findings: Sequence[AnyFinding], action: Action, policy: Policy) -> list[Reason]:
    """A reason a rule, in the policy's order and then its parents'; those in grace by themselves."""
    decisions = (finding.decision for finding in findings if finding.decision.action is action)
    counts = Counter((decision.rule, bool(decision.grace_until)) for decision in decisions)
    names = dict.fromkeys(rule.name for each in policy.line() for rule in each.rules())
    order = {name: place for place, name in enumerate(names)}
    reasons = []
    for (rule, grace), count in sorted(counts.items(), key=lambda each: (order.get(each[0][0], -1), each[0])):
        verb = "in grace" if grace else {Action.FAIL: "fail", Action.WARN: "warn"}[action]
        if count == 1 and not grace:
            verb += "s"
        reasons.append(Reason(rule, count, f"{counted(count, 'finding')} {verb} by rule {rule}"))
    return reasons


def _doubts(report: Report, answers: Answers) -> list[Doubt]:
    if report.image is None:
        first = next((problem for problem in report.problems if problem.blocking), None)
        text = _first(first) if first else "the target could not be read"
        return [Doubt(Result.UNKNOWN, Reason(_RULE, 1, text), (first.hint,) if first and first.hint else ())]
    return [*_database(report), *_layers(report, answers), *_problems(report, answers)]


def _database(report: Report) -> list[Doubt]:
    if report.database.starter:
        text = "only the starter database was asked, which is old and holds no EPSS"
        return [Doubt(Result.UNKNOWN, Reason(_RULE, 1, text), (UPDATE_ADVICE,))]
    if not report.database.feeds:
        return [Doubt(Result.UNKNOWN, Reason(_RULE, 1, "no vulnerability database was asked"), (UPDATE_ADVICE,))]
    return []


def _layers(report: Report, answers: Answers) -> list[Doubt]:
    """Layers and packages that are not there, as nothing can be found in nothing; a document need tell of no layers."""
    coverage = report.coverage
    unread = coverage.layers - coverage.layers_read
    if coverage.layers_read == 0 and not (report.document and coverage.layers == 0):
        whole = " as a whole" if report.packages else ""
        none = f"none of {coverage.layers} layers was" if coverage.layers > 1 else "its only layer was not"
        text = f"{none} read{whole}" if coverage.layers else "the image has no layers"
        return [Doubt(Result.UNKNOWN, Reason(_RULE, coverage.layers, text))]
    if unread > 0 and not report.packages:
        text = f"no package was found, and {counted(unread, 'layer')} could not be read"
        return [Doubt(Result.UNKNOWN, Reason(_RULE, unread, text))]
    if unread > 0 and not any(problem.blocking for problem in report.problems):
        return [_answer(answers.blocking, unread, f"{counted(unread, 'layer')} could not be read")]
    if not report.packages and not any(problem.blocking for problem in report.problems):
        return [_answer(answers.noted, 0, "no package was found, so none was assessed")]
    return []


def _problems(report: Report, answers: Answers) -> list[Doubt]:
    doubts = []
    blocking = [problem for problem in report.problems if problem.blocking]
    noted = [problem for problem in report.problems if not problem.blocking]
    floor = list[Problem]()  # a floor that nobody could ask is no floor
    if answers.blocking is not Response.BLOCK:
        floor = [problem for problem in blocking if problem.where == KEV_FEED]
        blocking = [problem for problem in blocking if problem.where != KEV_FEED]
    for kind, response, found in (
        ("blocking problem", Response.BLOCK, floor),
        ("blocking problem", answers.blocking, blocking),
        ("noted problem", answers.noted, noted),
    ):
        if found:
            more = ", the first: " if len(found) > 1 else ": "
            text = f"{counted(len(found), kind)}{more}{_first(found[0])}"
            hints = dict.fromkeys(each.hint for each in found if each.hint)
            doubts.append(_answer(response, len(found), text, *islice(hints, _HINTS)))
    missed = sum(each.count for each in report.coverage.not_assessed)
    if missed:
        text = f"{counted(missed, 'package')} could not be assessed"
        doubts.append(_answer(answers.noted, missed, text))
    return doubts


def _answer(response: Response, count: int, text: str, *advice: str) -> Doubt:
    passed_over = "" if response is Response.BLOCK else f" (on_unknown: {response.value})"
    return Doubt(_RESULTS[response], Reason(_RULE, count, text + passed_over), advice)


def _first(problem: Problem) -> str:
    return f"{problem.where}: {problem.what}" if problem.where else problem.what
