"""The text of a policy in; what is allowed in it and yet is hardly meant, each with its place, out.

A rule never speaks where an earlier one holds whenever it does: one that says the same, a part of it, or ``true``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from pratique.expr.parser import parse
from pratique.expr.syntax import Literal, Logical, Node
from pratique.limits import DEFAULT as LIMITS
from pratique.limits import Limits
from pratique.model import Action
from pratique.policy import schema
from pratique.policy.document import Document
from pratique.policy.schema import Policy, Suppression
from pratique.policy.suppress import most_days

Shape = tuple[object, ...]


class Remark(msgspec.Struct, frozen=True):
    """A sentence on the policy; line and column are counted from 1."""

    line: int
    column: int
    text: str


def review(text: str, path: str, today: date, limits: Limits = LIMITS) -> tuple[Policy, tuple[Remark, ...]]:
    """The policy and what is to be said of it, in the file's order. Raises ``PolicyError`` as ``schema.load`` does."""
    policy = schema.load(text, path, limits)
    document = Document(text, path, limits)
    found = [*_rules(policy, document), *_suppressions(policy, today, document), *_licences(policy, document)]
    return policy, tuple(sorted(found, key=lambda one: (one.line, one.column)))


def _rules(policy: Policy, document: Document) -> Iterator[Remark]:
    if policy.gate is schema.DEFAULT.gate:
        return
    earlier = list[tuple[str, frozenset[Shape]]]()
    for index, rule in enumerate(policy.gate):
        parts = _conjuncts(rule.when.text)
        above = next((name for name, others in earlier if others <= parts), "")
        if ("false",) in parts:
            yield _at(document, ("gate", index, "when"), f"rule {rule.name} never speaks: its condition is false")
        elif above:
            what = f"rule {rule.name} never speaks: rule {above} above it holds whenever it does"
            yield _at(document, ("gate", index, "when"), what)
        if rule.action is not Action.FAIL and parts == {_shape(parse("finding.kev", LIMITS))}:
            what = f"rule {rule.name} cannot {rule.action.value} what is in KEV: that fails in any case"
            yield _at(document, ("gate", index, "action"), what)
        earlier.append((rule.name, parts))


def _conjuncts(text: str) -> frozenset[Shape]:
    """What ``&&`` joins; nothing of what is ``true``."""
    node = parse(text, LIMITS)
    operands = node.operands if isinstance(node, Logical) and node.operator == "&&" else (node,)
    found = {("false",) if _is(one, value=False) else _shape(one) for one in operands if not _is(one, value=True)}
    return frozenset(found)


def _is(node: Node, *, value: bool) -> bool:
    return isinstance(node, Literal) and node.value is value


def _shape(node: object) -> Shape:
    """A syntax tree without the places of its nodes."""
    if isinstance(node, tuple):
        return tuple(_shape(one) for one in node)
    if not isinstance(node, msgspec.Struct):
        return (type(node).__name__, node)
    names = (name for name in node.__struct_fields__ if name not in ("at", "depth"))
    return (type(node).__name__, *(_shape(getattr(node, name)) for name in names))


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
        scope = _scope(entry)
        if scope in seen:
            yield _at(document, ("suppress", index, "id"), f"{subject} stands twice")
        seen.add(scope)


def _scope(entry: Suppression) -> tuple[str, ...]:
    return (entry.id, entry.package, entry.version, entry.path, entry.image)


def _licences(policy: Policy, document: Document) -> Iterator[Remark]:
    """A refused licence is a finding; it decides nothing where no rule names the kind."""
    if "licences" not in document.root.keys:
        return
    if not any(rules.deny or rules.allow or rules.unknown for rules in policy.licences):
        yield _at(document, ("licences",), "licences refuses nothing: name some under deny or allow")
    spoken = any('"licence"' in rule.when.text or "'licence'" in rule.when.text for rule in policy.gate)
    if not spoken and not any(not _conjuncts(rule.when.text) for rule in policy.gate):
        what = 'no rule of the gate speaks of finding.kind == "licence": what is refused is told, and fails nothing'
        yield _at(document, ("licences",), what)


def _at(document: Document, path: tuple[str | int, ...], text: str) -> Remark:
    place = document.node(path).place
    return Remark(place.line + 1, place.column + 1, text)
