"""Maven versions against lines and ComparableVersion, on texts in the normal form of ADR 0001."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from version import oracle, order, texts
from version.texts import Pair

pytestmark = pytest.mark.native

ALIASES = {"a": "alpha", "b": "beta", "m": "milestone"}


def normal(text: str) -> str:
    """The normal form by rewriting the text: what the ADR says, written a second time in another way."""
    text = text.lower()
    text = re.sub(r"(?<![^0-9.-])([abm])(?=[0-9])", lambda match: ALIASES[match[1]], text)
    text = re.sub(r"(?<=[0-9])(?=[^0-9.-])|(?<=[^0-9.-])(?=[0-9])", "-", text)  # digits and letters meet
    text = re.sub(r"^(?=[.-])|(?<=[.-])(?=[.-])", "0", text)  # an empty token is 0
    text = re.sub(r"[.-]$", "", text)
    text = re.sub(r"(?:^|[.-])(?=[^0-9.-])", "-", text)  # a qualifier stands after a hyphen
    before = ""
    while before != text:
        before, text = text, re.sub(r"(^|[.-])(?:0+|ga|final|release)(?=-|$)", "", text)
    return text or "0"


def test_lines() -> None:
    order.check_lines("maven")


def test_generated_as_maven_says_of_the_normal_form() -> None:
    pairs = texts.generated(texts.maven, 15_000)
    order.check_native("maven", pairs, oracle.maven(normalised(pairs)), refused=300)


def test_the_normal_form_has_the_key_of_the_text() -> None:
    for pair in texts.generated(texts.maven, 3_000, seed=2):
        for text in filter(None, pair):
            assert order.relation("maven", text, normal(text)) == "=", text


def test_real_as_maven_says_without_any_normal_form(shared: Path) -> None:
    pairs = texts.real(shared / "feeds", "Maven", 12_000)
    order.check_native("maven", pairs, oracle.maven(pairs))


def test_maven_itself_goes_in_circles() -> None:
    """The reason for a normal form; if Maven mends this, the ADR wants a new look."""
    circle = ["4.3.2-alpha-1", "4.3.2", "4.3.2.redhat-1", "4.3.2-alpha-1"]
    assert oracle.maven(list(itertools.pairwise(circle))) == ["<", "<", "<"]


def normalised(pairs: list[Pair]) -> list[Pair]:
    return [(normal(left), normal(right)) for left, right in pairs]
