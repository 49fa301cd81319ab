"""EPSS files in FIRST's format, and bad ones."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import Limits
from pratique.model import Epss
from pratique.vuln.build import build
from pratique.vuln.database import Database
from pratique.vuln.feed.epss import FILE
from vuln.feeds import database, write

HEAD = "#model_version:v2025.03.14,score_date:2026-01-09T00:00:00+0000\ncve,epss,percentile\n"


def test_a_score_and_its_day(tmp_path: Path) -> None:
    shard = database(tmp_path, {"PyPI": []}, epss={"CVE-2025-1": 0.25}).shard("epss", "epss")
    assert shard is not None
    assert shard.epss("CVE-2025-1") == Epss(0.25, 0.5, "2026-01-09")
    assert shard.epss("CVE-2025-2") is None


def test_lines_that_are_no_score_are_counted(tmp_path: Path) -> None:
    bad = "CVE-2,1.5,0.1\nCVE-3,nan,0.1\nCVE-4\nhello,0.1,0.1\n"
    source = write(tmp_path / "feeds", {"PyPI": []})
    (source / FILE).write_bytes(gzip.compress(f"{HEAD}CVE-1,0.5,0.5\n{bad}".encode()))
    build(source, tmp_path / "db")
    shard = Database.open(tmp_path / "db").shard("epss", "epss")
    assert shard is not None
    assert (shard.facts.records, shard.facts.unreadable) == (1, 4)


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"not gzip",
        gzip.compress(HEAD.encode() + b"CVE-1,0.5,0.5\n", mtime=0)[:-9],
        gzip.compress(b"cve,epss,percentile\nCVE-1,0.5,0.5\n", mtime=0),
        gzip.compress(HEAD.encode(), mtime=0),
    ],
)
def test_what_is_no_epss_file_stops_the_build(bad: bytes, tmp_path: Path) -> None:
    source = write(tmp_path / "feeds", {"PyPI": []})
    (source / FILE).write_bytes(bad)
    with pytest.raises(Unreadable):
        build(source, tmp_path / "db")


def test_a_bomb_is_bounded(tmp_path: Path) -> None:
    source = write(tmp_path / "feeds", {"PyPI": []})
    (source / FILE).write_bytes(gzip.compress(HEAD.encode() + b"\0" * 10_000_000))
    with pytest.raises(LimitExceeded, match="feed_file"):
        build(source, tmp_path / "db", limits=Limits(feed_file=1_000_000))
