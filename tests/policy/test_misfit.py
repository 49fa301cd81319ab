"""What does not fit, told at its place in words; the files' own tests show theirs."""

from __future__ import annotations

from typing import Annotated

import msgspec
import pytest
from msgspec import Meta

from pratique.errors import PolicyError
from pratique.limits import DEFAULT
from pratique.policy.document import Document
from pratique.policy.misfit import Words, fit


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    word: Annotated[str, Meta(pattern="^a$")] = "a"
    said: Annotated[str, Meta(min_length=1)] = "a"


class Outer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    inner: tuple[Inner, ...]
    number: int | None = None
    share: Annotated[float, Meta(ge=0, le=1)] = 0.0


WORDS = Words("the thing", {"": Outer, "inner": Inner}, {}, {"word": "the letter a"}, "read on")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("inner: []\nnumbr: 1\n", "t.yaml:2:1: no key 'numbr' here; did you mean 'number'?\n"),
        ("inner: []\nx: 1\n", "t.yaml:2:1: no key 'x' here; there are: inner, number, share\n"),
        ("number: 1\n", "t.yaml:1:1: 'inner' is missing here\n"),
        ("inner: [{wrod: a}]\n", "t.yaml:1:10: no key 'wrod' here; did you mean 'word'?\n"),
        ("inner: [{}, {word: b}]\n", "t.yaml:1:20: word: expected the letter a, not 'b'\n"),
        ("inner: [{said: ''}]\n", "t.yaml:1:16: said: expected a text that says something, not ''\n"),
        ("inner: [{said: 1}]\n", "t.yaml:1:16: said: expected text, not a whole number: '1'\n"),
        ("inner: {}\n", "t.yaml:1:8: inner: expected a list, not a mapping: {}\n"),
        ("inner: []\nnumber: a\n", "t.yaml:2:9: number: expected a whole number, not text: 'a'\n"),
        ("inner: []\nshare: 2\n", "t.yaml:2:8: share: expected a number <= 1.0: '2'\n"),
        (f"inner: []\nnumber: {'a' * 99}\n", f"not text: '{'a' * 59}…\n"),
        ("[]\n", "t.yaml:1:1: the thing: expected a mapping, not a list: []\n"),
    ],
)
def test_what_does_not_fit(text: str, told: str) -> None:
    with pytest.raises(PolicyError) as caught:
        fit(Document(text, "t.yaml", DEFAULT), Outer, WORDS)
    assert told in f"{caught.value}\n"
    assert caught.value.hint == ('put it in quotes: "1"' if "said: 1" in text else "read on")


def test_what_fits() -> None:
    assert fit(Document("inner: [{word: a}]\nnumber: 7\n", "t.yaml", DEFAULT), Outer, WORDS) == Outer((Inner("a"),), 7)
