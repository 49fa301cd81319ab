"""Patterns: what they find, against Python's re and RE2, and that no pattern takes more than linear time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import LimitExceeded
from pratique.expr.pattern import Pattern, PatternError
from pratique.expr.work import CURRENT, bounded
from pratique.limits import DEFAULT, Limits


def found(pattern: str, text: str) -> bool:
    return Pattern(pattern, DEFAULT).found_in(text)


@pytest.mark.parametrize(
    ("pattern", "hits", "misses"),
    [
        ("", ["", "a"], []),
        ("a", ["a", "bab"], ["", "b"]),
        ("^a", ["ab"], ["ba"]),
        ("a$", ["ba"], ["ab", "a\n"]),
        ("^$", [""], ["a", "\n"]),
        (r"\Aa\z", ["a"], ["aa", "a\n"]),
        ("a|b|", ["", "c"], []),
        ("^(a|bc)+$", ["abcbca"], ["", "abab"]),
        ("^a?b*c+$", ["c", "abbc"], ["ab", "aac"]),
        ("^a{2}$", ["aa"], ["a", "aaa"]),
        ("^a{2,}$", ["aa", "aaaa"], ["a"]),
        ("^a{1,3}$", ["a", "aaa"], ["", "aaaa"]),
        ("^a{0}$", [""], ["a"]),
        ("a{,3}", ["a{,3}"], ["aaa"]),  # not a repetition in RE2 either
        ("^.$", ["a", "ä", "🦀"], ["\n", "ab"]),
        ("^[a-c]$", ["b"], ["d", "-"]),
        ("^[^a-c]$", ["d", "\n", "🦀"], ["b"]),
        ("^[]a]$", ["]", "a"], ["b"]),
        ("^[a-]$", ["-", "a"], ["b"]),
        (r"^[\d\-x]$", ["5", "-", "x"], ["y"]),
        (r"^[^\d]$", ["x"], ["5"]),
        (r"^\d+\.\d+$", ["1.10"], ["1x10", "١.٢"]),
        (r"^\w+$", ["a_B9"], ["ä", "-"]),
        (r"^\s$", [" ", "\t", "\f"], ["\v", "\u00a0"]),
        (r"^\D\W\S$", ["a-b"], ["1-b", "aab", "a- "]),
        (r"^\x41\x{1F980}\n$", ["A🦀\n"], ["A"]),
        (r"^\(\[\*\]\)\\$", ["([*])\\"], []),
        ("^(?:ab)*?c$", ["ababc", "c"], ["abac"]),
        ("(a^b|c)", ["c"], ["ab"]),
        ("a$b", [], ["ab", "a"]),
        ("^(^a|b$)$", ["a", "b"], ["ab"]),
        ("x*^y", ["y"], ["xy"]),
        ("", ["x"], []),
    ],
)
def test_what_a_pattern_finds(pattern: str, hits: list[str], misses: list[str]) -> None:
    assert [text for text in [*hits, *misses] if found(pattern, text)] == hits


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(", "'(' without ')'"),
        (")", "')' without '('"),
        ("a)", "character 2"),
        ("[a", "'[' without ']'"),
        ("[]", "'[' without ']'"),
        ("[b-a]", "no range"),
        (r"[\d-z]", "no range"),
        ("[[:alpha:]]", "named classes"),
        ("*", "nothing to repeat"),
        ("a**", "a repetition of a repetition"),
        ("a{2}{3}", "a repetition of a repetition"),
        ("{2}", "nothing to repeat"),
        ("^(+)", "nothing to repeat"),
        ("a{3,2}", "the smaller number first"),
        ("a{1001}", "at most 1000"),
        ("a{9999}", "at most 1000"),
        ("(?i)a", "flags"),
        ("(?P<n>a)", "named groups"),
        ("(?=a)", "look-around"),
        ("(?<!a)", "look-around"),
        (r"(a)\1", "not part of this subset"),
        (r"\b", "not part of this subset"),
        (r"\pL", "not part of this subset"),
        ("\\", "not part of this subset"),
        (r"\x{110000}", "no code point"),
        ("(" * 40 + ")" * 40, "nested more than 32 deep"),
        ("(a{1000}){1000}", "more than 1000 states"),
        ("((((){1000}){1000}){1000}){1000}", "more than 1000 states"),
        ("((((a*){0}){1000}){1000}){1000}", "more than 1000 states"),
    ],
)
def test_what_is_no_pattern(pattern: str, words: str) -> None:
    with pytest.raises(PatternError, match=re.escape(words)):
        Pattern(pattern, DEFAULT)


@pytest.mark.parametrize(
    "pattern",
    ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "a*a*a*a*a*a*a*a*b", "(.*)(.*)(.*)(.*)[^a]x", "^(([a-z])+.)+[A-Z]([a-z])+$"],
)
def test_what_makes_others_backtrack_for_ever(pattern: str) -> None:
    """Python's re takes longer than the universe is old for some of these."""
    assert not Pattern(pattern, DEFAULT).found_in("a" * 50_000 + "!")


def test_many_states_stay_within_memory() -> None:
    pattern = Pattern("(a|b)*a(a|b){12}$", Limits())  # its deterministic automaton has 2 ** 13 states
    text = "".join("ab"[(place * place // 7 + place // 3) % 2] for place in range(30_000))
    with bounded(100_000_000):
        assert pattern.found_in(text) is (text[-13] == "a")
        work = CURRENT.get()
        assert work is not None
        assert len(work.automata[pattern].states) <= 501


def test_a_pattern_is_used_many_times() -> None:
    pattern = Pattern("^[a-m]+$", DEFAULT)
    for _ in range(3):
        assert pattern.found_in("abc")
        assert not pattern.found_in("abz")


HEAVY = "a[ab]{600}c"


def taken(steps: int, texts: list[str]) -> float:
    """How many steps are left of so many, after these texts."""
    pattern = Pattern(HEAVY, DEFAULT)
    with bounded(steps):
        for text in texts:
            pattern.found_in(text)
        work = CURRENT.get()
        assert work is not None
        return work.left


def test_the_work_of_patterns_is_bounded() -> None:
    """By steps, which neither the clock nor what was asked before decides."""
    texts = ["ab" * 400 + str(number) for number in range(3)]
    left = taken(20_000_000, texts)
    assert 0 < left < 19_500_000
    assert taken(20_000_000, texts) == left
    assert taken(20_000_000 - int(left), texts) == 0
    with pytest.raises(LimitExceeded, match="take more than 100,000 steps, pattern_steps"):
        taken(100_000, texts)
    assert Pattern(HEAVY, DEFAULT).found_in("ab" * 400) is False  # nobody bounds it here


ATOM = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", "^", "$", "(?:)", "c"])
TIMES = st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "*?"])
REGEX = st.recursive(
    ATOM,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.builds(
            lambda part, times: f"(?:{part}){times}", inner, st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "*?"])
        ),
    ),
    max_leaves=8,
)
SUBJECT = st.text(st.sampled_from("abc1\n"), max_size=8)


@settings(max_examples=400)
@given(REGEX, SUBJECT)
def test_against_python(pattern: str, text: str) -> None:
    python = re.compile(pattern.replace("$", r"\Z"), re.ASCII)
    assert found(pattern, text) is (python.search(text) is not None)


@settings(max_examples=400)
@given(REGEX, SUBJECT)
def test_against_re2(pattern: str, text: str) -> None:
    re2 = pytest.importorskip("re2", reason="google-re2 is not installed")
    assert found(pattern, text) is (re2.search(pattern, text) is not None)


@given(st.text(st.sampled_from("ab()[]{}|*+?^$\\.,-0129:dxz"), max_size=20), SUBJECT)
def test_any_text_is_a_pattern_or_a_pattern_error(pattern: str, text: str) -> None:
    try:
        compiled = Pattern(pattern, DEFAULT)
    except PatternError:
        return
    assert compiled.found_in(text) in (True, False)
