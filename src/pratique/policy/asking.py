"""A policy in; which fields it asks for, in which parts of its conditions, and texts that tell these parts apart, out.

Of some fields nobody may have said anything, or nobody but who made the image: what a policy makes of such an image is
then tried with each text that it may mean.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice, product

import msgspec

from pratique.expr import Condition, compile, regex
from pratique.expr.cells import comparisons
from pratique.expr.parser import parse
from pratique.expr.syntax import Binary, Call, ListOf, Literal, Node, Select, below
from pratique.expr.trace import written
from pratique.limits import DEFAULT as LIMITS
from pratique.policy.schema import Policy
from pratique.policy.subject import ENVIRONMENT

ANOTHER = "?"
"""Stands for a text that no condition names: neither an image nor an environment can be called so."""
_MOST = 50  # texts of one pattern
_RELATIONS = ("==", "!=", "in")


class Asked(msgspec.Struct, frozen=True):
    """The comparisons that speak of some fields, by field, and the conditions that they stand in."""

    parts: dict[str, tuple[Node, ...]]
    conditions: tuple[Condition, ...]


def asked(policy: Policy, fields: Collection[str]) -> Asked:
    """Where the policy, and those that it extends, ask for the fields; those that nobody asks for are left out."""
    variables = {field.partition(".")[0] for field in fields}
    lasts = {field.rpartition(".")[2] for field in fields}
    parts, conditions = dict[str, tuple[Node, ...]](), list[Condition]()
    for condition in _conditions(policy):
        if variables.isdisjoint(condition.variables) or not any(last in condition.text for last in lasts):
            continue
        found = [(field, node) for node in comparisons(parse(condition.text, LIMITS)) for field in _fields(node)]
        kept = [(field, node) for field, node in found if field in fields]
        for field, node in kept:
            parts[field] = (*parts.get(field, ()), node)
        conditions += [condition] if kept else []
    return Asked(parts, tuple(conditions))


def _conditions(policy: Policy) -> Iterator[Condition]:
    for each in policy.line():
        yield from (scope.when for scope in each.scopes)
        yield from (rule.when for rule in each.rules())


def _fields(node: Node) -> Iterator[str]:
    if isinstance(node, Select):
        yield written(node)
    for part in below(node):
        yield from _fields(part)


def names(node: Node) -> tuple[str, ...] | None:
    """The names that a comparison compares a field with; None where it does not compare it with names alone."""
    if not isinstance(node, Binary) or node.operator not in _RELATIONS:
        return None
    others = [each for each in (node.left, node.right) if not isinstance(each, Select)]
    items = [item for each in others for item in (each.items if isinstance(each, ListOf) else (each,))]
    found = tuple(item.value for item in items if isinstance(item, Literal) and isinstance(item.value, str))
    return found if len(found) == len(items) and len(others) == 1 else None


def holds_for(node: Node, field: str, text: str) -> bool:
    """Whether a comparison of that field alone holds where it has the text."""
    values = tuple(text if path == field else None for path in ENVIRONMENT.fields)
    return compile(written(node), ENVIRONMENT)(values)


def texts(parts: Iterable[Node]) -> tuple[str, ...] | None:
    """Texts for one field of which each comparison of ``parts`` tells some from others, and one that is in none; None
    where a comparison asks for more than what the text is, or how it begins, ends or what it holds."""
    whole, first, middle, last = {ANOTHER}, {""}, {""}, {""}
    for node in parts:
        if (found := names(node)) is not None:
            whole.update(found)
        elif not isinstance(node, Call):
            if not isinstance(node, Binary) or not _is_null(node):
                return None
        elif node.name != "has":
            word = node.arguments[0] if len(node.arguments) == 1 else None
            if not isinstance(node.target, Select) or not isinstance(word, Literal) or not isinstance(word.value, str):
                return None
            match node.name:
                case "startsWith":
                    first.add(word.value)
                case "contains":
                    middle.add(word.value)
                case "endsWith":
                    last.add(word.value)
                case "matches":
                    whole.update(islice(_samples(regex.parse(word.value, LIMITS.expression_depth)), _MOST))
                case _:
                    return None
    whole.update("".join(each) for each in product(sorted(first), sorted(middle), sorted(last)))
    return tuple(sorted(whole - {""}))


def _is_null(node: Binary) -> bool:
    sides = (node.left, node.right)
    return any(isinstance(each, Literal) and each.value is None for each in sides)


def _samples(tree: regex.Regex) -> Iterator[str]:
    """Texts that a pattern matches, one at least of each alternative."""
    match tree:
        case regex.Characters():
            low, high = next(((low, high) for low, high in tree.ranges if high > ord(" ")), tree.ranges[0])
            yield chr(ord("a") if low <= ord("a") <= high else max(low, min(high, ord("-"))))
        case regex.Either():
            for part in tree.parts:
                yield from _samples(part)
        case regex.Sequence():
            for each in product(*(tuple(islice(_samples(part), _MOST)) for part in tree.parts)):
                yield "".join(each)
        case regex.Repeat():
            yield from (each * tree.least for each in _samples(tree.part)) if tree.least else ("",)
        case _:
            yield ""
