"""What is said of conditions whatever the values: true of every row that is tried, and found where it should be."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expr.expressions import CONDITION, ENVIRONMENT, FIELDS
from pratique.expr import BOOL, DOUBLE, INT, STRING, STRINGS, Environment, Field, Row, Value, compile
from pratique.expr.region import Space
from pratique.limits import DEFAULT, Limits

SHOP = Environment(
    {
        "x.kev": Field(BOOL, ""),
        "x.share": Field(DOUBLE, "", optional=True, between=(0, 1)),
        "x.score": Field(DOUBLE, ""),
        "x.days": Field(INT, "", optional=True, between=(0, math.inf)),
        "x.level": Field(STRING, "", choices=("low", "high", "critical")),
        "x.name": Field(STRING, "", optional=True),
        "x.list": Field(STRINGS, ""),
    }
)


def within(condition: str, others: Sequence[str], environment: Environment = SHOP, limits: Limits = DEFAULT) -> bool:
    space = Space((condition, *others), environment, limits)
    return space.is_within(space.region(condition), map(space.region, others))


@pytest.mark.parametrize(
    ("condition", "others"),
    [
        ("x.share >= 0.5", ["x.share >= 0.1"]),
        ("x.share >= 0.5", ["x.share > 0.1 && x.share < 0.7", "x.share >= 0.7"]),
        ("x.share > 0.3", ["0.3 < x.share"]),
        ("x.kev", ["x.share < 0.1", "x.share >= 0.1", "x.share == null"]),
        ("has(x.share)", ["x.share <= 1.0"]),
        ('x.level == "critical"', ['x.level in ["high", "critical"]']),
        ('x.level == "critical"', ['x.level != "low"']),
        ("x.kev", ['x.level == "low"', 'x.level == "high"', 'x.level == "critical"']),
        ("x.kev && x.share > 0.5 || x.kev && x.days < 3", ["x.kev"]),
        ("x.kev == true", ["x.kev"]),
        ("!x.kev", ["x.kev != true"]),
        ("x.kev ? x.days > 3 : false", ["x.kev && x.days >= 4"]),
        ("x.days > 3 && x.days < 5", ["x.days == 4"]),
        ("x.days > 3.2 && x.days < 4.9", ["x.days == 4"]),
        ("x.days >= -3", ["has(x.days)"]),
        ('x.name == "abc"', ['x.name.startsWith("ab")']),
        ('x.name == "abc"', ['x.name.matches("^a.c$")']),
        ('x.name in ["a", "b"]', ['x.name < "c"']),
        ('x.name.startsWith("abc")', ['x.name.startsWith("ab")']),
        ('x.name.endsWith("abc")', ['x.name.endsWith("bc")']),
        ('x.name.startsWith("abc")', ['x.name.contains("b")']),
        ('!x.name.startsWith("a")', ['!x.name.startsWith("ab")']),
        ('x.name.contains("a")', ["has(x.name)"]),
        ('"a" in x.list && x.kev', ['"a" in x.list']),
        ("size(x.list) > 3", ["x.list.size() > 2", "size(x.list) >= 3"]),
        ("x.score > x.share && x.kev", ["x.score > x.share"]),
        ("x.share + 0.1 > 0.9", ["x.share + 0.1 > 0.5"]),
        ("x.kev", ["true"]),
        ("false", []),
        ("1 > 2", []),
        ('"ab".contains("c")', []),
        ("x.kev && !x.kev", []),
        ("x.share > 1.5", []),
        ("x.share < 0.0", []),
        ("x.share > 0.5 && x.share < 0.2", []),
        ("x.days > 3 && x.days < 4", []),
        ('x.level == "high" && x.level == "low"', []),
        ('x.name.startsWith("a") && x.name.startsWith("b")', []),
        ('x.name.endsWith("a") && x.name.endsWith("b")', []),
        ("x.score > 0.5 && !(x.score > 0.4)", []),
        ("size(x.list) < 0", []),
        ("x.name == x.level && !(x.name == x.level)", []),
        ("!(x.kev || !x.kev)", []),
        ("x.kev ? false : x.share > 2.0", []),
    ],
)
def test_what_is_proved(condition: str, others: list[str]) -> None:
    assert within(condition, others)


@pytest.mark.parametrize(
    ("condition", "others"),
    [
        ("x.share >= 0.1", ["x.share >= 0.5"]),
        ("x.share >= 0.5", ["x.share > 0.5"]),
        ("x.kev", ["x.share < 0.1", "x.share >= 0.1"]),  # it may be missing
        ("!(x.share < 0.1)", ["x.share >= 0.1"]),  # so may it here
        ("x.kev", ["x.score < 0.1", "x.score >= 0.1"]),  # it may be no number
        ("x.days > 3 && x.days < 6", ["x.days == 4"]),
        ("x.share > 0.3 && x.share < 0.4", []),
        ('x.name != "a"', ['x.name in ["b", "c"]']),
        ('x.name.startsWith("ab")', ['x.name.startsWith("abc")']),
        ('!x.name.startsWith("a")', ['!x.name.startsWith("b")']),
        ('x.name.startsWith("a") && x.name.endsWith("b")', []),
        ('x.name.matches("a") && !x.name.matches("b")', []),
        ('x.name > "a" && x.name < "b"', ['x.name == "ab"']),
        ("!(x.name == 'a')", ["has(x.name)"]),
        ("x.score > x.share", ["x.share < x.score && x.kev"]),
        ('"a" in x.list', ['"b" in x.list']),
        ("x.list == []", ["x.kev"]),
        ('"abc".contains(x.name)', ['"abc".startsWith(x.name)']),
    ],
)
def test_what_is_not_said(condition: str, others: list[str]) -> None:
    assert not within(condition, others)


def test_what_is_known_to_be_impossible() -> None:
    space = Space(("x.kev", "x.days > 3"), SHOP, DEFAULT, ("x.kev && x.days > 2",))
    both = space.both(space.region("x.kev"), space.region("x.days > 3"))
    assert space.is_empty(both)
    assert not space.is_empty(space.region("x.kev"))


def test_the_first_to_hold_settles_it() -> None:
    texts = ("x.days > 3", "x.kev", "x.days > 2", "x.days > 5 && !x.kev")
    space = Space(texts, SHOP, DEFAULT)
    days, kev, more, few = map(space.region, texts)
    assert space.is_settled(days, [(kev, True), (more, True)])
    assert not space.is_settled(days, [(kev, False), (more, True)])
    assert space.is_settled(days, [(more, True), (kev, False)])
    assert not space.is_settled(days, [(few, False), (more, True)])
    assert space.is_settled(days, [(more, True), (few, False)])
    assert not space.is_settled(days, [(kev, True)])


def test_what_is_too_large_is_left_unsaid() -> None:
    """Two to the twentieth boxes: a proof of it would take too long, so there is none."""
    pairs = [f'("{name}1" in x.list || "{name}2" in x.list)' for name in "abcdefghijklmnopqrst"]
    wide = " && ".join(pairs)
    assert not within(f"{wide} && false", [])
    assert not within(wide, [wide])
    assert not within("x.kev", [wide])
    assert within("x.kev && x.days > 2", [wide, "x.kev"])
    names = ", ".join(f'"{number}"' for number in range(6_000))
    assert not within('x.name == "1"', [f"x.name in [{names}]"], limits=Limits(expression=1 << 20))


POOL: dict[str, tuple[Value, ...]] = {
    "finding.kev": (True, False),
    "finding.epss": (None, -1.25, 0.0, 0.1, 0.5, 0.51, 3.0, 1e3, math.inf, -math.inf, math.nan),
    "finding.layer": (None, -1, 0, 1, 2, 3, 4, 16, 1_000_000, (1 << 63) - 1),
    "finding.severity": ("high", "low", "critical"),
    "finding.id": ("", "a", "b", "log4j", "log4j-core", "CVE-", "CVE-2021-44228", "shop/app", "GHSA-jfh8", "\0"),
    "finding.package.name": (None, "", "a", "log4jxapi", "coreb", "single", "zz"),
    "finding.aliases": ((), ("b",), ("GHSA-jfh8", "b")),
    "image.name": (None, "", "shop", "shop/app", "a", "~"),
}
ROWS: st.SearchStrategy[Row] = st.tuples(*(st.sampled_from(POOL[path]) for path in FIELDS))
RELATED = st.one_of(
    CONDITION,
    st.lists(
        st.sampled_from(
            [
                "finding.epss >= 0.5",
                "finding.epss < 0.51",
                "!(finding.epss > 0.1)",
                "has(finding.epss)",
                "finding.layer > 1",
                "finding.layer <= 2.5",
                "finding.layer in [0, 3, 16]",
                "!has(finding.layer)",
                'finding.severity in ["high", "low"]',
                'finding.severity != "low"',
                'finding.id.startsWith("CVE-")',
                'finding.id.startsWith("C")',
                'finding.id.endsWith("core")',
                'finding.id.contains("g4")',
                'finding.id == "log4j-core"',
                'finding.id < "b"',
                'image.name.matches("^shop")',
                'image.name != "shop"',
                "finding.kev",
                "!finding.kev",
            ]
        ),
        min_size=1,
        max_size=3,
    ).map(" && ".join),
)


@settings(max_examples=150)
@given(st.lists(RELATED, min_size=1, max_size=4), st.lists(ROWS, min_size=20, max_size=20))
def test_no_row_contradicts_what_is_said(conditions: list[str], rows: list[Row]) -> None:
    condition, *others = conditions
    if within(condition, others, ENVIRONMENT):
        holds, more = compile(condition, ENVIRONMENT), [compile(other, ENVIRONMENT) for other in others]
        assert not [row for row in rows if holds(row) and not any(other(row) for other in more)]


@settings(max_examples=80)
@given(RELATED, st.lists(RELATED, max_size=3))
def test_what_holds_of_every_condition(condition: str, others: list[str]) -> None:
    """Joined with its opposite it holds nowhere, and it holds nowhere but where it holds."""
    assert within(f"({condition}) && !({condition})", [], ENVIRONMENT, Limits(expression_depth=64))
    assert within(condition, [condition, *others], ENVIRONMENT)
