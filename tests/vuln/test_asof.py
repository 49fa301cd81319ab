"""What was known then: records, fixes, the catalogue and scores by their dates."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from pratique import version
from pratique.limits import DEFAULT
from pratique.model import Fix, FixState, Inventory, Package, Vulnerability
from pratique.vuln import manifest, shares
from pratique.vuln.asof import AsOf, parse_date, silence
from pratique.vuln.database import Database
from pratique.vuln.match import Matches, match
from pratique.vuln.packing import pack
from pratique.vuln.statements import Word, say
from vuln import feeds
from vuln.feeds import NOW, fixed, record

OUT = Fix(FixState.FIXED, ("2.0",), "2025-06-01")
DEMO = Inventory(packages=(Package("pypi", "demo", "1.0"),))


def then(day: str) -> AsOf:
    return AsOf(datetime.fromisoformat(f"{day}T12:00:00+00:00"))


def asked(folder: Path, day: str, *records: feeds.Record, stale_days: int = 100_000, **more: object) -> Matches:
    feeds.database(folder, {"PyPI": records}, **more).close()
    as_of = then(day)
    with Database.open(folder / "db", as_of=as_of) as database:
        return match(DEMO, database, as_of.at, stale_days=stale_days)


@pytest.mark.parametrize(
    ("published", "withdrawn", "why"),
    [
        ("2026-01-05T12:00:00Z", "", ""),
        ("2026-01-05T12:00:01Z", "", "it was published on 2026-01-05, later than 2026-01-05"),
        ("2026-01-05T14:30:00+02:00", "", "it was published on 2026-01-05, later than 2026-01-05"),
        ("2026-01-05T13:30:00+02:00", "", ""),
        ("", "", ""),
        ("soon", "", ""),
        ("2025-01-01T00:00:00Z", "2026-01-05T12:00:00Z", "it was withdrawn on 2026-01-05"),
        ("2025-01-01T00:00:00Z", "2026-01-06T00:00:00Z", ""),
    ],
)
def test_the_dates_of_a_record(published: str, withdrawn: str, why: str) -> None:
    assert silence(published, withdrawn, then("2026-01-05")) == why
    assert silence(published, withdrawn, None) == (f"it was withdrawn on {withdrawn[:10]}" if withdrawn else "")


def test_a_day_of_withdrawal_that_has_not_come_takes_nothing_away(tmp_path: Path) -> None:
    one = record("PYSEC-1", "demo", *fixed("2.0"), withdrawn="2026-06-01T00:00:00Z")
    feeds.database(tmp_path, {"PyPI": [one]}).close()
    for now, count in ((NOW, 1), (datetime(2026, 6, 1, tzinfo=UTC), 0), (None, 0)):
        with Database.open(tmp_path / "db", now=now) as database:
            assert len(match(DEMO, database, NOW).findings) == count
    assert silence("", "unknown", None, NOW) == "it was withdrawn on unknown"


def test_a_moment_is_told_in_utc() -> None:
    at = AsOf(datetime(2026, 1, 6, 1, 0, tzinfo=timezone(timedelta(hours=2))))
    assert (at.day, at.text) == ("2026-01-05", "2026-01-05T23:00:00Z")
    assert parse_date("2026-01-05") == datetime(2026, 1, 5, tzinfo=UTC)
    assert parse_date("yesterday") is None


def test_a_record_is_there_from_its_day_on_and_until_it_is_withdrawn(tmp_path: Path) -> None:
    one = record("PYSEC-1", "demo", *fixed("2.0"), published="2025-03-01T00:00:00Z", withdrawn="2025-06-01T00:00:00Z")
    for day, count in (("2025-02-28", 0), ("2025-03-01", 1), ("2025-05-31", 1), ("2025-06-01", 0)):
        found = asked(tmp_path / day, day, one)
        assert len(found.findings) == count, day


def test_a_record_that_could_not_be_compared_is_told_from_its_day_on(tmp_path: Path) -> None:
    one = record("PYSEC-1", "demo", {"introduced": "0"}, {"fixed": "not a version"}, published="2025-03-01T00:00:00Z")
    for day, told in (("2025-02-28", False), ("2025-03-02", True)):
        found = asked(tmp_path / day, day, one)
        assert any("PYSEC-1" in problem.what for problem in found.problems) is told


def test_entries_of_the_catalogue_and_scores_of_later_days_are_left_out(tmp_path: Path) -> None:
    one = record("CVE-2025-1", "demo", *fixed("2.0"), published="2025-01-01T00:00:00Z")
    more = {"kev": ["CVE-2025-1"], "epss": {"CVE-2025-1": 0.5}}  # of 2025-12-01 and 2026-01-09
    known = {}
    for day in ("2025-11-30", "2025-12-01", "2026-01-09"):
        found = asked(tmp_path / day, day, one, **more)
        (finding,) = found.findings
        assert isinstance(finding, Vulnerability)
        known[day] = (finding.kev is not None, finding.epss is not None)
        assert any("no EPSS score" in problem.what for problem in found.problems) is (finding.epss is None)
    assert known == {"2025-11-30": (False, False), "2025-12-01": (True, False), "2026-01-09": (True, True)}


def test_a_feed_may_be_later_than_the_moment_and_an_older_one_is_stale(tmp_path: Path) -> None:
    one = record("PYSEC-1", "demo", *fixed("2.0"), published="2025-01-01T00:00:00Z")
    earlier = asked(tmp_path / "a", "2025-06-01", one, stale_days=14)
    assert not [problem for problem in earlier.problems if problem.blocking]
    later = asked(tmp_path / "b", "2026-02-01", one, stale_days=14)
    assert [problem.where for problem in later.problems if problem.blocking] == ["feed PyPI", "feed kev"]


def test_the_status_says_so(tmp_path: Path) -> None:
    feeds.database(tmp_path, {"PyPI": []}).close()
    with Database.open(tmp_path / "db", as_of=then("2025-06-01")) as database:
        assert database.status.as_of == "2025-06-01T12:00:00Z"
    with Database.open(tmp_path / "db") as database:
        assert database.status.as_of == ""


@pytest.mark.parametrize(("day", "fix"), [("2025-05-31", Fix(FixState.AFFECTED)), ("2025-06-01", OUT)])
def test_a_fix_is_none_before_its_day(tmp_path: Path, day: str, fix: Fix) -> None:
    one = record("PYSEC-1", "demo", *fixed("2.0"), published="2025-01-01T00:00:00Z")
    feeds.database(tmp_path, {"PyPI": [one]}).close()
    entry = next(shard for shard in manifest.read(tmp_path / "db", DEFAULT).shards if shard.name == "PyPI")
    line = ("PYSEC-1", (False, "", 0, "2.0", say(Word(FixState.FIXED, date="2025-06-01"))))
    with sqlite3.connect(tmp_path / "db" / entry.file) as connection:  # as a vendor's feed with days of fixes has it
        blob = pack({line}, set(), lambda text: version.key("pypi", text))
        connection.execute("UPDATE package SET stated = ?", (shares.packed([(0, blob)]),))
    connection.close()
    feeds.seal(tmp_path / "db")
    with Database.open(tmp_path / "db", as_of=then(day)) as database:
        (finding,) = match(DEMO, database, NOW).findings
    assert isinstance(finding, Vulnerability)
    assert finding.fix == fix
    assert finding.evidence[0].fixed == ("2.0" if fix.versions else "")
