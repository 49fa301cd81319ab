"""The text of a policy in; what is allowed in it and yet is hardly meant, each with its place, out.

A rule never speaks where an earlier one holds whenever it does: one that says the same, a part of it, or ``true``.
What it says beside the policies that it extends, ``heritage`` tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from pratique.limits import DEFAULT as LIMITS
from pratique.limits import Limits
from pratique.model import Action
from pratique.policy import schema
from pratique.policy.conjuncts import KEV, NEVER, Shape, conjuncts
from pratique.policy.document import Document
from pratique.policy.heritage import heritage
from pratique.policy.schema import Parents, Policy, Rule
from pratique.policy.suppress import most_days


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
    document = Document(text, path, limits)
    found = [
        *_rules(policy, document),
        *_suppressions(policy, today, document),
        *_licences(policy, document),
        *(Remark(place.line + 1, place.column + 1, what) for place, what in heritage(policy, document)),
    ]
    return policy, tuple(sorted(found, key=lambda one: (one.line, one.column)))


def _rules(policy: Policy, document: Document) -> Iterator[Remark]:
    """In the order that they are asked in; a scope's condition has to hold for each of its rules."""
    earlier = list[tuple[Rule, frozenset[Shape]]]()
    for index, scope in enumerate(policy.scopes):
        around = conjuncts(scope.when.text)
        if NEVER in around:
            yield _at(document, ("scopes", index, "when"), f"scope {scope.name} never holds: its condition is false")
            continue
        yield from _gate(scope.gate, ("scopes", index, "gate"), around, earlier, document)
    if "gate" in document.root.keys:
        yield from _gate(policy.gate, ("gate",), frozenset(), earlier, document)


def _gate(
    rules: Sequence[Rule],
    path: tuple[str | int, ...],
    around: frozenset[Shape],
    earlier: list[tuple[Rule, frozenset[Shape]]],
    document: Document,
) -> Iterator[Remark]:
    for index, rule in enumerate(rules):
        own = conjuncts(rule.when.text)
        parts = around | own
        above = next((other for other, others in earlier if others <= parts), None)
        if NEVER in own:
            yield _at(document, (*path, index, "when"), f"rule {rule.name} never speaks: its condition is false")
        elif above is not None:
            same = next(others for other, others in earlier if other is above) == parts
            what = f"rule {rule.name} never speaks: rule {above.name} above it holds whenever it does"
            if same and above.action is not rule.action:
                both = f"rules {above.name} and {rule.name} are at odds under one condition"
                what = f"{both}, {above.action.value} and {rule.action.value}: {rule.name} never speaks"
            yield _at(document, (*path, index, "when"), what)
        if parts >= KEV and rule.action is not Action.FAIL:
            what = f"rule {rule.name} cannot {rule.action.value} what is in KEV: that fails in any case"
            yield _at(document, (*path, index, "action"), what)
        elif parts >= KEV and rule.grace_days:
            what = f"rule {rule.name} gives no grace to what is in KEV: that fails at once"
            yield _at(document, (*path, index, "grace_days"), what)
        earlier.append((rule, parts))


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


def _licences(policy: Policy, document: Document) -> Iterator[Remark]:
    """A refused licence is a finding; it decides nothing where no rule names the kind."""
    if "licences" not in document.root.keys:
        return
    if not any(rules.deny or rules.allow or rules.unknown for rules in policy.licences):
        yield _at(document, ("licences",), "licences refuses nothing: name some under deny or allow")
    rules = [rule.when.text for each in policy.line() for rule in each.rules()]
    spoken = any('"licence"' in text or "'licence'" in text for text in rules)
    if not spoken and all(conjuncts(text) for text in rules):
        what = 'no rule of the gate speaks of finding.kind == "licence": what is refused is told, and fails nothing'
        yield _at(document, ("licences",), what)


def _at(document: Document, path: tuple[str | int, ...], text: str) -> Remark:
    place = document.node(path).place
    return Remark(place.line + 1, place.column + 1, text)
