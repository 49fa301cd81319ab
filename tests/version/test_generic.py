"""Versions of no scheme against lines; and properties, for there is no native tool."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.version import key
from version import order

NUMBERS = st.lists(st.integers(0, 10**6), min_size=1, max_size=5)


def test_lines() -> None:
    order.check_lines("generic")


@settings(deadline=None)
@given(NUMBERS, NUMBERS)
def test_numbers_compare_as_lists_of_numbers(left: list[int], right: list[int]) -> None:
    length = max(len(left), len(right))
    padded = [each + [0] * (length - len(each)) for each in (left, right)]
    keys = [key("generic", ".".join(map(str, each))) for each in (left, right)]
    assert (keys[0] < keys[1]) == (padded[0] < padded[1])
    assert (keys[0] == keys[1]) == (padded[0] == padded[1])


@settings(deadline=None)
@given(NUMBERS, st.sampled_from(["rc1", "beta", "a1", "-dev", ".snapshot"]), st.sampled_from(["k", "p1", "-sp2", "_x"]))
def test_announced_before_the_version_before_its_patches(numbers: list[int], before: str, after: str) -> None:
    text = ".".join(map(str, numbers))
    following = ".".join(map(str, [*numbers, 1]))
    keys = [key("generic", each) for each in (text + before, text, text + after, following)]
    assert keys == sorted(keys)
    assert len(set(keys)) == 4


@settings(deadline=None)
@given(st.text(alphabet="0123456789abrc.-_+v ", min_size=1, max_size=20))
def test_no_key_is_a_prefix_of_another_and_no_text_crashes(text: str) -> None:
    try:
        one = key("generic", text)
    except ValueError:
        return
    assert key("generic", text.upper()) == one
    assert not key("generic", text + ".1").startswith(one)
