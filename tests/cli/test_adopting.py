"""docs/adopting.md shows commands that there are, and files that can be read."""

from __future__ import annotations

import io
import re
import shlex
from pathlib import Path

import pytest

from pratique.cli import _config, _dispatch, _parser
from pratique.policies import Parents
from pratique.policy.baseline import load as load_baseline
from pratique.policy.schema import load

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "adopting.md").read_text()
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
FILES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_is_one(line: str) -> None:
    words = shlex.split(line.partition(" > ")[0])
    assert words.pop(0) == "pratique"
    name = next(found for found in _dispatch.names()[::-1] if tuple(words[: len(found)]) == found)
    parser = _parser.Parser(" ".join(name), "")
    _dispatch.read(name).configure(parser)
    _parser.add_general(parser)
    _config.resolve(parser, words[len(name) :], {"HOME": "/nowhere"}, _dispatch.options_of_all, io.StringIO())


def test_the_baseline_is_one() -> None:
    (text,) = (text for text in FILES if "created:" in text)
    found = load_baseline(text, "docs/adopting.md").file
    assert [entry.id for entry in found.findings] == ["CVE-2023-45853", "base-unpinned"]


def test_the_policy_is_one() -> None:
    (text,) = re.findall(r"   ```yaml\n(.*?)   ```", PAGE, re.DOTALL)
    found = load(re.sub(r"(?m)^   ", "", text), "docs/adopting.md", parents=Parents())
    assert [rule.name for rule in found.rules()] == ["production/high-fixable"]
