"""Bitnami versions against lines; no tool for them is to be had here, the lines cite their document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique import version as versions
from version import order


def test_lines() -> None:
    order.check_lines("bitnami")


@pytest.mark.parametrize(
    ("last", "within", "beyond"),
    [
        ("5.15.12", ["5.15.12", "5.15.12-0", "5.15.12-3", "5.15.12-120"], ["5.15.13-0", "5.15.13-rc1", "5.16.0"]),
        ("2.6.0-rc3", ["2.6.0-rc3", "2.6.0-rc2"], ["2.6.0-rc3.1", "2.6.0-rc4", "2.6.0", "2.6.0-0"]),
        ("1.81.0-1", ["1.81.0", "1.81.0-1"], ["1.81.0-1.1", "1.81.0-2", "1.81.1"]),
        ("1.81.0-0", ["1.81.0", "1.81.0-0", "1.81.0-rc1"], ["1.81.0-1"]),
    ],
)
def test_a_rebuild_counts_as_what_it_rebuilds(last: str, within: list[str], beyond: list[str]) -> None:
    end = versions.after("bitnami", last)
    assert [versions.key("bitnami", text) < end for text in (*within, *beyond)] == [True] * len(within) + [False] * len(
        beyond
    )


@given(st.integers(0, 9), st.integers(0, 10**6), st.integers(0, 10**6))
def test_every_rebuild_lies_between_a_version_and_the_next(patch: int, revision: int, other: int) -> None:
    low, end = versions.key("bitnami", f"1.2.{patch}"), versions.after("bitnami", f"1.2.{patch}")
    assert (
        low <= versions.key("bitnami", f"1.2.{patch}-{revision}") < end < versions.key("bitnami", f"1.2.{patch + 1}-0")
    )
    exact = versions.after("bitnami", f"1.2.{patch}-{revision}")
    assert (versions.key("bitnami", f"1.2.{patch}-{other}") < exact) == (other <= revision)
