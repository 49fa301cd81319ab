"""The caret stands below what is wrong, whatever the line holds."""

from __future__ import annotations

import pickle

from pratique.errors import PolicyError
from pratique.expr.error import caret, mistake


def test_the_place_is_counted_from_one() -> None:
    error = mistake("one\ntwo three", 8, "wrong")
    assert (error.line, error.column, error.reason) == (2, 5, "wrong")
    assert str(error) == "2:5: wrong\n  two three\n      ^"


def test_a_long_line_is_cut_around_the_place() -> None:
    source, marker = caret("x" * 300 + "!" + "x" * 300, 301).splitlines()
    assert len(source) <= 102
    assert source[marker.index("^")] == "!"


def test_what_would_move_the_cursor_is_a_space() -> None:
    assert caret("a\tb\x1b[31m", 3) == "  a b [31m\n    ^"


def test_the_end_of_a_text_can_be_pointed_at() -> None:
    assert str(mistake("a\n", 2, "wrong")).startswith("2:1: wrong")
    assert str(mistake("", 0, "wrong")).startswith("1:1: wrong")


def test_it_crosses_processes() -> None:
    error = mistake("a", 0, "wrong")
    copy = pickle.loads(pickle.dumps(error))
    assert isinstance(copy, PolicyError)
    assert str(copy) == str(error)
