"""A policy and the place that an image is meant for in; what is doubtful about the two out.

A scope that nobody enters, because a name is misspelt or was never said, leaves an image to milder rules in silence.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.expr import did_you_mean
from pratique.expr.parser import parse
from pratique.expr.syntax import Binary, ListOf, Literal, Name, Node, Select, below
from pratique.limits import DEFAULT as LIMITS
from pratique.policy.schema import Policy
from pratique.policy.subject import Target

_NOUNS = {"env": "environment", "namespace": "namespace"}


def doubts(policy: Policy, target: Target) -> tuple[str, ...]:
    """A sentence for what the policies ask for and nobody said, and for a name that none of them knows."""
    conditions = [
        parse(condition.text, LIMITS)
        for each in policy.line()
        for condition in (*(scope.when for scope in each.scopes), *(rule.when for rule in each.rules()))
        if "target" in condition.variables
    ]
    found = (_doubt(field, getattr(target, field), conditions) for field in _NOUNS)
    return tuple(sentence for sentence in found if sentence)


def _doubt(field: str, said: str, conditions: list[Node]) -> str:
    asking = [node for condition in conditions for node in _asking(field, condition)]
    if not asking:
        return ""
    if not said:
        return f"the policy asks for the {_NOUNS[field]} (target.{field}), and nobody said it: --{field} NAME"
    names = [_names(node) for node in asking]
    known = sorted({name for each in names for name in each or ()})
    if None in names or said in known:
        return ""
    near = did_you_mean(said, known) or f"; it names {', '.join(known)}"
    return f"the policy knows no {_NOUNS[field]} {said!r}{near}"


def _asking(field: str, node: Node) -> Iterator[Node]:
    """The smallest parts of a condition that speak of the field, with what stands around it."""
    for each in below(node):
        if isinstance(each, Select) and each.field == field and isinstance(each.operand, Name):
            if each.operand.name == "target":
                yield node
        else:
            yield from _asking(field, each)


def _names(node: Node) -> list[str] | None:
    """The names that the field is compared with; None where it is not compared with names alone."""
    if not isinstance(node, Binary) or node.operator not in ("==", "!=", "in"):
        return None
    others = [each for each in (node.left, node.right) if not isinstance(each, Select)]
    items = [item for each in others for item in (each.items if isinstance(each, ListOf) else (each,))]
    found = [item.value for item in items if isinstance(item, Literal) and isinstance(item.value, str)]
    return found if len(found) == len(items) and len(others) == 1 else None
