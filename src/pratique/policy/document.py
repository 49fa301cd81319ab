"""YAML text in, plain values and the place of each of them out.

YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#103-core-schema) over libyaml's events, so that each value keeps
its line and column and nothing is expanded: duplicate keys, anchors, aliases, tags and a second document are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NoReturn, TypeAlias

import msgspec
import yaml
from yaml import events

from pratique.errors import PolicyError
from pratique.expr.error import caret
from pratique.limits import Limits

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"

_DEPTH = 8
_NODES = 250_000
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"[-+]?[0-9]{1,18}|0o[0-7]{1,18}|0x[0-9a-fA-F]{1,15}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


class Place(msgspec.Struct, frozen=True):
    """Where something begins, counted from 0."""

    line: int
    column: int


class Node(msgspec.Struct):
    """A scalar, a list or a mapping. ``text`` is a scalar as it is written, ``keys`` are the places of a mapping's
    keys, ``block`` marks ``|`` and ``>``."""

    place: Place
    scalar: bool | int | float | str | None = None
    items: list[Node] | None = None
    fields: dict[str, Node] | None = None
    keys: dict[str, Place] = {}
    block: bool = False
    text: str = ""

    def plain(self) -> Plain:
        """The value without its places."""
        if self.items is not None:
            return [item.plain() for item in self.items]
        if self.fields is not None:
            return {key: field.plain() for key, field in self.fields.items()}
        return self.scalar


Kind = Literal["policy", "baseline", "list of cases"]


class Document:
    """The tree of a YAML text of a ``kind``. Raises ``PolicyError`` with file, line and column for a text that has
    none."""

    def __init__(self, text: str, path: str, limits: Limits, kind: Kind = "policy") -> None:
        self.path = path
        self.kind = kind
        most = limits.baseline if kind == "baseline" else limits.policy
        self.lines = text[:most].splitlines() or [""]
        if len(text) > most:
            raise PolicyError(f"{path}: the {kind} is longer than {most} characters")
        self._nodes = 0
        self.root = self._read(text)

    def fail(self, place: Place, reason: str, hint: str = "") -> NoReturn:
        """Raise the error at ``place``."""
        line = self.lines[place.line] if place.line < len(self.lines) else ""
        where = f"{self.path}:{place.line + 1}:{place.column + 1}"
        raise PolicyError(f"{where}: {reason}\n{caret(line, place.column + 1)}", hint=hint)

    def node(self, path: Sequence[str | int]) -> Node:
        """The node below the root that keys and positions lead to."""
        node = self.root
        for step in path:
            node = (node.items or [])[step] if isinstance(step, int) else (node.fields or {})[step]
        return node

    def inside(self, node: Node, line: int, column: int) -> Place:
        """The place of a text's line and column (from 1), or where the text begins if its source is written otherwise
        (escaped or folded)."""
        value = str(node.scalar).splitlines()[line - 1] if node.scalar else ""
        row = node.place.line + line - 1 + node.block
        source = self.lines[row] if row < len(self.lines) else ""
        start = source.find(value, 0 if node.block or line > 1 else node.place.column)
        return Place(row, start + column - 1) if value and start >= 0 else node.place

    def _read(self, text: str) -> Node:
        stream = self._events(text)
        root: Node | None = None
        for event in stream:
            if isinstance(event, events.DocumentStartEvent):
                if root is not None:
                    self.fail(_place(event), f"a second document; a {self.kind} is one")
                root = self._node(next(stream), stream, 1)
        if root is None or (not root.fields and root.scalar is None and root.items is None):
            hint = "remove the file to use the default policy" if self.kind == "policy" else ""
            raise PolicyError(f"{self.path}:1:1: the {self.kind} is empty", hint=hint)
        return root

    def _events(self, text: str) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(text, Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.fail(Place(mark.line, mark.column) if mark else Place(0, 0), f"no YAML: {error.problem}")
        except yaml.reader.ReaderError as error:
            self._unreadable(text.encode()[: error.position].decode(errors="ignore"), error.reason)
        except UnicodeEncodeError as error:
            self._unreadable(text[: error.start], error.reason)

    def _unreadable(self, before: str, reason: str) -> NoReturn:
        lines = before.split("\n")
        self.fail(Place(len(lines) - 1, len(lines[-1])), f"no YAML: {reason}")

    def _node(self, event: yaml.Event, stream: Iterator[yaml.Event], depth: int) -> Node:
        place = _place(event)
        self._nodes += 1
        if depth > _DEPTH:
            self.fail(place, f"nested more than {_DEPTH} deep")
        if self._nodes > _NODES:
            self.fail(place, f"more than {_NODES} values")
        if isinstance(event, events.AliasEvent) or (isinstance(event, events.NodeEvent) and event.anchor):
            self.fail(place, f"anchors and aliases have no place in a {self.kind}; write the value out")
        if isinstance(event, (events.ScalarEvent, events.CollectionStartEvent)) and event.tag:
            self.fail(place, f"the tag {event.tag!r} has no place in a {self.kind}")
        if isinstance(event, events.ScalarEvent):
            block = event.style in ("|", ">")
            value = _scalar(event.value) if event.implicit[0] else event.value
            return Node(place, scalar=value, block=block, text=event.value)
        if isinstance(event, events.SequenceStartEvent):
            items = []
            while not isinstance(item := next(stream), events.SequenceEndEvent):
                items.append(self._node(item, stream, depth + 1))
            return Node(place, items=items)
        return self._mapping(place, stream, depth)

    def _mapping(self, place: Place, stream: Iterator[yaml.Event], depth: int) -> Node:
        fields: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        while not isinstance(event := next(stream), events.MappingEndEvent):
            key = self._node(event, stream, depth + 1)
            if not isinstance(key.scalar, str):
                self.fail(key.place, f"a key is a word, not {key.plain()!r}")
            if key.scalar in fields:
                self.fail(
                    key.place, f"{key.scalar!r} stands here a second time; first in line {keys[key.scalar].line + 1}"
                )
            keys[key.scalar] = key.place
            fields[key.scalar] = self._node(next(stream), stream, depth + 1)
        return Node(place, fields=fields, keys=keys)


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    return Place(mark.line, mark.column) if mark is not None else Place(0, 0)


def _scalar(text: str) -> bool | int | float | str | None:
    """What a plain scalar means; a date stays a text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _FLOAT.fullmatch(text):
        return float(text.replace(".inf", "inf").replace(".nan", "nan").replace(".I", "I").replace(".N", "N"))
    return text
