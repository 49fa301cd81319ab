"""Version range specifiers, as https://github.com/package-url/vers-spec (clause 5, and "How to parse") reads them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique import version
from pratique.vuln.vex._vers import parse, scheme_of


def holds(text: str, installed: str, type: str = "npm") -> bool:
    return parse(text, type).holds(version.key(scheme_of(type), installed))


@pytest.mark.parametrize(
    ("text", "type", "inside", "outside"),
    [
        ("vers:npm/1.2.3|>=2.0.0|<5.0.0", "npm", "1.2.3 2.0.0 4.9.9", "1.2.2 1.2.4 1.9.9 5.0.0"),
        ("vers:gem/>=2.2.0|!=2.2.1|<2.3.0", "gem", "2.2.0 2.2.2", "2.1 2.2.1 2.3.0"),
        ("vers:pypi/<=1.0|>2.0", "pypi", "0.1 1.0 1.0+local 2.0.1", "1.1 2.0 2.0+local"),
        ("vers:deb/*", "deb", "1:0 99", ""),
        ("vers:deb/<1%3A2-3", "deb", "1:2-2 9", "1:2-3 2:0"),
        ("vers:rpm/>=1:1.0-1.el9|<1:1.0-4.el9", "rpm", "1:1.0-3.el9", "1.0-3.el9 1:1.0-4.el9"),
        ("vers:golang/>=1.20.0|<1.20.6", "golang", "1.20.5 v1.20.5", "1.19.9 1.20.6"),
        ("vers:all/*", "maven", "1.0", ""),
        ("vers:none/*", "maven", "", "1.0"),
        ("vers:NPM/<2.0.0", "npm", "1.0.0", "2.0.0"),
        ("vers:semver/<2.0.0", "hex", "1.0.0", "2.0.0"),
        ("vers:hex/<2.0.0", "hex", "1.0.0", "2.0.0"),
        ("vers:npm/!=1.0.0", "npm", "", "1.0.0 2.0.0"),  # an exception from nothing
    ],
)
def test_what_is_in_a_range(text: str, type: str, inside: str, outside: str) -> None:
    assert [each for each in inside.split() if not holds(text, each, type)] == []
    assert [each for each in outside.split() if holds(text, each, type)] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "vers:",
        "vers:npm",
        "vers:npm/",
        "npm/>1",
        "vls:>1",
        "VERS:npm/1",
        "vers:npm/=1",
        "vers:npm/>1|",
        "vers:npm/|>1",
        "vers:npm/>1||<2",
        "vers:npm/> 1",
        "vers:npm/>1 |<2",
        "vers:npm/>1,<2",
        "vers:npm/>",
        "vers:npm/*|1",
        "vers:npm/1.0*",
        "vers:npm/>2|<1",
        "vers:npm/>1|<1",
        "vers:npm/1|1",
        "vers:npm/>1|>2",
        "vers:npm/<1|<2",
        "vers:npm/>1|2",
        "vers:npm/1|<2",
        "vers:npm/<not-a-version",
        "vers:npm/<%zz",
        "vers:pypi/<1",
        "vers:semver/<1",  # another order than npm's: 5.3.2, and "Notes"
        "vers:all/1",
        "vers:invalid/*",
        f"vers:npm/{'|'.join(f'1.0.{number}' for number in range(9999))}",
    ],
)
def test_what_breaks_the_rules_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text, "npm")


def test_a_type_whose_versions_nobody_orders_is_refused() -> None:
    with pytest.raises(ValueError, match="'quux'"):
        parse("vers:quux/<1", "quux")


def told_in_the_specification(constraints: list[tuple[str, int]], tested: int) -> bool:
    """ "Checking if a version is contained within a range", step by step."""
    if any(number == tested and comparator in ("", "<=", ">=") for comparator, number in constraints):
        return True
    if any(number == tested and comparator == "!=" for comparator, number in constraints):
        return False
    second = [each for each in constraints if each[0] not in ("", "!=")]
    if not second:
        return False
    if second[0][0] in ("<", "<=") and tested < second[0][1]:
        return True
    if second[-1][0] in (">", ">=") and tested > second[-1][1]:
        return True
    pairs = itertools.pairwise(second)
    return any(one in (">", ">=") and low < tested < high for (one, low), (_, high) in pairs)


@given(
    st.lists(st.tuples(st.sampled_from(["", "!=", "<", "<=", ">", ">="]), st.integers(0, 30)), min_size=1, max_size=6)
)
def test_a_range_holds_what_the_specification_says(drawn: list[tuple[str, int]]) -> None:
    constraints = sorted({number: comparator for comparator, number in drawn}.items())
    text = "vers:generic/" + "|".join(f"{comparator}{number}" for number, comparator in constraints)
    try:
        range_ = parse(text.replace("generic", "deb"), "deb")
    except ValueError:
        return
    turned = [(comparator, number) for number, comparator in constraints]
    for tested in range(32):
        assert range_.holds(version.key("deb", str(tested))) is told_in_the_specification(turned, tested), (
            text,
            tested,
        )
