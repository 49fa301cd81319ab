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
from pratique.vuln.vendor._gather import Gathered, Key, first_fixes


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


def gathered(*facts: tuple[Key, str, str]) -> Gathered:
    found = Gathered(DEFAULT)
    for each, fixed, arch in facts:
        found.fix(each, fixed, arch, "", Level.UNKNOWN)
    return found


def test_architectures_come_together() -> None:
    subject = Key("r", "p")
    found = gathered((subject, "1-1", "x86_64"), (subject, "1-1", "aarch64"), (subject, "1-1", "x86_64"))
    assert found.statements(str) == (
        Statement("r", "p", fixed="1-1", state=FixState.FIXED, scope=Scope(("aarch64", "x86_64"))),
    )


def test_an_architecture_may_have_a_fix_of_its_own() -> None:
    subject = Key("r", "p")
    found = gathered((subject, "1-1.el9", "x86_64"), (subject, "1-2.el9", "s390x"))
    assert [(each.fixed, each.scope.arches) for each in found.statements(str)] == [
        ("1-2.el9", ("s390x",)),
        ("1-1.el9", ("x86_64",)),
    ]


def test_no_architecture_is_all_of_them() -> None:
    found = gathered((Key("r", "p"), "1-1", "x86_64"), (Key("r", "p"), "1-1", ""))
    assert [each.scope for each in found.statements(str)] == [Scope()]


def test_the_earliest_day_and_the_gravest_word_hold() -> None:
    found = Gathered(DEFAULT)
    for date, level in (("2024-02-01", Level.LOW), ("", Level.HIGH), ("2024-01-01", Level.MEDIUM)):
        found.fix(Key("r", "p"), "1-1", "x86_64", date, level)
    assert [(each.date, each.level) for each in found.statements(str)] == [("2024-01-01", Level.HIGH)]


def states(*told: FixState, fixed: bool = False) -> list[FixState]:
    found = Gathered(DEFAULT)
    for each in told:
        found.state(Key("8", "p"), each, "src", Level.UNKNOWN)
    if fixed:
        found.fix(Key("8::baseos", "p"), "1-1", "x86_64", "", Level.UNKNOWN)
    return [each.state for each in found.statements(lambda release: release[0]) if each.release == "8"]


def test_of_several_states_the_most_open_holds() -> None:
    assert states(FixState.WILL_NOT_FIX, FixState.AFFECTED, FixState.NOT_AFFECTED) == [FixState.AFFECTED]
    assert states(FixState.END_OF_LIFE, FixState.WILL_NOT_FIX) == [FixState.WILL_NOT_FIX]
    assert states(FixState.UNDER_INVESTIGATION, FixState.NOT_AFFECTED) == [FixState.UNDER_INVESTIGATION]
    assert states(FixState.NOT_AFFECTED) == [FixState.NOT_AFFECTED]


def test_an_unfixed_state_yields_to_a_fix_in_the_same_stream() -> None:
    assert states(FixState.WILL_NOT_FIX, fixed=True) == []
    assert states(FixState.NOT_AFFECTED, fixed=True) == [FixState.NOT_AFFECTED]


def test_a_module_s_fix_is_none_for_another_module() -> None:
    found = Gathered(DEFAULT)
    found.state(Key("8", "ruby", "ruby:2.5"), FixState.AFFECTED, "", Level.UNKNOWN)
    found.fix(Key("8", "ruby", "ruby:3.1"), "3.1-1", "", "", Level.UNKNOWN)
    assert [(each.scope.module, each.state) for each in found.statements(str)] == [
        ("ruby:2.5", FixState.AFFECTED),
        ("ruby:3.1", FixState.FIXED),
    ]


def test_more_statements_than_the_bound() -> None:
    found = Gathered(Limits(csaf_statements=1))
    found.fix(Key("r", "p"), "1", "", "", Level.UNKNOWN)
    found.fix(Key("r", "p"), "1", "x86_64", "", Level.UNKNOWN)
    with pytest.raises(LimitExceeded, match="csaf_statements"):
        found.state(Key("r", "q"), FixState.AFFECTED, "", Level.UNKNOWN)
