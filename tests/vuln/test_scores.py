"""The score of a CVE: the preferred one of all feeds, of records that are about no other CVE."""

from __future__ import annotations

from pathlib import Path

from pratique.model import Level, Severity
from vuln.feeds import database, fixed, record

V30 = "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
V31 = "CVSS:3.1/AV:N/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:N"


def scored(id_: str, vector: str, *cves: str, ecosystem: str = "PyPI", **more: object) -> dict[str, object]:
    severity = [{"type": "CVSS_V3", "score": vector}]
    return record(id_, "x", *fixed("2"), ecosystem=ecosystem, aliases=list(cves), severity=severity, **more)


def test_of_several_feeds_the_preferred_vector(tmp_path: Path) -> None:
    feeds = {
        "PyPI": [scored("PYSEC-1", V30, "CVE-1"), scored("PYSEC-2", V30, "CVE-2", "CVE-3")],
        "npm": [
            scored("GHSA-1", V31, "CVE-1", ecosystem="npm"),
            scored("GHSA-2", V31, "CVE-4", ecosystem="npm", withdrawn="2025-01-01T00:00:00Z"),
            scored("GHSA-3", V31, "CVE-5", ecosystem="npm", withdrawn="2031-01-01T00:00:00Z"),
        ],
    }
    shard = database(tmp_path, feeds).shard("cvss", "cvss")
    assert shard is not None
    assert shard.cvss("CVE-1") == Severity(Level.LOW, 2.6, V31, "GitHub")
    assert [shard.cvss(f"CVE-{number}") for number in (2, 3, 4)] == [None] * 3
    assert shard.cvss("CVE-5") is not None  # it is to be withdrawn later than the feed is of
    assert shard.facts.records == 2
