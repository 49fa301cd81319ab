"""Trees: precedence, bounds, and what a printed tree parses to."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expr.expressions import CONDITION, show
from pratique.errors import PolicyError
from pratique.expr.parser import parse
from pratique.expr.syntax import Node
from pratique.limits import DEFAULT


def shape(node: Node) -> Any:
    """The tree without offsets and depths."""

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: bare(item) for key, item in value.items() if key not in ("at", "depth")}
        return [bare(item) for item in value] if isinstance(value, (list, tuple)) else value

    return bare(msgspec.to_builtins(node))


def tree(text: str) -> Any:
    return shape(parse(text, DEFAULT))


# https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax, the table of precedence
@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a || b && c", "a || (b && c)"),
        ("a && b || c && d", "(a && b) || (c && d)"),
        ("!a && b", "(!a) && b"),
        ("!a.b", "!(a.b)"),
        ("a + b < c - d", "(a + b) < (c - d)"),
        ("a - b - c", "(a - b) - c"),
        ("a < b == c", "(a < b) == c"),
        ("a in b == c", "(a in b) == c"),
        ("a ? b : c ? d : e", "a ? b : (c ? d : e)"),
        ("a || b ? c : d", "(a || b) ? c : d"),
        ("-1 + 2", "(-1) + 2"),
        ("- 1", "-1"),
        ("a -1", "a - 1"),
        ("--a", "-(-a)"),
        ("a.b.c(d).e", "((a.b).c(d)).e"),
        ("[1, 2,]", "[1, 2]"),
        ("a // a comment\n&& b", "a && b"),
        ("\n\ta\r\n", "a"),
        ("0x1F", "31"),
        ("1.5e3", "1500.0"),
        (r"'\u00e4\x41\101\n'", '"äAA\\n"'),
        (r"""r'\n"'""", r'"\\n\""'),
        ("'''a'b\n'''", '"a\'b\\n"'),
        (r'r"\\"', r'"\\\\"'),
    ],
)
def test_precedence(text: str, same: str) -> None:
    assert tree(text) == tree(same)


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("", "1:1", "empty"),
        ("a b", "1:3", "expected an operator or the end, not 'b'"),
        ("a and b", "1:3", "did you mean '&&'?"),
        ("a = b", "1:3", "did you mean '=='?"),
        ("a &", "1:3", "did you mean '&&'?"),
        ("(a", "1:3", "expected ')'"),
        ("a ?", "1:4", "expected a value"),
        ("a ? b", "1:6", "expected ':'"),
        ("[a", "1:3", "expected ',' or ']'"),
        ("f(a,)", "1:5", "expected a value, not ')'"),
        ("a.", "1:3", "the name of a field"),
        ("a.in", "1:3", "the name of a field"),
        ("a.b[0]", "1:4", "indexing"),
        ("a * b", "1:3", "multiplication"),
        ("{}", "1:1", "a map or message"),
        ("!-a", "1:2", "expected a value"),
        ("while", "1:1", "a reserved word"),
        ("a\n&& =", "2:4", "unexpected character"),
        ("'a", "1:1", "no closing '"),
        ("'a\nb'", "1:1", "no closing '"),
        ("'''a", "1:1", "no closing '''"),
        (r"'\q'", "1:2", "no escape sequence"),
        (r"'\u12'", "1:2", "no escape sequence"),
        (r"'\400'", "1:2", "no escape sequence"),
        (r"'\ud83d'", "1:2", "no Unicode code point"),
        (r"'\U00110000'", "1:2", "no Unicode code point"),
        ("b'a'", "1:1", "bytes"),
        ("1u", "1:1", "unsigned"),
        ("1a", "1:1", "no number"),
        ("0x", "1:1", "no number"),
        ("1e999", "1:1", "too large"),
        ("9223372036854775808", "1:1", "too large"),
        ("-9223372036854775809", "1:2", "too large"),
        ("a ≥ b", "1:3", "unexpected character '≥'"),
        ("“a”", "1:1", "did you mean"),
    ],
)
def test_mistakes(text: str, at: str, words: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse(text, DEFAULT)
    message = str(caught.value)
    assert message.startswith(f"{at}: ")
    assert words in message
    assert message.splitlines()[-1].index("^") == int(at.split(":")[1]) + 1


def test_the_least_that_the_specification_asks_for() -> None:
    """langdef.md, Syntax: 32 terms, arguments and items in a row; 24 sums and conditionals; 12 nested calls."""
    for text in (
        " || ".join(["a"] * 32),
        " && ".join(["a"] * 32),
        f"f({', '.join(['a'] * 32)})",
        f"[{', '.join(['a'] * 32)}]",
        "a ? b : " * 24 + "c",
        " + ".join(["a"] * 25),
        " == ".join(["a"] * 25),
        "f(" * 12 + "a" + ")" * 12,
        "a" + ".b" * 12,
        "[" * 12 + "]" * 12,
    ):
        parse(text, DEFAULT)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 2000 + "a" + ")" * 2000,
        "!" * 4000 + "a",
        "-" * 4000 + "a",
        "a" + "==a" * 1300,
        "a" + "+a" * 2000,
        "a" + ".a" * 2000,
        "a?b:" * 1000 + "c",
        "[" * 2000,
        "f(" * 2000,
        "((((a+a+a+a+a+a)+a+a+a+a+a+a)+a+a+a+a+a+a)" + "+a" * 20 + ")" + "+a" * 20,
    ],
)
def test_depth_is_bounded(text: str) -> None:
    with pytest.raises(PolicyError, match="nested more than 32 deep"):
        parse(text, DEFAULT)


def test_length_is_bounded() -> None:
    parse("a" * DEFAULT.expression, DEFAULT)
    with pytest.raises(PolicyError, match="at most 4096"):
        parse("a" * (DEFAULT.expression + 1), DEFAULT)


@given(CONDITION)
def test_a_printed_tree_parses_to_itself(text: str) -> None:
    node = parse(text, DEFAULT)
    assert shape(parse(show(node), DEFAULT)) == shape(node)


ALPHABET = st.text(st.sampled_from("ab.()[]?:!&|=<>+-\"'\\/ \n019ex_,inr{}"), max_size=60)


@given(ALPHABET)
def test_any_text_is_a_tree_or_a_policy_error(text: str) -> None:
    try:
        node = parse(text, DEFAULT)
    except PolicyError:
        return
    assert shape(parse(show(node), DEFAULT)) == shape(node)
