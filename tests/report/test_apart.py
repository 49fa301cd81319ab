"""Names that no two parts of a file share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.report._apart import apart

WORD = st.sampled_from(["", "a", "b", "2", "a 2"])


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        ([], []),
        ([("a", "x")], ["a"]),
        ([("a", "x"), ("b", "x")], ["a", "b"]),
        ([("a", "x"), ("a", "y"), ("b", "x")], ["a x", "a y", "b"]),
        ([("a", "x", "1"), ("a", "x", "2"), ("a", "y", "1")], ["a x 1", "a x 2", "a y"]),
        ([("a", "x"), ("a", "x")], ["a", "a 2"]),
        ([("a", "x"), ("a", "x"), ("a 2", "x")], ["a", "a 2", "a 2 2"]),
    ],
)
def test_names(rows: list[tuple[str, ...]], names: list[str]) -> None:
    assert apart(rows) == names


@given(st.lists(st.tuples(WORD, WORD, WORD), max_size=12))
def test_no_two_are_alike(rows: list[tuple[str, ...]]) -> None:
    names = apart(rows)
    assert len(set(names)) == len(names) == len(rows)
    assert all(name.startswith(row[0]) for name, row in zip(names, rows, strict=True))
