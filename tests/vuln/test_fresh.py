"""How old the feeds are that were asked, and what is said of those that are dated ahead."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pratique.model import Package, Problem
from vuln.feeds import NOW, TODAY, Record, fixed, record
from vuln.matching import matches

AHEAD = "2062-01-01T00:00:00Z"


def told(folder: Path, *modified: str, days: int = 0) -> list[Problem]:
    """What is said of a feed whose records were changed at these times, so many days after today."""
    records: list[Record] = [
        record(f"PYSEC-{number}", f"p{number}", *fixed("2"), modified=date) for number, date in enumerate(modified)
    ]
    found = matches(folder, {"PyPI": records}, Package("pypi", "p0", "1"), now=NOW + timedelta(days=days))
    assert len(found.findings) == 1
    return [problem for problem in found.problems if problem.where == "feed PyPI"]


def test_a_feed_of_today_is_not_spoken_of(tmp_path: Path) -> None:
    assert told(tmp_path, TODAY) == []


@pytest.mark.parametrize("ahead", [1, 2])
def test_few_records_that_are_dated_ahead_do_not_date_the_feed(tmp_path: Path, ahead: int) -> None:
    (problem,) = told(tmp_path / "a", *[AHEAD] * ahead, *[TODAY] * 99 * ahead)
    assert not problem.blocking
    assert ("2 records of the PyPI feed are" if ahead > 1 else "a record of the PyPI feed is") in problem.what
    assert "2062-01-01: its age is told by the others" in problem.what


def test_it_grows_old_all_the_same(tmp_path: Path) -> None:
    noted, stale = told(tmp_path, AHEAD, *[TODAY] * 99, days=20)
    assert (noted.blocking, stale.blocking) == (False, True)
    assert "21 days old" in stale.what


def test_where_many_are_ahead_it_is_rather_the_clock(tmp_path: Path) -> None:
    (problem,) = told(tmp_path, AHEAD, *[TODAY] * 98)
    assert problem.blocking
    assert "in the future: its age is not known" in problem.what
    assert "check the clock" in problem.hint
    (problem,) = told(tmp_path / "all", TODAY, TODAY, days=-30)
    assert problem.blocking
