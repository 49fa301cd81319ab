from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.report._text import columns, count, cut, cut_start, pad, paint, visible, wrap

ANYTHING = st.text(st.characters(), max_size=60)  # lone surrogates too, as names that are no UTF-8 hold them


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("", ""),
        ("two  \t\n words\r\n", "two words"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x9b31m", "\\x9b31m"),
        ("bell\x07 back\x08", "bell\\x07 back\\x08"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("line\u2028break", "line\\u2028break"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("byte\udcff", "byte\\xff"),
        ("\ud800", "\\ud800"),
        ("日本 é", "日本 é"),
        ("::error::x", "\\x3a:error::x"),
        ("  ::stop-commands::x", "\\x3a:stop-commands::x"),
        ("a \n::add-mask::b", "a \\x3a:add-mask::b"),
        ("Foo::Bar 1.0", "Foo::Bar 1.0"),
        ("##[group]x", "\\x23#[group]x"),
        ("a##vso[task.setvariable]x", "a\\x23#vso[task.setvariable]x"),
        ("## title ##", "## title ##"),
    ],
)
def test_what_does_not_print_shows_as_its_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(ANYTHING)
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert not any(unicodedata.category(letter)[0] == "C" for letter in shown)
    assert visible(shown) == shown


def test_a_huge_text_is_bounded() -> None:
    assert len(visible("x" * 10_000_000)) <= 4096
    assert len(visible("\x00" * 10_000_000)) <= 4 * 4096


@given(ANYTHING, st.integers(0, 40))
def test_a_cut_text_fits_and_keeps_its_end_or_beginning(text: str, width: int) -> None:
    shown = visible(text)
    for made in (cut(shown, width), cut_start(shown, width)):
        assert columns(made) <= width
    if columns(shown) <= width:
        assert cut(shown, width) == cut_start(shown, width) == shown


def test_of_a_path_the_end_is_kept() -> None:
    assert cut_start("usr/lib/node_modules/express/package.json", 21) == "…express/package.json"
    assert cut("usr/lib/node_modules/express", 8) == "usr/lib…"


@pytest.mark.parametrize(("text", "wide"), [("abc", 3), ("日本", 4), ("ｱ", 1), ("é", 1), ("e\u0301", 2), ("", 0)])
def test_columns_are_those_of_a_terminal(text: str, wide: int) -> None:
    assert columns(text) == wide


@given(st.lists(st.text("ab日", min_size=1, max_size=8), max_size=20), st.integers(20, 60))
def test_lines_are_broken_at_spaces_and_lose_nothing(words: list[str], width: int) -> None:
    lines = wrap(" ".join(words), width, "  ")
    assert all(columns(line) <= width for line in lines)
    assert " ".join(line.strip() for line in lines).split() == words


def test_padding_counts_columns() -> None:
    assert pad("日本", 6) == "日本  "
    assert pad("abcdef", 3) == "abcdef"


def test_there_is_colour_only_when_asked() -> None:
    assert paint("x", "fail", False) == "x"
    assert paint("x", "fail", True) == "\x1b[1;31mx\x1b[0m"
    assert paint("  ", "fail", True) == "  "


def test_numbers_agree_with_their_noun() -> None:
    assert [count(1, "day"), count(0, "day"), count(1200, "day")] == ["1 day", "0 days", "1,200 days"]
