"""What the ways round the KEV floor have in common: a vulnerability that is known to be exploited, an image that holds
it, and whether a report fails for it.

CVE-2025-40001 is GHSA-aaaa-bbbb-cccc, in demo 1.0 of PyPI, EPSS 0.01.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from images import Member, file
from pratique.api import Settings, scan
from pratique.model import Action, Report, Result, Vulnerability
from vuln import feeds
from vuln.feeds import Record, fixed, record

CVE, ALIAS = "CVE-2025-40001", "GHSA-aaaa-bbbb-cccc"
SITE = "usr/lib/python3/dist-packages"


def wheel(name: str = "demo", version: str = "1.0", folder: str = SITE) -> Member:
    """https://packaging.python.org/en/latest/specifications/core-metadata/"""
    text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    return file(f"{folder}/{name}-{version}.dist-info/METADATA", text)


def exploited(**more: object) -> Record:
    return record(ALIAS, "demo", *fixed("2.0"), **{"aliases": [CVE], "published": "2025-12-20T00:00:00Z", **more})


def database(folder: Path, *records: Record, kev: Sequence[str] | None = (CVE,), **more: Any) -> Path:
    """A database of these records of PyPI, in which only ``CVE`` is known to be exploited."""
    feeds.database(folder, {"PyPI": records or [exploited()]}, kev=kev, epss={CVE: 0.01}, **more).close()
    return folder / "db"


def scanned(target: str, settings: Settings) -> Report:
    (outcome,) = scan([target], settings)
    assert outcome.error is None
    return outcome.report


def fails(report: Report) -> bool:
    """Whether it fails, and for what is exploited."""
    action = {finding.decision.action for finding in report.findings if is_exploited(finding)}
    return report.verdict.result is Result.FAIL and action == {Action.FAIL}


def is_exploited(finding: object) -> bool:
    return isinstance(finding, Vulnerability) and finding.kev is not None


ALLOW = 'gate: [{name: all, when: "true", action: allow}]'


def baseline(**changes: object) -> str:
    entry = {"id": CVE, "package": "pypi/demo", "image": "app"}
    made = {"version": 1, "created": "2026-01-01", "owner": "o", "reason": "r", "expires": "2026-03-01"}
    anywhere = {"id": CVE, "package": "pypi/demo"}
    return json.dumps({**made, "findings": [entry, {**entry, "id": ALIAS}, anywhere], **changes})
