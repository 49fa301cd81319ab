from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.errors import NetworkError
from pratique.limits import Limits
from pratique.net.retry import Breaks, asked_seconds, patience_after, wait_seconds
from pratique.net.transport import Silent

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LIMITS = Limits(backoff_seconds=60)


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("5", 5),
        (" 5 ", 5),
        ("0", 0),
        ("99999999999999999999", 999_999_999),
        ("Thu, 01 Jan 2026 00:00:20 GMT", 20),
        ("Thursday, 01-Jan-26 00:00:20 GMT", 20),
        ("Thu Jan  1 00:00:20 2026", 20),
        ("Wed, 31 Dec 2025 23:00:00 GMT", 0),
        ("Fri, 02 Jan 2026 00:00:00 GMT", 86_400),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("\u0665", None),
    ],
)
def test_reads_what_the_server_asks_for(retry_after: str, seconds: float | None) -> None:
    assert asked_seconds(retry_after, NOW) == seconds


@given(st.text(max_size=40))
def test_never_asks_for_less_than_no_time(retry_after: str) -> None:
    asked = asked_seconds(retry_after, NOW)
    assert asked is None or asked >= 0


@given(st.integers(0, 900))
def test_is_always_bounded(attempt: int) -> None:
    assert 0 <= wait_seconds(attempt, LIMITS) <= 60


def test_grows_with_attempts_and_jitters() -> None:
    early = [wait_seconds(0, LIMITS) for _ in range(200)]
    late = [wait_seconds(4, LIMITS) for _ in range(200)]
    assert max(early) <= 0.25
    assert 2 < max(late) <= 4
    assert len(set(late)) > 100


def test_who_was_silent_is_waited_for_a_third_of_the_time_again() -> None:
    """A default of 30 s makes 40 s in all, whatever is asked for."""
    assert [patience_after(silences, 30.0) for silences in range(3)] == [30.0, 10.0, 10.0]


MIB = 1 << 20


@pytest.mark.parametrize(
    ("breaks", "enough"),
    [
        ([(NetworkError, 0)] * 3, [False, False, True]),
        ([(NetworkError, number) for number in range(3)], [False, False, True]),
        ([(NetworkError, number * MIB) for number in range(1, 9)], [False] * 8),
        ([(Silent, 5), (Silent, 6)], [False, True]),
        ([(Silent, 5), (NetworkError, 6), (Silent, 7)], [False, False, True]),
        ([(Silent, number * MIB) for number in range(1, 9)], [False] * 8),
        ([(NetworkError, 9 * MIB), (NetworkError, 0), (NetworkError, 0)], [False, False, True]),
    ],
)
def test_a_transfer_is_given_up_when_it_breaks_without_progress(
    breaks: list[tuple[type[NetworkError], int]], enough: list[bool]
) -> None:
    counted = Breaks(2)
    assert [counted.too_many(error("x"), position) for error, position in breaks] == enough
