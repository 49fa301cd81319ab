"""The syntax tree of an expression: what the parser gives and the checker reads.

Grammar: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax. ``at`` is the offset in the text that an
error points at; ``depth`` is 1 for a leaf and grows with nesting.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class _Node(msgspec.Struct, frozen=True, tag=True):
    at: int
    depth: int


class Literal(_Node, frozen=True):
    """``1``, ``1.5``, ``"text"``, ``true``, ``null``."""

    value: bool | int | float | str | None


class ListOf(_Node, frozen=True):
    """``[a, b]``."""

    items: tuple[Node, ...]


class Name(_Node, frozen=True):
    """A variable."""

    name: str


class Select(_Node, frozen=True):
    """``operand.field``; ``at`` is that of the field."""

    operand: Node
    field: str


class Call(_Node, frozen=True):
    """``name(arguments)`` or ``target.name(arguments)``; ``at`` is that of the name."""

    name: str
    target: Node | None
    arguments: tuple[Node, ...]


class Unary(_Node, frozen=True):
    """``!operand`` or ``-operand``."""

    operator: str
    operand: Node


class Binary(_Node, frozen=True):
    """A relation, ``in``, ``+`` or ``-``; ``at`` is that of the operator."""

    operator: str
    left: Node
    right: Node


class Logical(_Node, frozen=True):
    """A chain of one of ``&&`` and ``||``."""

    operator: str
    operands: tuple[Node, ...]


class Conditional(_Node, frozen=True):
    """``condition ? yes : no``."""

    condition: Node
    yes: Node
    no: Node


Node: TypeAlias = Literal | ListOf | Name | Select | Call | Unary | Binary | Logical | Conditional


def variables(node: Node) -> frozenset[str]:
    """The names of the variables that an expression speaks of."""
    if isinstance(node, Name):
        return frozenset({node.name})
    return frozenset().union(*(variables(part) for part in below(node)))


def below(node: Node) -> tuple[Node, ...]:
    """The nodes that it is made of, from left to right."""
    match node:
        case Select() | Unary():
            return (node.operand,)
        case Logical():
            return node.operands
        case Binary():
            return (node.left, node.right)
        case Call():
            return (*((node.target,) if node.target is not None else ()), *node.arguments)
        case Conditional():
            return (node.condition, node.yes, node.no)
        case ListOf():
            return node.items
        case _:
            return ()
