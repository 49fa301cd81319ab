"""The types of expressions, and the environment that declares which names there are and of which type.

A subset of https://github.com/google/cel-spec/blob/master/doc/langdef.md#values: bool, int (64 bit), double, string,
null and lists of them. Values stand in a row, each field at its own place, so that a look-up is one index.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec

Present: TypeAlias = bool | int | float | str | tuple["Present", ...]
Value: TypeAlias = Present | None  # None is a missing value
Row: TypeAlias = tuple[Value, ...]
Run: TypeAlias = Callable[[Row], Value]

INT_MIN, INT_MAX = -(1 << 63), (1 << 63) - 1


class Kind(enum.Enum):
    """What a value is, as CEL names it."""

    BOOL = "bool"
    INT = "int"
    DOUBLE = "double"
    STRING = "string"
    NULL = "null_type"
    LIST = "list"


class Type(msgspec.Struct, frozen=True):
    """A kind; for a list also the type of its items, None for the empty list literal."""

    kind: Kind
    item: Type | None = None

    def __str__(self) -> str:
        if self.kind is not Kind.LIST:
            return str(self.kind.value)
        return f"list({self.item})" if self.item else "list"

    @property
    def numeric(self) -> bool:
        """Whether ordering across kinds is defined for it."""
        return self.kind in (Kind.INT, Kind.DOUBLE)


BOOL, INT, DOUBLE, STRING, NULL = (Type(kind) for kind in list(Kind)[:5])
STRINGS = Type(Kind.LIST, STRING)
EMPTY = Type(Kind.LIST)


def comparable(left: Type, right: Type) -> bool:
    """Whether ``==`` is defined: one type, or two numbers (langdef.md, Equality and Numbers)."""
    if left.kind is Kind.LIST and right.kind is Kind.LIST:
        return left.item is None or right.item is None or comparable(left.item, right.item)
    return left.kind is right.kind or (left.numeric and right.numeric)


class Field(msgspec.Struct, frozen=True):
    """A field of a variable.

    ``optional``  its value may be missing.
    ``choices``   for a string: all the values that there are, so that a misspelt one is an error.
    ``unordered`` for a string: why ``<`` means nothing here, and what to write instead.
    ``between``   for a number: the least and the greatest that there is.
    """

    type: Type
    about: str
    optional: bool = False
    choices: tuple[str, ...] = ()
    unordered: str = ""
    between: tuple[float, float] | None = None


class Environment:
    """``fields`` by dotted path ("finding.package.name"); a row holds their values in this order."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.fields = dict(fields)
        self.slots = {path: slot for slot, path in enumerate(self.fields)}
        self.objects = {path[:end] for path in self.fields for end, character in enumerate(path) if character == "."}

    def children(self, path: str) -> list[str]:
        """The names directly below an object; those of the variables for ""."""
        below = f"{path}." if path else ""
        return sorted({name[len(below) :].split(".")[0] for name in self.fields if name.startswith(below)})
