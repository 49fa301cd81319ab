"""Intervals against the evaluation algorithm of the specification, over numbers as versions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.vuln.feed._osv_ranges import Bound, bounds
from pratique.vuln.feed._osv_record import Event, Range, Versions
from pratique.vuln.statements import OPEN


def key(text: str) -> bytes:
    """Numbers below 100, prefix-free."""
    return bytes((int(text) + 1, 0))


def affected(*ranges: list[Event], versions: list[str] | None = None, kind: str = "ECOSYSTEM") -> Versions:
    return Versions(ranges=[Range(kind, events) for events in ranges], versions=versions)


def holds(found: tuple[Bound, ...], version: int) -> bool:
    return any(bound.low <= key(str(version)) < bound.high for bound in found)


def test_from_the_beginning_until_fixed() -> None:
    found = bounds(affected([Event(introduced="0"), Event(fixed="5")]), key)
    assert found.bounds == (Bound(b"", key("5"), "", "5"),)
    assert found.why == ""


def test_last_affected_is_affected() -> None:
    found = bounds(affected([Event(introduced="2"), Event(last_affected="5")]), key).bounds
    assert [version for version in range(9) if holds(found, version)] == [2, 3, 4, 5]


def test_without_an_end_it_is_open() -> None:
    assert bounds(affected([Event(introduced="7")]), key).bounds == (Bound(key("7"), OPEN, "7"),)


def test_events_need_no_order() -> None:
    events = [Event(fixed="9"), Event(introduced="7"), Event(fixed="3"), Event(introduced="1")]
    found = bounds(affected(events), key).bounds
    assert [version for version in range(11) if holds(found, version)] == [1, 2, 7, 8]


def test_a_reversed_range_is_open_at_the_top_as_the_algorithm_has_it() -> None:
    found = bounds(affected([Event(introduced="5"), Event(fixed="3")]), key).bounds
    assert [version for version in range(8) if holds(found, version)] == [5, 6, 7]


def test_last_affected_and_fixed_in_one_version() -> None:
    found = bounds(affected([Event(introduced="1"), Event(last_affected="3"), Event(fixed="3")]), key).bounds
    assert [version for version in range(6) if holds(found, version)] == [1, 2]


def test_an_event_of_two_keys_is_two_events() -> None:
    found = bounds(affected([Event(introduced="0", fixed="5")]), key).bounds
    assert found == (Bound(b"", key("5"), "", "5"),)
    found = bounds(affected([Event(introduced="2", last_affected="5", limit="4")]), key).bounds
    assert [version for version in range(9) if holds(found, version)] == [2, 3]
    found = bounds(affected([Event(fixed="3", introduced="3"), Event(fixed="5", introduced="1")]), key).bounds
    assert [version for version in range(9) if holds(found, version)] == [1, 2]


def test_a_limit_bounds_all_branches() -> None:
    found = bounds(affected([Event(introduced="1"), Event(limit="3"), Event(limit="4")]), key).bounds
    assert [version for version in range(8) if holds(found, version)] == [1, 2, 3]
    assert found[0].fixed == ""


def test_the_limit_star_is_none() -> None:
    assert bounds(affected([Event(introduced="1"), Event(limit="*")]), key).bounds[0].high == OPEN


def test_listed_versions_outside_the_ranges_are_ranges_of_one() -> None:
    found = bounds(affected([Event(introduced="2"), Event(fixed="4")], versions=["2", "3", "7"]), key).bounds
    assert found == (Bound(key("2"), key("4"), "2", "4"), Bound(key("7"), key("7") + b"\0", "7", last="7"))


def test_listed_versions_hold_without_ranges() -> None:
    assert [version for version in range(9) if holds(bounds(affected(versions=["3"]), key).bounds, version)] == [3]


def test_commit_ranges_say_nothing_of_versions() -> None:
    found = bounds(affected([Event(introduced="0")], kind="GIT"), key)
    assert found.bounds == ()
    assert found.why == "it has commit ranges only"


def test_a_border_that_is_no_version_is_told_and_the_rest_kept() -> None:
    found = bounds(affected([Event(introduced="0"), Event(fixed="x")], [Event(introduced="5")], versions=["y"]), key)
    assert found.bounds == (Bound(key("5"), OPEN, "5"),)
    assert "x" in found.why
    assert len(found.unknown) == 2


@pytest.mark.parametrize(
    "empty",
    [
        Versions(),
        affected([]),
        affected([Event(fixed="3")]),
        affected([Event(introduced="3"), Event(fixed="3")]),
        affected([Event()]),
    ],
)
def test_what_names_no_version_is_told(empty: Versions) -> None:
    found = bounds(empty, key)
    assert found.bounds == ()
    assert found.why != ""


number = st.integers(0, 12).map(str)
event = st.one_of(
    st.builds(Event, introduced=number),
    st.builds(Event, fixed=number),
    st.builds(Event, last_affected=number),
    st.builds(Event, limit=number | st.just("*")),
)


@settings(max_examples=400)
@given(st.lists(st.lists(event, max_size=6), max_size=3), st.lists(number, max_size=4))
def test_as_the_algorithm_says(ranges: list[list[Event]], versions: list[str]) -> None:
    found = bounds(affected(*ranges, versions=versions), key).bounds
    for version in range(14):
        expected = str(version) in versions or any(evaluate(version, events) for events in ranges)
        assert holds(found, version) == expected, (version, found)


def evaluate(version: int, events: list[Event]) -> bool:
    """https://ossf.github.io/osv-schema/#evaluation, line by line: BeforeLimits, then the events in version order."""
    limits = [event.limit for event in events if event.limit is not None]
    if limits and not any(limit == "*" or version < int(limit) for limit in limits):
        return False
    vulnerable = False
    for each in sorted((event for event in events if event.limit is None), key=at):
        if each.introduced is not None and version >= at(each):
            vulnerable = True
        elif (each.fixed is not None and version >= at(each)) or (
            each.last_affected is not None and version > at(each)
        ):
            vulnerable = False
    return vulnerable


def at(event: Event) -> int:
    """Its version; "introduced: 0" stands before the version 0."""
    text = event.introduced or event.fixed or event.last_affected
    assert text is not None
    return -1 if event.introduced == "0" else int(text)


commits = Range("GIT", [Event(introduced="0")])
texts = number | st.sampled_from(("", "x"))
plainly = st.builds(
    lambda low, more, versions: Versions([Range("SEMVER", [Event(introduced=low), *more])], versions),
    texts,
    st.lists(st.builds(Event, fixed=texts) | event, max_size=1),
    st.none() | st.lists(texts, max_size=3),
)


@settings(max_examples=400)
@given(plainly)
def test_the_short_way_comes_to_what_the_long_one_does(affected: Versions) -> None:
    """A range of commits says nothing of versions, and makes two ranges, which take the long way."""
    long = Versions([*(affected.ranges or ()), commits], affected.versions)
    assert bounds(affected, key) == bounds(long, key)
