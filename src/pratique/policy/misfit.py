"""A YAML document and the shape that its values should have in; the values, or an error at the place of what does not
fit, in words that the file's author can use, out.

msgspec finds what does not fit (https://jcristharif.com/msgspec/usage.html#validation-errors).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NoReturn, TypeVar

import msgspec

from pratique.expr import did_you_mean
from pratique.policy.document import Document, Node

_T = TypeVar("_T")
_SHOWN = 60
_AT = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>.*)`)?", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_FIELD = re.compile(r"Object (contains unknown|missing required) field `(.*)`", re.DOTALL)
_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
    "array": "a list",
    "object": "a mapping",
    "date": "a day as YYYY-MM-DD",
}


class Words(msgspec.Struct, frozen=True):
    """How a file is spoken of: as a ``whole``; what stands below each of its keys, and at its root (""); which texts a
    key may have, of few or of a ``pattern``; and where to read on."""

    whole: str
    shapes: Mapping[str, type[msgspec.Struct]]
    choices: Mapping[str, tuple[str, ...]]
    patterns: Mapping[str, str]
    hint: str = ""


def fit(document: Document, shape: type[_T], words: Words) -> _T:
    """The document's values. Raises ``PolicyError`` with file, line, column and the value for the first that does not
    fit."""
    try:
        return msgspec.convert(document.root.plain(), shape)
    except msgspec.ValidationError as error:
        _explain(document, str(error), words)


def shown(node: Node) -> str:
    """The value as it is written, cut to what a line holds."""
    value = repr(node.text if node.items is None and node.fields is None else node.plain())
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"


def _explain(document: Document, message: str, words: Words) -> NoReturn:
    match = _AT.fullmatch(message)
    what, path = (match["what"], match["path"] or "") if match else (message, "")
    steps = [int(index) if index else name for name, index in _STEP.findall(path)]
    node = document.node(steps)
    key = str(next((step for step in reversed(steps) if isinstance(step, str)), ""))
    if named := _FIELD.fullmatch(what):
        _explain_field(document, node, words.shapes[key], named[1] == "missing required", named[2], words.hint)
    hint = _quote_hint(what, node) or words.hint
    said = _none_of(key, node, words) if what.startswith("Invalid enum value") else _expected(key, what, node, words)
    document.fail(node.place, f"{key or words.whole}: {said}", hint=hint)


def _explain_field(
    document: Document, node: Node, shape: type[msgspec.Struct], missing: bool, name: str, hint: str
) -> NoReturn:
    known = shape.__struct_fields__
    if missing:
        document.fail(node.place, f"{name!r} is missing here", hint=hint)
    near = did_you_mean(name, known) or f"; there are: {', '.join(known)}"
    document.fail(node.keys[name], f"no key {name!r} here{near}", hint=hint)


def _none_of(key: str, node: Node, words: Words) -> str:
    if key not in words.choices:
        return f"{shown(node)} is not a version of this format; this is 1"
    known = words.choices[key]
    return f"{shown(node)} is none of {', '.join(known)}{did_you_mean(node.text, known)}"


def _expected(key: str, what: str, node: Node, words: Words) -> str:
    if "matching regex" in what:
        return f"expected {words.patterns[key]}, not {shown(node)}"
    if what.startswith("Invalid RFC3339"):
        return f"expected a day as YYYY-MM-DD, not {shown(node)}"
    if what == "Expected `str` of length >= 1":
        return f"expected a text that says something, not {shown(node)}"
    if what.endswith("of length >= 1"):
        return f"expected at least one entry, not {shown(node)}; or leave the key out"
    if got := re.fullmatch(r"Expected `(.*)`, got `(.*)`", what):
        kinds = " or ".join(_KINDS.get(kind, kind) for kind in got[1].removesuffix(" | null").split(" | "))
        if got[1] == "str | null":  # a text that may be left out, and has a shape of its own
            kinds = words.patterns.get(key, kinds)
        return f"expected {kinds}, not {_KINDS.get(got[2], got[2])}: {shown(node)}"
    bound = re.sub(r"`(\w+)`", lambda kind: _KINDS.get(kind[1], kind[1]), what)
    return f"{bound[0].lower()}{bound[1:]}: {shown(node)}"


def _quote_hint(what: str, node: Node) -> str:
    number = isinstance(node.scalar, (bool, int, float))
    return f'put it in quotes: "{node.text}"' if number and what.startswith("Expected `str`,") else ""
