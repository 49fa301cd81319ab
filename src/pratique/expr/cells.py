"""Conditions in; what their comparisons ask for, each with the few values that stand for all that there are, out.

A comparison of one term with constants is the same for all values between two neighbouring constants, so that a
condition's meaning is told by finitely many of them. Semantics: ``operators``, which is asked itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from pratique.expr.check import check
from pratique.expr.environment import Environment, Field, Kind, Present, Type, Value
from pratique.expr.syntax import Binary, Call, Conditional, ListOf, Literal, Logical, Name, Node, Select, Unary, below
from pratique.expr.trace import written
from pratique.limits import Limits

_X = Select(0, 2, Name(0, 1, "x"), "value")  # has() takes a field
_SIMPLE = (Kind.BOOL, Kind.INT, Kind.DOUBLE, Kind.STRING)
_EXACT = ("==", "!=", "in")


class Question(msgspec.Struct, frozen=True):
    """A comparison of one ``term``, called by its text, of that ``field``'s type; ``about`` has ``x.value`` in the
    term's place. ``exact`` says that it only asks whether the term is one of the constants; ``method`` is what asks
    whether a text has a ``word``, "" where nothing does."""

    term: str
    field: Field
    about: Node
    exact: bool
    method: str = ""
    word: str = ""

    @property
    def constants(self) -> Iterator[Present]:
        """What the term is compared with."""
        return (value for value in _literals(self.about) if value is not None)

    def holds(self, values: Sequence[Value], limits: Limits) -> int:
        """A mask with a bit for each of the values that it holds for, the first one's the lowest."""
        environment = Environment({"x.value": msgspec.structs.replace(self.field, optional=True, choices=())})
        run = check(self.about, "", environment, limits).run
        return sum(1 << place for place, value in enumerate(values) if run((value,)) is True)


def comparisons(node: Node) -> Iterator[Node]:
    """What the logic of a condition is put to."""
    if isinstance(node, (Logical, Conditional)) or (isinstance(node, Unary) and node.operator == "!"):
        for part in below(node):
            yield from comparisons(part)
    else:
        yield node


def question(node: Node, environment: Environment, limits: Limits) -> Question | None:
    """The comparison as a question about one term; None where it asks for none or several, or for no simple value."""
    terms = {written(part): part for part in _operands(node) if not _is_constant(part)}
    if len(terms) != 1:
        return None
    ((text, term),) = terms.items()
    code = check(term, text, environment, limits)
    if code.type.kind not in _SIMPLE or (code.type.kind is Kind.BOOL and code.field is None):
        return None
    field = code.field or Field(code.type, "", code.optional, between=(0, math.inf) if _is_size(term) else None)
    exact = node.name == "has" if isinstance(node, Call) else not isinstance(node, Binary) or node.operator in _EXACT
    return Question(text, field, _with_x(node, text), exact, *_method(node, text))


def _method(node: Node, term: str) -> tuple[str, str]:
    if isinstance(node, Call) and node.target is not None and written(node.target) == term and node.arguments:
        (word,) = node.arguments
        if isinstance(word, Literal) and isinstance(word.value, str):
            return node.name, word.value
    return "", ""


def implies(one: Question, other: Question) -> bool | None:
    """Whether a text that the first holds for is one that the second, of the same term, holds for; None where that is
    not told."""
    match one.method, other.method:
        case "startsWith", "startsWith":
            return one.word.startswith(other.word) or (None if other.word.startswith(one.word) else False)
        case "endsWith", "endsWith":
            return one.word.endswith(other.word) or (None if other.word.endswith(one.word) else False)
        case (("startsWith" | "endsWith" | "contains"), "contains"):
            return other.word in one.word or None
    return None


def _is_size(term: Node) -> bool:
    return isinstance(term, Call) and term.name == "size"


def _operands(node: Node) -> tuple[Node, ...]:
    return below(node) if isinstance(node, (Binary, Call)) else (node,)


def _is_constant(node: Node) -> bool:
    return isinstance(node, Literal) or (isinstance(node, ListOf) and all(map(_is_constant, node.items)))


def _with_x(node: Node, term: str) -> Node:
    def replaced(part: Node) -> Node:
        return _X if written(part) == term else part

    match node:
        case Binary():
            return msgspec.structs.replace(node, left=replaced(node.left), right=replaced(node.right))
        case Call():
            target = None if node.target is None else replaced(node.target)
            return msgspec.structs.replace(node, target=target, arguments=tuple(map(replaced, node.arguments)))
        case _:
            return _X


def _literals(node: Node) -> Iterator[Value]:
    if isinstance(node, Literal):
        yield node.value
    for part in below(node):
        yield from _literals(part)


def standing_for_all(field: Field, constants: Iterable[Present]) -> tuple[tuple[Value, ...], int]:
    """Values of which each value of the field compares like one, and which bit (a mask) stands for all texts that are
    no constant, 0 for none."""
    missing: tuple[Value, ...] = (None,) if field.optional else ()
    if field.type.kind is Kind.BOOL:
        return (*missing, True, False), 0
    if field.choices:
        return (*missing, *field.choices), 0
    if field.type.kind is Kind.STRING:
        texts = sorted({one for one in constants if isinstance(one, str)})
        other = "\0" * (1 + max(map(len, texts), default=0))
        return (*missing, *texts, other), 1 << (len(missing) + len(texts))
    numbers = {one for one in constants if isinstance(one, (int, float))}
    return (*missing, *_numbers(field.type, numbers, field.between)), 0


def _numbers(type: Type, constants: Iterable[int | float], between: tuple[float, float] | None) -> list[int | float]:
    """Each constant, and what lies next to it on either side, within the bounds."""
    least, most = between or (-math.inf, math.inf)
    found = set[int | float]()
    for one in (*constants, least, most, 0):
        if type.kind is Kind.INT:
            if math.isfinite(one):
                found.update((math.floor(one) - 1, math.floor(one), math.ceil(one), math.ceil(one) + 1))
        else:
            found.update((one, float(one), math.nextafter(one, math.inf), math.nextafter(one, -math.inf)))
    kept: list[int | float] = sorted(number for number in found if least <= number <= most)
    return [*kept, math.nan] if between is None and type.kind is Kind.DOUBLE else kept
