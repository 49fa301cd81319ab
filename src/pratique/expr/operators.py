"""Checked operands in, closures over a row out. A missing value (None) makes each comparison false, ``!=`` too.

Semantics: https://github.com/google/cel-spec/blob/master/doc/langdef.md#equality, #ordering, #overflow. Python compares
an int with a float by value, which is CEL's continuous number line.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence

import msgspec

from pratique.expr.environment import INT_MAX, INT_MIN, Field, Present, Row, Run, Type, Value

_RELATIONS: dict[str, Callable[[Present, Present], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
TEXT_METHODS: dict[str, Callable[[str, str], bool]] = {
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": operator.contains,
}


class Code(msgspec.Struct, frozen=True):
    """A checked expression. ``value`` is that of a constant, ``field`` what a field was declared as."""

    type: Type
    run: Run
    optional: bool = False
    constant: bool = False
    value: Value = None
    slot: int = -1
    field: Field | None = None


def constant(type: Type, value: Value) -> Code:
    """A literal."""
    return Code(type, lambda _row: value, constant=True, value=value)


def look_up(slot: int, field: Field) -> Code:
    """A field of a variable."""
    return Code(field.type, operator.itemgetter(slot), optional=field.optional, slot=slot, field=field)


def compare(relation: str, left: Code, right: Code) -> Run:
    """``left relation right``; the common case, a field and a constant, has its own closure."""
    holds = _RELATIONS[relation]
    wanted = right.value
    if left.slot >= 0 and right.constant and wanted is not None:
        slot = left.slot
        if relation == "==":
            return lambda row: row[slot] == wanted  # None equals no constant

        def field_and_constant(row: Row) -> Value:
            value = row[slot]
            return value is not None and holds(value, wanted)

        return field_and_constant
    first, second = left.run, right.run

    def both(row: Row) -> Value:
        value, other = first(row), second(row)
        return value is not None and other is not None and holds(value, other)

    return both


def contained(left: Code, right: Code) -> Run:
    """``left in right``; equality is by value, also across numbers."""
    first, second = left.run, right.run
    if right.constant and isinstance(right.value, tuple) and not any(isinstance(item, tuple) for item in right.value):
        known = frozenset(right.value)  # None is never among them
        if left.slot >= 0:
            slot = left.slot
            return lambda row: row[slot] in known
        return lambda row: first(row) in known

    def run(row: Row) -> Value:
        value, items = first(row), second(row)
        return value is not None and isinstance(items, tuple) and value in items

    return run


def presence(operand: Code, wanted: bool) -> Run:
    """Whether the operand is there (or, unless ``wanted``, is missing)."""
    run = operand.run
    return lambda row: (run(row) is not None) is wanted


def all_of(runs: Sequence[Run]) -> Run:
    """``&&``, from left to right."""
    if len(runs) == 2:
        first, second = runs
        return lambda row: first(row) is True and second(row) is True
    fixed = tuple(runs)

    def run(row: Row) -> Value:
        return all(one(row) is True for one in fixed)

    return run


def any_of(runs: Sequence[Run]) -> Run:
    """``||``, from left to right."""
    if len(runs) == 2:
        first, second = runs
        return lambda row: first(row) is True or second(row) is True
    fixed = tuple(runs)

    def run(row: Row) -> Value:
        return any(one(row) is True for one in fixed)

    return run


def invert(run: Run) -> Run:
    """``!``."""
    return lambda row: run(row) is not True


def negate(run: Run) -> Run:
    """Unary ``-``."""

    def negative(row: Row) -> Value:
        value = run(row)
        return _bounded(-value) if isinstance(value, (int, float)) else None

    return negative


def choose(condition: Run, yes: Run, no: Run) -> Run:
    """``condition ? yes : no``."""
    return lambda row: yes(row) if condition(row) is True else no(row)


def add(left: Run, right: Run, sign: int) -> Run:
    """``+`` (``sign`` 1) of two numbers, texts or lists, and ``-`` (-1) of two numbers."""

    def run(row: Row) -> Value:
        first, second = left(row), right(row)
        if isinstance(first, (int, float)) and isinstance(second, (int, float)):
            return _bounded(first + sign * second)
        if isinstance(first, str) and isinstance(second, str):
            return first + second
        if isinstance(first, tuple) and isinstance(second, tuple):
            return first + second
        return None

    return run


def _bounded(number: int | float) -> Value:
    """A sum past 64 bits is an error in CEL; here it is missing, so that what compares it is false."""
    return number if isinstance(number, float) or INT_MIN <= number <= INT_MAX else None


def list_of(runs: Sequence[Run]) -> Run:
    """A list whose items are never missing."""
    fixed = tuple(runs)

    def run(row: Row) -> Value:
        values = (one(row) for one in fixed)
        return tuple(value for value in values if value is not None)

    return run


def size(operand: Run) -> Run:
    """Code points of a text, items of a list."""

    def run(row: Row) -> Value:
        value = operand(row)
        return len(value) if isinstance(value, (str, tuple)) else None

    return run


def text_method(method: Callable[[str, str], bool], target: Code, argument: Code) -> Run:
    """``target.method(argument)``, false when either is missing."""
    first, second, wanted = target.run, argument.run, argument.value
    if isinstance(wanted, str):
        known = wanted

        def with_constant(row: Row) -> Value:
            value = first(row)
            return isinstance(value, str) and method(value, known)

        return with_constant

    def run(row: Row) -> Value:
        value, other = first(row), second(row)
        return isinstance(value, str) and isinstance(other, str) and method(value, other)

    return run


def matching(target: Run, found_in: Callable[[str], bool]) -> Run:
    """``target.matches(pattern)``, false when the target is missing."""

    def run(row: Row) -> Value:
        value = target(row)
        return isinstance(value, str) and found_in(value)

    return run
