from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.catalog._brackets import (
    ELIXIR,
    ERLANG,
    LUA,
    OPAM,
    PHP,
    Dialect,
    Group,
    Node,
    Text,
    Word,
    inside,
    members,
    read,
    text,
)
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT


@pytest.mark.parametrize(
    ("source", "dialect", "nodes"),
    [
        (
            "{a, [<<\"b\">>, 'c d']}. % x {",
            ERLANG,
            (Group("{", (Word("a"), Group("[", (Text("b"), Text("c d"))))), Word(".")),
        ),
        ("%% a\n%% b\n{c}", ERLANG, (Group("{", (Word("c"),)),)),
        (
            '%{"a": {:hex, "1"}}',
            ELIXIR,
            (Word("%"), Group("{", (Text("a"), Word(":"), Group("{", (Word(":hex"), Text("1")))))),
        ),
        (
            'a = "b" -- c {\nd = [[e\nf]] --[[ { ]]',
            LUA,
            (Word("a"), Word("="), Text("b"), Word("d"), Word("="), Text("e\nf")),
        ),
        ("'a' => 'it\\'s', // {\n/* ( */ 1", PHP, (Text("a"), Word("=>"), Text("it's"), Word("1"))),
        ('a: """x "y" z""" # [\nb: []', OPAM, (Word("a:"), Text('x "y" z'), Word("b:"), Group("[", ()))),
        ("", LUA, ()),
        (" \n", LUA, ()),
    ],
)
def test_the_forms_that_are_read(source: str, dialect: Dialect, nodes: tuple[Node, ...]) -> None:
    assert read(source.encode(), dialect) == nodes


@pytest.mark.parametrize("source", ["{", "}", "{]", '"a', "'", "{a]}", "(", "[[", "\x00"])
def test_what_does_not_pair_is_not_read(source: str) -> None:
    with pytest.raises(Unreadable):
        read(source.encode(), ERLANG)


@pytest.mark.parametrize(
    ("source", "dialect"), [("a --[[ b", LUA), ("a = [[ b", LUA), ("/* a", PHP), ('a: """b', OPAM)]
)
def test_what_is_opened_must_be_closed(source: str, dialect: Dialect) -> None:
    with pytest.raises(Unreadable):
        read(source.encode(), dialect)


def test_bounds() -> None:
    with pytest.raises(LimitExceeded, match="json_depth"):
        read(b"{" * 1000, ERLANG)
    with pytest.raises(LimitExceeded, match="file_list"):
        read(b" " * (DEFAULT.file_list + 1), ERLANG)


_nodes = st.recursive(
    st.text(st.characters(codec="ascii", exclude_characters='"\\'), max_size=6).map(Text),
    lambda inner: st.tuples(st.sampled_from("([{"), st.lists(inner, max_size=4).map(tuple)).map(
        lambda one: Group(*one)
    ),
    max_leaves=12,
)


def written(node: Node) -> str:
    if isinstance(node, Group):
        return node.bracket + ", ".join(map(written, node.items)) + {"(": ")", "[": "]", "{": "}"}[node.bracket]
    return f'"{node.value}"'


@given(st.lists(_nodes, max_size=4).map(tuple))
def test_what_is_written_is_read_again(nodes: tuple[Node, ...]) -> None:
    assert read(", ".join(map(written, nodes)).encode(), ERLANG) == nodes


def test_keys_with_their_values() -> None:
    (table,) = read(b"{ a = 'b', [\"c\"] = { 'd' }, e = f }", LUA)
    assert [(key, text(value) or inside(value)) for key, value in members(inside(table), "=")] == [
        ("a", "b"),
        ("c", (Text("d"),)),
        ("e", "f"),
    ]
    assert list(members(read(b"= a", LUA), "=")) == []
    assert list(members(read(b"a =", LUA), "=")) == []
    assert list(members(read(b"{} = a", LUA), "=")) == []
    assert (text(None), text(table), inside(None), inside(Text("a"))) == ("", "", (), ())
