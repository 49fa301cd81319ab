"""How other bases are told, and the line of the Dockerfile that each takes."""

from __future__ import annotations

import pytest

from pratique.model import Candidate, Result, Tally
from pratique.plugins import WriteOptions
from pratique.report._candidates import told
from pratique.report._dockerfile import base_of, from_instruction
from reports import CANDIDATES, FAILING, WEIGHED

DIGEST = "sha256:" + "1" * 64


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("FROM debian:12\nRUN x", 1),
        ("FROM a AS build\nRUN x\nFROM b\nCOPY --from=build x x", 3),
        ("FROM a AS build\nFROM b AS last\nFROM build", 1),
        ("FROM a AS Build\nFROM build AS next\n\nFROM NEXT", 1),
        ("FROM --platform=$BUILDPLATFORM a AS x\nFROM x", 1),
        ("FROM a AS a\nFROM a AS a\n", 1),
        ("FROM a AS a", 1),
        ("RUN x", 0),
        ("FROM", 0),
        ("", 0),
    ],
)
def test_the_line_that_names_the_base(text: str, line: int) -> None:
    found = base_of(text)
    assert (found.line if found else 0) == line


def test_the_instruction_keeps_flags_and_the_stage() -> None:
    candidate = Candidate("debian:12-slim", DIGEST)
    assert from_instruction(candidate) == f"FROM debian:12-slim@{DIGEST}"
    old = base_of("from --platform=linux/arm64 debian:11 as run\n")
    assert from_instruction(candidate, old) == f"FROM --platform=linux/arm64 debian:12-slim@{DIGEST} as run"
    for name, digest in (("debian:12", ""), ("/tmp/x", DIGEST), ("a b", DIGEST), ("x\nRUN y", DIGEST)):
        assert from_instruction(Candidate(name, digest)) == ""


def test_words() -> None:
    assert CANDIDATES[0].problem == ""
    first, second = told(WEIGHED, WriteOptions(dockerfile=("Dockerfile", "FROM debian:11 AS x\n")))
    assert first.text == (
        "removes 45 findings (2 known to be exploited, 3 failing, 1 warning); adds none; leaves 1 finding (1 failing); "
        "87 packages where the base has 126; 29.1 MB where the base has 51.0 MB; the verdict would be warn"
    )
    assert first.instruction == f"FROM debian:12-slim@{CANDIDATES[0].digest} AS x"
    assert first.place == "line 1 of Dockerfile, in place of FROM debian:11 AS x"
    assert second.text.startswith("could not be weighed: ")
    assert told(FAILING, WriteOptions()) == []


def test_a_candidate_with_little_to_tell() -> None:
    bare = Candidate("x", removes=Tally(total=1), size=12, blocking=2, result=Result.UNKNOWN)
    (one,) = told(type(FAILING)("a", "b", candidates=(bare,)), WriteOptions())
    assert one.text == (
        "removes 1 finding; adds none; leaves none; 0 packages where the base has 0; 12 bytes; 2 blocking problems; "
        "the verdict would be unknown"
    )
