"""A template's name in, the Jinja environment that renders it out: nothing that it shows of an image is markup.

https://jinja.palletsprojects.com/en/stable/sandbox/. Jinja escapes for HTML alone. For other endings what an expression
shows is escaped at the end (``finalize``), unless a filter has done that; what is made of escaped text counts as plain
again, so that nothing slips through a concatenation.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import jinja2
import markupsafe
import msgspec
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pratique.report import _quoting
from pratique.report._text import visible

_Mode = Literal["markup", "markdown", "csv", "json", "text"]
_MODES: dict[str, _Mode] = {
    **dict.fromkeys((".htm", ".html", ".svg", ".xhtml", ".xml"), "markup"),
    **dict.fromkeys((".markdown", ".md"), "markdown"),
    **dict.fromkeys((".json", ".jsonl", ".yaml", ".yml"), "json"),
    ".csv": "csv",
}
_OWN = (".j2", ".jinja", ".jinja2")
_LEFT_OUT = ("random",)  # two runs write the same bytes
_Filter = Callable[[object], str]

Read = Callable[[str], tuple[str, str, Callable[[], bool]]]
"""What reads a template by its name, as ``jinja2.FunctionLoader`` wants it."""


class _Safe(str):
    """Text that has been escaped, or that the template calls safe."""


def made(name: str, read: Read) -> jinja2.Environment:
    """The environment for a template of that name."""
    mode = _mode(name)
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FunctionLoader(read),
        autoescape=mode == "markup",
        finalize=_finalize(mode),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for left_out in _LEFT_OUT:
        del environment.filters[left_out]
    del environment.globals["lipsum"]  # random too
    environment.filters.update(_filters(mode))
    return environment


def _mode(name: str) -> _Mode:
    """By the ending, before ``.j2``."""
    path = Path(name.lower())
    while path.suffix in _OWN:
        path = path.with_suffix("")
    return _MODES.get(path.suffix, "text")


def _json(value: object) -> str:
    return msgspec.json.encode(str(value) if isinstance(value, jinja2.Undefined) else value).decode()


def _html(value: object) -> str:
    return str(markupsafe.escape(str(value)))


def _line(quote: Callable[[str], str]) -> _Filter:
    """What the document says is visible already."""
    return lambda value: quote(str(value))


_FILTERS: dict[str, _Filter] = {
    "csv": _line(_quoting.cell),
    "html": _html,
    "json": _json,
    "markdown": _line(_quoting.markdown),
    "terminal": _line(visible),
    "workflow": _line(_quoting.message),
    "workflow_property": _line(_quoting.parameter),
}
_ESCAPE: dict[_Mode, _Filter] = {
    "csv": _FILTERS["csv"],
    "json": _json,
    "markdown": _FILTERS["markdown"],
    "text": str,
}


def _filters(mode: _Mode) -> dict[str, Callable[[object], object]]:
    """Our own, and Jinja's that would speak HTML where none is written."""
    if mode == "markup":
        return {**_FILTERS, "html": markupsafe.escape}

    def safe(filter_: _Filter) -> Callable[[object], object]:
        return lambda value: _Safe(filter_(value))

    escape = safe(_ESCAPE[mode])
    made = {name: safe(filter_) for name, filter_ in _FILTERS.items()}
    return {**made, "e": escape, "escape": escape, "forceescape": escape, "safe": safe(str), "tojson": safe(_json)}


def _finalize(mode: _Mode) -> Callable[[object], object]:
    """What becomes of each expression's value before it is written; of nothing, nothing but in JSON."""
    if mode == "json":
        return lambda value: value if isinstance(value, _Safe) else _json(value)
    if mode == "markup":
        return lambda value: "" if value is None else value
    escape = _ESCAPE[mode]
    return lambda value: value if isinstance(value, _Safe) else "" if value is None else escape(value)
