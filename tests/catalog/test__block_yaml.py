from __future__ import annotations

import contextlib

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.lock_files import fixture
from pratique.catalog._block_yaml import documents
from pratique.catalog._documents import Yaml, from_yaml
from pratique.errors import LimitExceeded, Unreadable


def tree(text: str) -> Yaml:
    (found,) = documents(text.encode())
    return found


@pytest.mark.parametrize(
    "name",
    ["yarn.v6.lock", "yarn.v10.lock", "pnpm-lock.5.4.yaml", "pnpm-lock.6.0.yaml", "pnpm-lock.9.0.yaml", "Podfile.lock"],
)
def test_a_yaml_library_reads_the_same(name: str) -> None:
    assert documents(fixture(name)) == [from_yaml(fixture(name), "lock file")]


_scalars = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
_trees = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(_scalars, inner, min_size=1, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150)
@given(st.dictionaries(_scalars, _trees, min_size=1, max_size=3), st.sampled_from([False, None]))
def test_what_a_yaml_library_writes_is_read_as_it_reads_it_or_not_at_all(value: object, flow: bool | None) -> None:
    text = yaml.safe_dump(value, default_flow_style=flow, width=10_000, allow_unicode=True)
    with contextlib.suppress(Unreadable):
        assert documents(text.encode()) == [from_yaml(text.encode(), "document")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: b", {"a": "b"}),
        ("a: b # c", {"a": "b"}),
        ("a:   # c\n  b: c", {"a": {"b": "c"}}),
        ("a:\nb: c", {"a": "", "b": "c"}),
        ("a:\n- b\n- c: d\n  e: f\ng: h", {"a": ["b", {"c": "d", "e": "f"}], "g": "h"}),
        ("- - a\n  - b\n-\n  c: d", [["a", "b"], {"c": "d"}]),
        ("a: {b: c, 'd': [e, f], \"g\": {}}", {"a": {"b": "c", "d": ["e", "f"], "g": {}}}),
        ("a: {b: http://c:80/d, e: '>=1, <2'}", {"a": {"b": "http://c:80/d", "e": ">=1, <2"}}),
        ("a@http://b:80/c: d", {"a@http://b:80/c": "d"}),
        ("'it''s': \"a\\tb\\u00e9\"", {"it's": "a\tbé"}),
        ('"\\ud800": x', {"�": "x"}),
        ("a: |-\n  b\n  c: d\ne: f", {"a": "b\nc: d", "e": "f"}),
        ('? "a, b"\n:\n  c: d\ne: f', {"a, b": {"c": "d"}, "e": "f"}),
        ("a: 1\na: 2", {"a": "2"}),
        ("a: ''", {"a": ""}),
        ("\ufeffa: b", {"a": "b"}),
    ],
)
def test_the_forms_that_are_read(text: str, value: Yaml) -> None:
    assert tree(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "a: &b c",
        "a: *b",
        "a: !!str b",
        "&a b: c",
        "a: b\n  c",
        "a: [b",
        "a: [b}",
        "a: [b] c",
        "a: {b}",
        "a: {[b]: c}",
        "a: 'b",
        "a",
        "? a\nb",
        "\ta: b",
        "@a: b",
        "a: 'b' c",
    ],
)
def test_what_is_not_read_is_said(text: str) -> None:
    with pytest.raises(Unreadable, match="YAML"):
        documents(text.encode())


@pytest.mark.parametrize(
    "text", ["- " * 5000 + "a", "a: " + "[" * 5000, "".join(" " * depth + "a:\n" for depth in range(200))]
)
def test_deep_nesting_is_past_a_bound(text: str) -> None:
    with pytest.raises(LimitExceeded):
        documents(text.encode())


def test_documents_and_none() -> None:
    assert documents(b"---\na: b\n---\nc: d\n") == [{"a": "b"}, {"c": "d"}]
    assert documents(b"# only\n\n") == []
    with pytest.raises(Unreadable, match="UTF-8"):
        documents(b"a: \xff")
