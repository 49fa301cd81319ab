"""The text of a policy in; what is allowed in it and yet is hardly meant, each with its place, out.

A rule never speaks where its condition holds for nothing, or where one of those above it holds whenever it does.
What it says beside the policies that it extends, ``heritage`` tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from pratique.expr.region import EVERYWHERE, Region
from pratique.limits import DEFAULT as LIMITS
from pratique.limits import Limits
from pratique.model import Action
from pratique.policy import schema
from pratique.policy.document import Document
from pratique.policy.heritage import heritage
from pratique.policy.reach import Placed, Reach
from pratique.policy.schema import Parents, Policy, Rule
from pratique.policy.suppress import most_days

_NAMED = 4  # rules that are told by name


class Remark(msgspec.Struct, frozen=True):
    """A sentence on the policy; line and column are counted from 1."""

    line: int
    column: int
    text: str


def review(
    text: str, path: str, today: date, limits: Limits = LIMITS, parents: Parents | None = None
) -> tuple[Policy, tuple[Remark, ...]]:
    """The policy and what is to be said of it, in the file's order. Raises as ``schema.load`` does."""
    policy = schema.load(text, path, limits, parents)
    document, reach = Document(text, path, limits), Reach(policy, limits)
    found = [
        *_rules(policy, reach, document),
        *_suppressions(policy, today, document),
        *_licences(policy, reach, document),
        *(Remark(place.line + 1, place.column + 1, what) for place, what in heritage(policy, reach, document)),
    ]
    return policy, tuple(sorted(found, key=lambda one: (one.line, one.column)))


def _rules(policy: Policy, reach: Reach, document: Document) -> Iterator[Remark]:
    """In the order that they are asked in; a scope's condition has to hold for each of its rules."""
    earlier = list[Placed]()
    for index, scope in enumerate(policy.scopes):
        around = reach.of(scope.when.text)
        if reach.is_empty(around):
            why = reach.contradiction(scope.when.text)
            yield _at(document, ("scopes", index, "when"), f"scope {scope.name} never holds: {why}")
            continue
        yield from _gate(scope.gate, ("scopes", index, "gate"), around, reach, earlier, document)
    if "gate" in document.root.keys:
        yield from _gate(policy.gate, ("gate",), EVERYWHERE, reach, earlier, document)


def _gate(
    rules: Sequence[Rule],
    path: tuple[str | int, ...],
    around: Region,
    reach: Reach,
    earlier: list[Placed],
    document: Document,
) -> Iterator[Remark]:
    for index, rule in enumerate(rules):
        placed = Placed(rule, reach.of(rule.when.text, around))
        for what in _silence(placed, reach, earlier):
            yield _at(document, (*path, index, "when"), what)
        if reach.is_exploited(placed.region) and not reach.is_empty(placed.region):
            yield from _powerless(rule, (*path, index), document)
        earlier.append(placed)


def _silence(placed: Placed, reach: Reach, earlier: Sequence[Placed]) -> Iterator[str]:
    """Why a rule, or a part of it, never speaks."""
    rule = placed.rule
    if reach.is_empty(reach.of(rule.when.text)):
        yield f"rule {rule.name} never speaks: {reach.contradiction(rule.when.text)}"
        return
    for part in reach.idle_parts(rule.when.text):
        yield f"a part of rule {rule.name} never holds: {part}"
    if reach.is_empty(placed.region):
        yield f"rule {rule.name} never speaks: where the scope's condition holds, its own does not"
    elif above := reach.taking(placed.region, earlier):
        yield _taken(placed, above, reach, earlier)


def _taken(placed: Placed, above: Sequence[Rule], reach: Reach, earlier: Sequence[Placed]) -> str:
    name, (first, *more) = placed.rule.name, above
    if more:
        names = [each.name for each in above]
        others = names[:-1] if len(names) <= _NAMED else names[: _NAMED - 1]
        last = names[-1] if len(names) <= _NAMED else f"{len(names) - len(others)} more"
        return f"rule {name} never speaks: wherever it holds, one of {', '.join(others)} and {last} above it does"
    same = next(each for each in earlier if each.rule is first)
    if first.action is not placed.rule.action and reach.is_same(same.region, placed.region):
        both = f"rules {first.name} and {name} are at odds under one condition"
        return f"{both}, {first.action.value} and {placed.rule.action.value}: {name} never speaks"
    return f"rule {name} never speaks: rule {first.name} above it holds whenever it does"


def _powerless(rule: Rule, path: tuple[str | int, ...], document: Document) -> Iterator[Remark]:
    """What it would say of what is in KEV."""
    if rule.action is not Action.FAIL:
        what = f"rule {rule.name} cannot {rule.action.value} what is in KEV: that fails in any case"
        yield _at(document, (*path, "action"), what)
    elif rule.grace_days:
        what = f"rule {rule.name} gives no grace to what is in KEV: that fails at once"
        yield _at(document, (*path, "grace_days"), what)


def _suppressions(policy: Policy, today: date, document: Document) -> Iterator[Remark]:
    seen = set[tuple[str, ...]]()
    for index, entry in enumerate(policy.suppress):
        left = (entry.expires - today).days
        most = most_days(policy.max_suppression_days, accept_kev=entry.accept_kev)
        subject = f"the suppression of {entry.subject}"
        if left < 0:
            what = f"{subject} expired on {entry.expires}: it counts as none; renew it with a reason, or remove it"
            yield _at(document, ("suppress", index, "expires"), what)
        elif left > most:
            what = f"{subject} ends in {left} days, and {most} are the most: it is not in force before that"
            yield _at(document, ("suppress", index, "expires"), what)
        if entry.scope in seen:
            yield _at(document, ("suppress", index, "id"), f"{subject} stands twice")
        seen.add(entry.scope)


def _licences(policy: Policy, reach: Reach, document: Document) -> Iterator[Remark]:
    """A refused licence is a finding; it decides nothing where no rule names the kind."""
    if "licences" not in document.root.keys:
        return
    if not any(rules.deny or rules.allow or rules.unknown for rules in policy.licences):
        yield _at(document, ("licences",), "licences refuses nothing: name some under deny or allow")
    rules = [rule.when.text for each in policy.line() for rule in each.rules()]
    spoken = any('"licence"' in text or "'licence'" in text for text in rules)
    if not spoken and not any(reach.is_judge_of_licences(reach.of(text)) for text in rules):
        what = 'no rule of the gate speaks of finding.kind == "licence": what is refused is told, and fails nothing'
        yield _at(document, ("licences",), what)


def _at(document: Document, path: tuple[str | int, ...], text: str) -> Remark:
    place = document.node(path).place
    return Remark(place.line + 1, place.column + 1, text)
