"""The KEV catalogue: CISA's real one, and bad ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import Limits
from pratique.model import Kev
from pratique.vuln.build import build
from pratique.vuln.database import Database
from pratique.vuln.feed.kev import FILE
from vuln.feeds import database, write


def test_an_entry(tmp_path: Path) -> None:
    shard = database(tmp_path, {"PyPI": []}, kev=["CVE-2025-1"]).shard("kev", "kev")
    assert shard is not None
    assert shard.kev("CVE-2025-1") == Kev("2025-12-01", "2025-12-22", ransomware=True)
    assert shard.kev("CVE-2025-2") is None


def test_many_at_once_are_those_that_are_there(tmp_path: Path) -> None:
    there = [f"CVE-2025-{number}" for number in range(1300)]
    shard = database(tmp_path, {"PyPI": []}, kev=there).shard("kev", "kev")
    assert shard is not None
    assert shard.kevs([]) == {}
    asked = {*there[10:], *(f"CVE-2024-{number}" for number in range(700))}
    assert shard.kevs(asked) == dict.fromkeys(there[10:], Kev("2025-12-01", "2025-12-22", ransomware=True))


def test_the_real_catalogue(shared: Path, tmp_path: Path) -> None:
    build(shared / "feeds", tmp_path, ecosystems=["npm"])
    shard = Database.open(tmp_path).shard("kev", "kev")
    catalogue = json.loads((shared / "feeds" / FILE).read_text())
    assert shard is not None
    assert shard.facts.records == catalogue["count"]
    assert shard.facts.date == catalogue["dateReleased"]
    for entry in catalogue["vulnerabilities"]:
        known = entry["knownRansomwareCampaignUse"] == "Known"
        assert shard.kev(entry["cveID"]) == Kev(entry["dateAdded"], entry["dueDate"], known)


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"{}",
        b"[]",
        b'{"dateReleased": "x", "vulnerabilities": []}',
        b"\xff\xfe",
        b'{"dateReleased": "\xff"}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_catalogue_stops_the_build(bad: bytes, tmp_path: Path) -> None:
    source = write(tmp_path / "feeds", {"PyPI": []})
    (source / FILE).write_bytes(bad)
    with pytest.raises(Unreadable):
        build(source, tmp_path / "db")
    assert not (tmp_path / "db" / "manifest.json").exists()


def test_the_size_is_bounded(tmp_path: Path) -> None:
    source = write(tmp_path / "feeds", {"PyPI": []})
    with pytest.raises(LimitExceeded, match="feed_file"):
        build(source, tmp_path / "db", limits=Limits(feed_file=10))
