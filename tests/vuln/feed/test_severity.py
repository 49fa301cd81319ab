"""Severities against FIRST's published examples and the vendors' words."""

from __future__ import annotations

import msgspec
import pytest

from pratique.model import Level, Severity
from pratique.vuln.feed._osv_record import decode
from pratique.vuln.feed._severity import rate

# Scores by FIRST's calculators: https://www.first.org/cvss/calculator/
V2 = "AV:N/AC:L/Au:N/C:C/I:C/A:C"  # 10.0
V30 = "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"  # 9.8
V31 = "CVSS:3.1/AV:N/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:N"  # 2.6
V4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"  # 9.3


def rated(id_: str = "X-1", **fields: object) -> Severity:
    return rate(decode(msgspec.json.encode({"id": id_, **fields})))


def score(text: str, kind: str = "CVSS_V3") -> dict[str, str]:
    return {"type": kind, "score": text}


@pytest.mark.parametrize(
    ("vector", "number", "level"),
    [
        (V2, 10.0, Level.HIGH),  # v2 knows no "critical"
        (V30, 9.8, Level.CRITICAL),
        (V31, 2.6, Level.LOW),
        (V4, 9.3, Level.CRITICAL),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0, Level.NONE),
    ],
)
def test_vectors_are_scored(vector: str, number: float, level: Level) -> None:
    assert rated(severity=[score(vector)]) == Severity(level, number, vector)


def test_the_newer_version_of_cvss_is_preferred_whatever_the_score() -> None:
    assert rated(severity=[score(V2), score(V30), score(V31)]).vector == V31
    assert rated(severity=[score(V4), score(V30)]).vector == V4


def test_the_records_own_goes_before_its_packages() -> None:
    assert rated(severity=[score(V31)], affected=[{"severity": [score(V30)]}]).vector == V31
    assert rated(affected=[{"severity": [score(V31)]}, {"severity": [score(V30)]}]).vector == V31


@pytest.mark.parametrize("vector", ["CVSS:3.1/AV:N", "CVSS:4.0/", "AV:", "CVSS:9.9/AV:N", "", "\0" * 9, V31 + "/X:Y"])
def test_what_is_no_vector_is_unknown(vector: str) -> None:
    assert rated(severity=[score(vector)]) == Severity()


@pytest.mark.parametrize(
    ("fields", "level"),
    [
        ({"database_specific": {"severity": "MODERATE"}}, Level.MEDIUM),  # GitHub
        ({"affected": [{"ecosystem_specific": {"urgency": "unimportant"}}]}, Level.NONE),  # Debian
        ({"affected": [{"ecosystem_specific": {"urgency": "not yet assigned"}}]}, Level.UNKNOWN),
        ({"severity": [{"type": "Ubuntu", "score": "negligible"}]}, Level.LOW),
        ({"affected": [{"database_specific": {"informational": "unmaintained"}}]}, Level.NONE),  # RustSec
        ({"database_specific": {"severity": ["a", "list"]}}, Level.UNKNOWN),
        ({"database_specific": [1]}, Level.UNKNOWN),
        ({"database_specific": None}, Level.UNKNOWN),
        ({}, Level.UNKNOWN),
    ],
)
def test_the_vendors_word(fields: dict[str, object], level: Level) -> None:
    assert rated(**fields) == Severity(level)


def test_almalinux_says_it_in_the_title() -> None:
    assert rated("ALSA-2024:1", summary="Important: curl security update").level is Level.HIGH
    assert rated("PYSEC-1", summary="Important: not a word on severity").level is Level.UNKNOWN


def test_a_vector_goes_before_a_word() -> None:
    assert rated(severity=[score(V31)], database_specific={"severity": "CRITICAL"}).level is Level.LOW
