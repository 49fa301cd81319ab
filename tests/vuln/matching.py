"""Inventories matched against small databases that a test makes up, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pratique.model import Distro, Inventory, Package, Vulnerability
from pratique.vuln.match import Matches, match
from vuln.feeds import NOW, Record, database, fixed, record

WHOLE = {"Debian": {"complete": True}, "npm": {"complete": True}}
DEBIAN = Distro("debian", "12", "bookworm")


def matches(
    folder: Path,
    feeds: dict[str, Sequence[Record]],
    *packages: Package,
    distro: Distro | None = None,
    now: datetime = NOW,
    **more: object,
) -> Matches:
    settings = {"coverage": WHOLE, "epss": {"CVE-1999-0001": 0.1}, **more}
    return match(Inventory(distro, packages), database(folder, feeds, **settings), now)


def debian(*records: Record) -> dict[str, Sequence[Record]]:
    """A Debian feed that knows release 12."""
    return {"Debian": [record("DSA-0", "nothing", *fixed("1"), ecosystem="Debian:12"), *records]}


def blocking(found: Matches) -> list[str]:
    return [problem.what for problem in found.problems if problem.blocking]


def one(found: Matches) -> Vulnerability:
    (finding,) = found.findings
    assert isinstance(finding, Vulnerability)
    return finding
