"""The packing: order, no prefixes, bounds."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pratique.version._pack import LONGEST_KEY, pack

NUMBERS = st.one_of(st.integers(0, 300), st.integers(0, 2**40), st.integers(0, 2**600))
TEXTS = st.one_of(st.text("\0\1\2\3a", max_size=5), st.text(max_size=5), st.just("\ud800"))
# Tuples of one shape: what stands at one place is of one type, as pack() asks.
SHAPED = st.tuples(NUMBERS, TEXTS, st.lists(NUMBERS, max_size=4).map(tuple), TEXTS, NUMBERS)
LISTS = st.one_of(st.lists(NUMBERS, max_size=6).map(tuple), st.lists(st.integers(0, 255), max_size=40).map(tuple))


@settings(max_examples=400)
@given(SHAPED, SHAPED)
@example((0, "a", (), "", 0), (0, "a\0", (), "", 0))
@example((0, "", (0,), "", 0), (0, "", (), "", 0))
def test_bytes_are_ordered_as_shaped_tuples_are(left: tuple[Any, ...], right: tuple[Any, ...]) -> None:
    assert_order(left, right)


@settings(max_examples=400)
@given(LISTS, LISTS)
@example((223,), (224,))
@example((1 << 192,), ((1 << 192) - 1,))
@example((1, 2), (1, 2, 0))
@example((), (0,))
def test_bytes_are_ordered_as_lists_of_numbers_are(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    assert_order(left, right)


def assert_order(left: tuple[Any, ...], right: tuple[Any, ...]) -> None:
    a, b = pack(left), pack(right)
    assert (a < b) == (left < right)
    assert (a == b) == (left == right)
    if a != b:
        assert not a.startswith(b)
        assert not b.startswith(a)
        # last_affected: key + b"\0" lies above the key and below all that is greater
        assert (a + b"\0" < b) == (left < right)


def test_all_numbers_are_in_order_around_the_changes_of_width() -> None:
    numbers = sorted(
        {abs((1 << bits) + off) for bits in (*range(70), 191, 192, 193, 4000) for off in (-1, 0, 1)} | set(range(600))
    )
    packed = [pack((number,)) for number in numbers]
    assert packed == sorted(set(packed))


def test_texts_of_the_bytes_that_are_escaped_are_in_order() -> None:
    texts = sorted("".join(letters) for length in range(5) for letters in itertools.product("\0\1\2\3", repeat=length))
    packed = [pack((text, 1)) for text in texts]
    assert packed == sorted(set(packed))
    assert not any(high.startswith(low) for low, high in itertools.pairwise(packed))


def test_what_is_too_long_is_refused_rather_than_cut() -> None:
    assert len(pack(("a" * (LONGEST_KEY - 2),))) == LONGEST_KEY
    for key in (("a" * (LONGEST_KEY - 1),), (1,) * LONGEST_KEY, (1 << 8 * LONGEST_KEY,)):
        with pytest.raises(ValueError, match="too long"):
            pack(key)


def test_a_negative_number_is_the_schemes_mistake() -> None:
    with pytest.raises(OverflowError):
        pack((1, -1))
