"""Bulletins of a vendor's own feed beside OSV's records: whose record holds, and what is stated of versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique import version
from pratique.limits import DEFAULT, Limits
from pratique.model import FixState, Level, Severity
from pratique.vuln import build, extent, manifest
from pratique.vuln.answer import Affects
from pratique.vuln.bulletin import Bulletin, Scope, Statement, Unread
from pratique.vuln.ecosystem import BY_NAME
from pratique.vuln.feed import osv
from pratique.vuln.feed._bulletins import Intake
from pratique.vuln.feed._shape import Settings, Source
from pratique.vuln.feed._spool import Run, Spool
from pratique.vuln.shard import Shard

WILL_NOT = Statement(
    "12", "x", state=FixState.WILL_NOT_FIX, scope=Scope(("amd64",)), date="2026-01-02", level=Level.LOW
)


def taken(folder: Path, feed: str, *bulletins: Bulletin | Unread, limits: Limits = DEFAULT, first: int = 0) -> Run:
    spool = Spool(folder / f"{feed}.spool")
    intake = Intake(BY_NAME["Debian"], feed, Settings(limits, extent.Extents()), spool)
    for at, bulletin in enumerate(bulletins, first):
        intake.add(bulletin, at)
    return spool.close()


def filled(folder: Path, *runs: Run) -> Shard:
    settings = Settings(DEFAULT, extent.Extents())
    with build.draft(folder, osv.FEED.schema) as connection:
        facts = osv.fill(connection, Source(folder, "Debian", folder, "0"), settings, runs)
        made: manifest.Shard = build.seal(connection, "osv", "Debian", facts, folder)
    return Shard(folder / made.file, made)


def affecting(shard: Shard, text: str, name: str = "x") -> list[Affects]:
    return shard.affecting("12", name, version.key("deb", text))


def test_what_a_statement_says_comes_back(tmp_path: Path) -> None:
    bulletin = Bulletin("CVE-2025-1", ("A-1",), ("B-1",), severity=Severity(Level.HIGH), statements=(WILL_NOT,))
    (found,) = affecting(filled(tmp_path, taken(tmp_path, "tracker", bulletin)), "1.0")
    assert (found.state, found.scope, found.date, found.level) == (
        FixState.WILL_NOT_FIX,
        Scope(("amd64",)),
        "2026-01-02",
        Level.LOW,
    )
    advisory = found.advisory
    assert (advisory.id, advisory.aliases, advisory.upstream, advisory.level, advisory.feed) == (
        "CVE-2025-1",
        "A-1",
        "B-1",
        Level.HIGH,
        "tracker",
    )


@pytest.mark.parametrize(
    ("statement", "held"),
    [
        (Statement("12", "x"), "1 2 3"),
        (Statement("12", "x", fixed="2"), "1"),
        (Statement("12", "x", last="2"), "1 2"),
        (Statement("12", "x", introduced="2"), "2 3"),
        (Statement("12", "x", after="2"), "3"),
        (Statement("12", "x", introduced="2", last="2"), "2"),
        (Statement("12", "x", after="2", last="2"), ""),
        (Statement("12", "x", introduced="2", fixed="2"), ""),
        (Statement("12", "x", introduced="3", fixed="1"), ""),
        (Statement("12", "x", state=FixState.NOT_AFFECTED), ""),
    ],
)
def test_the_versions_that_are_meant(tmp_path: Path, statement: Statement, held: str) -> None:
    shard = filled(tmp_path, taken(tmp_path, "tracker", Bulletin("A-1", statements=(statement,))))
    assert [text for text in ("1", "2", "3") if affecting(shard, text)] == held.split()


def test_what_is_not_affected_is_stated_all_the_same(tmp_path: Path) -> None:
    statement = Statement("12", "x", state=FixState.NOT_AFFECTED)
    shard = filled(tmp_path, taken(tmp_path, "tracker", Bulletin("A-1", statements=(statement,))))
    assert [each.state for each in shard.statements("12", "x")] == [FixState.NOT_AFFECTED]


def test_the_vendors_record_holds_and_what_osv_said_goes(tmp_path: Path) -> None:
    theirs = Bulletin("A-1", modified="2020-01-01T00:00:00Z", statements=(Statement("12", "x", fixed="2"),))
    beaten = Bulletin("A-1", modified="2026-01-01T00:00:00Z", statements=(Statement("12", "y", fixed="2"),))
    kept = Bulletin("A-2", statements=(Statement("12", "y", fixed="3"),))
    ours, vendor = taken(tmp_path, osv.OSV, beaten, kept), taken(tmp_path, "tracker", theirs, first=1 << 31)
    for folder, runs in (("1", (ours, vendor)), ("2", (vendor, ours))):
        (tmp_path / folder).mkdir()
        for run in runs:
            (tmp_path / folder / run.file).write_bytes((tmp_path / run.file).read_bytes())
        shard = filled(tmp_path / folder, *runs)
        assert [each.advisory.feed for each in affecting(shard, "1")] == ["tracker"]
        assert [each.advisory.id for each in affecting(shard, "1", "y")] == ["A-2"]
        assert (shard.facts.records, shard.facts.unreadable) == (2, 0)


def test_what_cannot_be_read_is_counted(tmp_path: Path) -> None:
    run = taken(
        tmp_path,
        "tracker",
        Unread("page 7", "torn"),
        Bulletin("two words"),
        Bulletin(""),
        Bulletin("A" * 600),
        Bulletin("A-1", statements=(WILL_NOT,) * 3),
        Bulletin("A-2", statements=(Statement("12", "x", fixed="no version"), Statement("12", "z" * 600))),
        limits=Limits(feed_bounds=2),
    )
    shard = filled(tmp_path, run)
    assert (shard.facts.unreadable, shard.facts.records, shard.facts.unassessable) == (5, 1, 1)
    assert "'page 7': torn" in shard.facts.examples
    assert [each.record for each in shard.unassessable("12", "x")] == ["A-2"]
