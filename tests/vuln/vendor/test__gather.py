"""Facts that stand many times, and those that contradict one another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.errors import LimitExceeded
from pratique.limits import DEFAULT, Limits
from pratique.model import FixState, Level
from pratique.version import key
from pratique.vuln.bulletin import Scope, Statement
from pratique.vuln.vendor._gather import Gathered, first_fixes


@pytest.mark.parametrize(
    ("versions", "lines"),
    [
        (["1-1.el9"], [("", "1-1.el9")]),
        # glibc, CVE-2024-2961
        (
            ["2.28-236.el8_9.13", "2.28-251.el8_10.1"],
            [("", "2.28-236.el8_9.13"), ("2.28-237", "2.28-251.el8_10.1")],
        ),
        # curl, CVE-2023-38545
        (
            ["0:7.76.1-26.el9_3.2", "0:7.76.1-23.el9_2.4"],
            [("", "0:7.76.1-23.el9_2.4"), ("0:7.76.1-24", "0:7.76.1-26.el9_3.2")],
        ),
        # mended again for one minor release: it was not mended before
        (["1-1.el9_4", "1-2.el9_4"], [("", "1-2.el9_4")]),
        (["1-1.el9", "1-2.el9"], [("", "1-2.el9")]),
        # one build number for two minor releases
        (["1-5.el9_3", "1-5.el9_4.1"], [("", "1-5.el9_3"), ("1-5.el9_4", "1-5.el9_4.1")]),
        (
            ["6.2.17-1.module+el8.9.0+1+a", "6.2.19-1.module+el8.10.0+2+b"],
            [("", "6.2.17-1.module+el8.9.0+1+a"), ("6.2.17-2", "6.2.19-1.module+el8.10.0+2+b")],
        ),
        (["1-5.el9_3.1", "1-5.el9_3.2"], [("", "1-5.el9_3.2")]),
        # SUSE's versions tell no line
        (["6.4.0-150600.21.3", "6.4.0-150600.23.84.1"], [("", "6.4.0-150600.23.84.1")]),
        # what is no version is left to the database to tell of
        (["1 1", "2"], [("", "1 1"), ("", "2")]),
        ([], []),
    ],
)
def test_the_first_fix_of_each_line(versions: list[str], lines: list[tuple[str, str]]) -> None:
    assert first_fixes(versions) == lines
    assert first_fixes(reversed(versions)) == lines


BUILDS = st.builds(
    "{}-{}.el9{}".format,
    st.integers(1, 3),
    st.integers(1, 5),
    st.sampled_from(["", "_1", "_2", "_3.1", "_3.2", ".1"]),
)


@given(st.lists(BUILDS, min_size=1, max_size=5), BUILDS)
def test_below_the_lowest_fix_all_is_affected_and_from_the_highest_nothing(versions: list[str], other: str) -> None:
    keys = sorted(key("rpm", text) for text in versions)
    lines = first_fixes(versions)
    assert {fixed for _, fixed in lines} <= set(versions)
    at = key("rpm", other)
    affected = any((not low or key("rpm", low) <= at) and at < key("rpm", fixed) for low, fixed in lines)
    if at < keys[0]:
        assert affected
    if at >= keys[-1]:
        assert not affected
    for version in versions:  # the fix of a line is not affected in that line
        assert any(fixed == version for _, fixed in lines) or len(lines) < len(set(versions))


SUBJECT = ("p", "", False)


def gathered(*facts: tuple[str, str]) -> Gathered:
    found = Gathered(DEFAULT)
    for fixed, arch in facts:
        found.fix("r", SUBJECT, fixed, arch, "", Level.UNKNOWN)
    return found


def test_architectures_come_together() -> None:
    assert gathered(("1-1", "x86_64"), ("1-1", "aarch64"), ("1-1", "x86_64")).statements(str) == (
        Statement("r", "p", fixed="1-1", state=FixState.FIXED, scope=Scope(("aarch64", "x86_64"))),
    )


def test_an_architecture_may_have_a_fix_of_its_own() -> None:
    found = gathered(("1-1.el9", "x86_64"), ("1-2.el9", "s390x"))
    assert [(each.fixed, each.scope.arches) for each in found.statements(str)] == [
        ("1-2.el9", ("s390x",)),
        ("1-1.el9", ("x86_64",)),
    ]


def test_architectures_without_number_are_all_of_them() -> None:
    """Two thousand versions for two thousand architectures are not four million comparisons."""
    found = gathered(*((f"1-{number % 2}.el9", f"arch{number}") for number in range(2000)))
    assert [(each.fixed, each.scope) for each in found.statements(str)] == [("1-1.el9", Scope())]


def test_no_architecture_is_all_of_them() -> None:
    assert [each.scope for each in gathered(("1-1", "x86_64"), ("1-1", "")).statements(str)] == [Scope()]


def test_the_earliest_day_and_the_gravest_word_hold() -> None:
    found = Gathered(DEFAULT)
    for date, level in (("2024-02-01", Level.LOW), ("", Level.HIGH), ("2024-01-01", Level.MEDIUM)):
        found.fix("r", SUBJECT, "1-1", "x86_64", date, level)
    assert [(each.date, each.level) for each in found.statements(str)] == [("2024-01-01", Level.HIGH)]


def states(*told: FixState, fixed: bool = False) -> list[FixState]:
    found = Gathered(DEFAULT)
    for each in told:
        found.state("8", SUBJECT, each, "src", Level.UNKNOWN)
    if fixed:
        found.fix("8::baseos", SUBJECT, "1-1", "x86_64", "", Level.UNKNOWN)
    return [each.state for each in found.statements(lambda release: release[0]) if each.release == "8"]


def test_of_several_states_the_most_open_holds() -> None:
    assert states(FixState.WILL_NOT_FIX, FixState.AFFECTED, FixState.NOT_AFFECTED) == [FixState.AFFECTED]
    assert states(FixState.END_OF_LIFE, FixState.WILL_NOT_FIX) == [FixState.WILL_NOT_FIX]
    assert states(FixState.UNDER_INVESTIGATION, FixState.NOT_AFFECTED) == [FixState.UNDER_INVESTIGATION]
    assert states(FixState.NOT_AFFECTED) == [FixState.NOT_AFFECTED]


def test_an_unfixed_state_yields_to_a_fix_in_the_same_stream() -> None:
    assert states(FixState.WILL_NOT_FIX, fixed=True) == []
    assert states(FixState.NOT_AFFECTED, fixed=True) == [FixState.NOT_AFFECTED]


def test_what_is_mended_in_a_release_is_not_called_not_affected_there() -> None:
    found = gathered(("1-1", "x86_64"))
    found.state("r", SUBJECT, FixState.NOT_AFFECTED, "s390x", Level.UNKNOWN)
    assert [each.state for each in found.statements(str)] == [FixState.FIXED]


def test_a_module_s_fix_is_none_for_another_module() -> None:
    found = Gathered(DEFAULT)
    found.state("8", ("ruby", "ruby:2.5", False), FixState.AFFECTED, "", Level.UNKNOWN)
    found.fix("8", ("ruby", "ruby:3.1", False), "3.1-1", "", "", Level.UNKNOWN)
    assert [(each.scope.module, each.state) for each in found.statements(str)] == [
        ("ruby:2.5", FixState.AFFECTED),
        ("ruby:3.1", FixState.FIXED),
    ]


def test_more_statements_than_the_bound() -> None:
    found = Gathered(Limits(csaf_statements=1))
    found.fix("r", SUBJECT, "1", "", "", Level.UNKNOWN)
    found.fix("r", SUBJECT, "1", "x86_64", "", Level.UNKNOWN)
    with pytest.raises(LimitExceeded, match="csaf_statements"):
        found.state("r", ("q", "", False), FixState.AFFECTED, "", Level.UNKNOWN)
