from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.limits import Limits
from pratique.net.retry import wait_seconds

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LIMITS = Limits(backoff_seconds=60)


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("5", 5),
        (" 5 ", 5),
        ("0", 0),
        ("99999999999999999999", 60),
        ("Thu, 01 Jan 2026 00:00:20 GMT", 20),
        ("Thursday, 01-Jan-26 00:00:20 GMT", 20),
        ("Thu Jan  1 00:00:20 2026", 20),
        ("Wed, 31 Dec 2025 23:00:00 GMT", 0),
        ("Thu, 01 Jan 2099 00:00:00 GMT", 60),
    ],
)
def test_waits_as_the_server_asks_within_the_bound(retry_after: str, seconds: float) -> None:
    assert wait_seconds(0, retry_after, LIMITS, NOW) == seconds


@given(st.integers(0, 5000), st.text(max_size=40))
def test_is_always_bounded(attempt: int, retry_after: str) -> None:
    assert 0 <= wait_seconds(min(attempt, 900), retry_after, LIMITS, NOW) <= 60


def test_grows_with_attempts_and_jitters() -> None:
    early = [wait_seconds(0, "", LIMITS, NOW) for _ in range(200)]
    late = [wait_seconds(4, "", LIMITS, NOW) for _ in range(200)]
    assert max(early) <= 0.25
    assert 2 < max(late) <= 4
    assert len(set(late)) > 100
