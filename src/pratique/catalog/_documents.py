"""The bytes of a JSON, TOML or YAML document in, a typed value out; whatever is wrong with them is ``Unreadable``.

https://www.rfc-editor.org/rfc/rfc8259, https://toml.io/en/v1.0.0, https://yaml.org/spec/1.2.2/. Of two members with one
name the last one holds in JSON and YAML; TOML forbids them.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

import msgspec

from pratique.errors import UNDECODABLE, LimitExceeded, Unreadable
from pratique.limits import DEFAULT

if TYPE_CHECKING:
    import yaml

_T = TypeVar("_T")
_BOM = b"\xef\xbb\xbf"
# tomllib takes the square of a key's parts: 50,000 of them are minutes. No tool writes more than a few.
_PARTS = 32
_MEETING, _MET = threading.Lock(), set[object]()
_LONG_KEY = re.compile(rb"""(?<![\w"'.-])(?:[\w"'-]++[ \t]*+\.[ \t]*+){32}""")

Yaml = str | list["Yaml"] | dict[str, "Yaml"]
"""A YAML node, every scalar as it is written: versions such as 1.10 are no numbers."""


def from_json(data: bytes, kind: type[_T], what: str) -> _T:
    """Raises ``Unreadable``, which names ``what`` the document should be; ``LimitExceeded`` for deep nesting."""
    _meet(kind)
    try:
        return msgspec.json.decode(data.removeprefix(_BOM), type=kind)
    except RecursionError as error:
        raise LimitExceeded(f"{what} is nested too deeply") from error
    except UNDECODABLE as error:
        raise Unreadable(f"no {what}: {error}") from error


def _meet(kind: object) -> None:
    """What msgspec keeps of a type it makes where it first meets it, and two threads that meet it at once break the
    process: layers may be read by threads."""
    with _MEETING:
        if kind not in _MET:
            msgspec.json.Decoder(kind)
            _MET.add(kind)


def from_toml(data: bytes, kind: type[_T], what: str) -> _T:
    """As ``from_json``; documents past ``limits.file_list`` bytes are ``LimitExceeded``: 3 MB take a second."""
    import tomllib  # 4 ms, which most images need not pay

    if len(data) > DEFAULT.file_list:
        raise LimitExceeded(f"{what} of {len(data)} bytes; limits.file_list is {DEFAULT.file_list}")
    if any(line.count(b".") >= _PARTS and _LONG_KEY.search(line) for line in data.split(b"\n")):
        raise LimitExceeded(f"{what} with a key of more than {_PARTS} parts")
    _meet(kind)
    try:
        return msgspec.convert(tomllib.loads(data.removeprefix(_BOM).decode()), kind)
    except RecursionError as error:
        raise LimitExceeded(f"{what} is nested too deeply") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise Unreadable(f"no {what}: {error}") from error
    except ValueError as error:  # an integer of more digits than Python reads, a date that there is not
        raise Unreadable(f"no {what}: {error}") from error


def from_yaml(data: bytes, what: str) -> Yaml:
    """The first document, "" for an empty one. Aliases stand only for scalars, so that nothing is multiplied. Raises
    ``Unreadable``; ``LimitExceeded`` past ``limits.yaml`` bytes (1 MB takes a second) or ``limits.json_depth``."""
    import yaml

    if len(data) > DEFAULT.yaml:
        raise LimitExceeded(f"{what} of {len(data)} bytes; limits.yaml is {DEFAULT.yaml}")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        events = (event for event in yaml.parse(data, Loader=loader) if not isinstance(event, _frame()))
        first = next(events, None)
        return _node(first, events, {}, 0) if first is not None else ""
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise Unreadable(f"no {what}: {' '.join(str(error).split())[:200]}") from error


def _frame() -> tuple[type, ...]:
    import yaml

    return (yaml.StreamStartEvent, yaml.DocumentStartEvent)


def _node(event: yaml.Event, events: Iterator[yaml.Event], anchors: dict[str, str], depth: int) -> Yaml:
    import yaml

    if depth > DEFAULT.json_depth:
        raise LimitExceeded(f"YAML is nested deeper than limits.json_depth = {DEFAULT.json_depth}")
    if isinstance(event, yaml.ScalarEvent):
        if event.anchor is not None:
            anchors[event.anchor] = event.value
        return str(event.value)
    if isinstance(event, yaml.AliasEvent):
        if event.anchor is None or event.anchor not in anchors:
            raise Unreadable(
                f"YAML alias {str(event.anchor)[:80]!r} stands for a list or a mapping, which is not followed"
            )
        return anchors[event.anchor]
    if isinstance(event, yaml.SequenceStartEvent):
        found = list[Yaml]()
        while not isinstance(following := next(events), yaml.SequenceEndEvent):
            found.append(_node(following, events, anchors, depth + 1))
        return found
    if isinstance(event, yaml.MappingStartEvent):
        members = dict[str, Yaml]()
        while not isinstance(following := next(events), yaml.MappingEndEvent):
            key = _node(following, events, anchors, depth + 1)
            value = _node(next(events), events, anchors, depth + 1)
            if isinstance(key, str):
                members[key] = value
        return members
    return ""  # the end of an empty document
