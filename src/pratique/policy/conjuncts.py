"""A condition in, what has to hold for it out, so that conditions can be compared without being asked of anything."""

from __future__ import annotations

import msgspec

from pratique.expr.parser import parse
from pratique.expr.syntax import Literal, Logical, Node
from pratique.limits import DEFAULT as LIMITS

Shape = tuple[object, ...]
NEVER: Shape = ("false",)
"""Stands among what ``conjuncts`` gives of a condition that holds for nothing."""


def conjuncts(text: str) -> frozenset[Shape]:
    """What ``&&`` joins; nothing of what is ``true``."""
    node = parse(text, LIMITS)
    operands = node.operands if isinstance(node, Logical) and node.operator == "&&" else (node,)
    found = {NEVER if _is(one, value=False) else _shape(one) for one in operands if not _is(one, value=True)}
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


KEV = conjuncts("finding.kev")
