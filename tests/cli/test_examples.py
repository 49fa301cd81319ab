"""Each command line in the README and in docs/ is one that the command takes, with all that it asks for."""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from pratique.cli import _config, _dispatch, _parser

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")), *sorted(ROOT.glob("docs/adr/*.md"))]
PROMPT = re.compile(r"^\s*(?:\$ )?(pratique .*)$")


def command_lines(page: Path) -> Iterator[str]:
    """Of a page's fenced blocks; one that ends in a backslash goes on in the next line."""
    fenced = False
    for line in page.read_text().replace("\\\n", " ").splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced and (found := PROMPT.match(line)):
            yield found[1]


LINES = [pytest.param(line, id=f"{page.name}: {line}") for page in PAGES for line in command_lines(page)]


def test_there_are_some() -> None:
    assert len(LINES) > 30


@pytest.mark.parametrize("line", LINES)
def test_it_is_understood(line: str, tmp_path: Path) -> None:
    arguments = shlex.split(line, comments=True)[1:]
    if ">" in arguments:
        arguments = arguments[: arguments.index(">")]
    (words,) = [words for words in _dispatch.names() if tuple(arguments[: len(words)]) == words]
    command = _dispatch.read(words)
    parser = _parser.Parser(" ".join(words), command.help)
    command.configure(parser)
    _parser.add_general(parser)
    said = io.StringIO()
    _config.resolve(parser, arguments[len(words) :], {"HOME": str(tmp_path)}, _dispatch.options_of_all, said)
    assert not said.getvalue()
