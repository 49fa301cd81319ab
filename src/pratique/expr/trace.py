"""The text of a condition and a row of values in, what each of its parts says of the row out.

For who wants to know why; who asks many rows calls the compiled condition.
"""

from __future__ import annotations

from typing import Literal as OneOf

import msgspec

from pratique.expr.check import check
from pratique.expr.environment import Environment, Row, Value
from pratique.expr.parser import parse
from pratique.expr.syntax import (
    Binary,
    Call,
    Conditional,
    ListOf,
    Literal,
    Logical,
    Name,
    Node,
    Select,
    Unary,
    below,
)
from pratique.limits import DEFAULT, Limits

_CHOICE, _OR, _AND, _RELATION, _SUM, _SIGN, _MEMBER = range(7)  # how tightly each binds


_Operator = OneOf["", "&&", "||", "!", "?:"]


class Step(msgspec.Struct, frozen=True):
    """A part of a condition and whether it holds. What an ``operator`` (``&&``, ``||``, ``!``, ``?:``) is put to stands
    in ``parts``; a comparison has none, but the ``values`` of the fields that it asks for, None for a missing one."""

    text: str
    holds: bool
    operator: _Operator = ""
    values: tuple[tuple[str, Value], ...] = ()
    parts: tuple[Step, ...] = ()


def trace(text: str, environment: Environment, row: Row, limits: Limits = DEFAULT) -> Step:
    """The condition for ``row``, the values of the environment's fields in their order. Raises ``ExpressionError`` for
    a text that is none."""
    return _Tracer(text, environment, row, limits).step(parse(text, limits))


class _Tracer:
    def __init__(self, text: str, environment: Environment, row: Row, limits: Limits) -> None:
        self._text = text
        self._environment = environment
        self._row = row
        self._limits = limits

    def step(self, node: Node) -> Step:
        holds = check(node, self._text, self._environment, self._limits).run(self._row) is True
        match node:
            case Logical():
                return self._joined(node, holds, "&&" if node.operator == "&&" else "||")
            case Unary(operator="!"):
                return self._joined(node, holds, "!")
            case Conditional():
                return self._joined(node, holds, "?:")
            case _:
                return Step(written(node), holds, values=tuple(self._values(node).items()))

    def _joined(self, node: Node, holds: bool, operator: _Operator) -> Step:
        return Step(written(node), holds, operator, parts=tuple(self.step(part) for part in below(node)))

    def _values(self, node: Node) -> dict[str, Value]:
        path = written(node)
        if path in self._environment.slots:
            return {path: self._row[self._environment.slots[path]]}
        return {path: value for part in below(node) for path, value in self._values(part).items()}


def written(node: Node) -> str:
    """The expression as text, with the brackets that it needs."""
    return _written(node, _CHOICE)


def _written(node: Node, least: int) -> str:
    text, binds = _bound(node)
    return text if binds >= least else f"({text})"


def _bound(node: Node) -> tuple[str, int]:
    """The text, and how tightly its outermost operator binds."""
    match node:
        case Literal():
            return _literal(node), _MEMBER
        case Name():
            return node.name, _MEMBER
        case Select():
            return f"{_written(node.operand, _MEMBER)}.{node.field}", _MEMBER
        case ListOf():
            return f"[{_listed(node.items)}]", _MEMBER
        case Call():
            target = "" if node.target is None else f"{_written(node.target, _MEMBER)}."
            return f"{target}{node.name}({_listed(node.arguments)})", _MEMBER
        case Unary():
            return f"{node.operator}{_written(node.operand, _MEMBER)}", _SIGN
        case Binary():
            binds = _SUM if node.operator in ("+", "-") else _RELATION
            return f"{_written(node.left, binds)} {node.operator} {_written(node.right, binds + 1)}", binds
        case Logical():
            binds = _OR if node.operator == "||" else _AND
            return f" {node.operator} ".join(_written(one, binds + 1) for one in node.operands), binds
        case Conditional():
            condition, yes = _written(node.condition, _OR), _written(node.yes, _OR)
            return f"{condition} ? {yes} : {_written(node.no, _CHOICE)}", _CHOICE


def _listed(nodes: tuple[Node, ...]) -> str:
    return ", ".join(_written(node, _CHOICE) for node in nodes)


def _literal(node: Literal) -> str:
    return repr(node.value) if isinstance(node.value, float) else msgspec.json.encode(node.value).decode()
