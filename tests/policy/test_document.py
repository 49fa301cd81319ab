"""YAML with places: what is read, and what is refused where."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.errors import PolicyError
from pratique.limits import DEFAULT, Limits
from pratique.policy.document import Document, Place


def read(text: str) -> Document:
    return Document(text, "pratique.yaml", DEFAULT)


# https://yaml.org/spec/1.2.2/#103-core-schema
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1", 1),
        ("a: -12", -12),
        ("a: 0x1F", 31),
        ("a: 0o17", 15),
        ("a: 017", 17),
        ("a: 1.5", 1.5),
        ("a: .5", 0.5),
        ("a: 1e3", 1000.0),
        ("a: -.inf", float("-inf")),
        ("a: true", True),
        ("a: FALSE", False),
        ("a: yes", "yes"),
        ("a: on", "on"),
        ("a: ~", None),
        ("a:", None),
        ("a: '1'", "1"),
        ('a: "true"', "true"),
        ("a: 2026-12-31", "2026-12-31"),
        ("a: 1.2.3", "1.2.3"),
        ("a: 12:30:45", "12:30:45"),
        ("a: 1_000", "1_000"),
        ("a: |\n  x\n  y\n", "x\ny\n"),
        ("a: [1, {b: c}]", [1, {"b": "c"}]),
    ],
)
def test_values(text: str, value: object) -> None:
    plain = read(text).root.plain()
    assert isinstance(plain, dict)
    assert plain["a"] == value
    assert type(plain["a"]) is type(value)


def test_places() -> None:
    document = read("gate:\n  - name: a\n    when: 'x'\n")
    assert document.node(("gate", 0, "when")).place == Place(2, 10)
    assert document.node(("gate", 0)).keys["when"] == Place(2, 4)


@pytest.mark.parametrize(
    ("text", "line", "column", "place"),
    [
        ("a: one two", 1, 5, Place(0, 7)),
        ("a: 'one two'", 1, 5, Place(0, 8)),
        ("a: |\n  one\n  two three", 2, 5, Place(2, 6)),
        ("a: >\n  one\n  two", 1, 1, Place(0, 3)),
        ("a: 'it''s two'", 1, 6, Place(0, 3)),
        ('a: "one\\x20two"', 1, 5, Place(0, 3)),
        ("a: ''", 1, 1, Place(0, 3)),
    ],
)
def test_a_place_inside_a_text(text: str, line: int, column: int, place: Place) -> None:
    document = read(text)
    assert document.inside(document.node(("a",)), line, column) == place


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("", "1:1", "empty"),
        ("# nothing", "1:1", "empty"),
        ("---\n...", "1:1", "empty"),
        ("a: 1\na: 2", "2:1", "'a' stands here a second time; first in line 1"),
        ("b:\n  a: 1\n  c: 1\n  a: 2", "4:3", "first in line 2"),
        ("a: &x 1\nb: *x", "1:4", "anchors and aliases"),
        ("a: *x", "1:4", "anchors and aliases"),
        ("a: !!str 1", "1:4", "the tag"),
        ("a: !x [1]", "1:4", "the tag"),
        ("a: 1\n---\nb: 1", "2:1", "a second document"),
        ("1: a", "1:1", "a key is a word"),
        ("[a]: b", "1:1", "a key is a word"),
        ("a: [", "2:1", "no YAML"),
        ("a: b: c", "1:5", "no YAML"),
        ("a: \t- x", "1:5", "no YAML"),
        ("a\x00", "1:2", "control characters"),
        ("é: \x01", "1:4", "control characters"),
        ("a\n\ud800", "2:1", "surrogates"),
        ("[" * 1000, "1:9", "nested more than 8 deep"),
        ("a:\n" + "- 1\n" * 250_000, "249999:3", "more than 250000 values"),
        ("<<: {a: 1}\n<<: {b: 1}", "2:1", "'<<' stands here a second time"),
    ],
)
def test_what_is_refused(text: str, where: str, words: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read(text)
    assert str(caught.value).startswith(f"pratique.yaml:{where}: ")
    assert words in str(caught.value)


def test_the_length_is_bounded() -> None:
    with pytest.raises(PolicyError, match="longer than 10 characters"):
        Document("a: " + "b" * 8, "pratique.yaml", Limits(policy=10))


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    text = "a: &a [x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{f'*{chr(97 + n)}, ' * 9}]\n" for n in range(9))
    with pytest.raises(PolicyError, match="anchors"):
        read(text)


WORDS = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=10)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**17), 10**17), WORDS, st.sampled_from(["1", "true", "~"])
)
PLAIN = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=6,
)


@given(st.dictionaries(WORDS, PLAIN, min_size=1, max_size=3))
def test_json_is_yaml(value: dict[str, object]) -> None:
    assert read(json.dumps(value, ensure_ascii=False)).root.plain() == value


@given(st.text(st.sampled_from("ab:-[]{}#&*!|>'\"%@`,? \n\t1~\\"), max_size=40))
def test_any_text_is_a_document_or_a_policy_error(text: str) -> None:
    try:
        read(text).root.plain()
    except PolicyError:
        return
