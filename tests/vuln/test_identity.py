from __future__ import annotations

import pytest

from pratique.model import Level
from pratique.vuln.answer import Advisory, Affects
from pratique.vuln.bulletin import Scope
from pratique.vuln.identity import cves, identity, stated_cves


def advisory(id_: str, aliases: str = "", upstream: str = "") -> Advisory:
    return Advisory(id_, "", "", Level.UNKNOWN, None, "", "", aliases, upstream)


def affects(record: Advisory, *named: str) -> Affects:
    return Affects(record, b"", b"\xff", "", "", "", scope=Scope(cves=named))


@pytest.mark.parametrize(
    ("record", "names"),
    [
        (advisory("CVE-2026-1234"), {"CVE-2026-1234"}),
        (advisory("DEBIAN-CVE-2026-1234"), {"CVE-2026-1234"}),
        (advisory("GHSA-1", "CVE-2026-1 GHSA-2"), {"CVE-2026-1"}),
        (advisory("DSA-1", upstream="CVE-2026-1 CVE-2026-2"), {"CVE-2026-1", "CVE-2026-2"}),
        (advisory("USN-1", upstream="UBUNTU-CVE-2026-1234 ubuntu-cve-2026-5678"), {"CVE-2026-1234", "CVE-2026-5678"}),
        (advisory("USN-1", upstream="CVE-2026-1234 UBUNTU-CVE-2026-1234"), {"CVE-2026-1234"}),
    ],
)
def test_a_record_is_about_its_cves(record: Advisory, names: set[str]) -> None:
    assert cves(record) == stated_cves(affects(record)) == identity(affects(record)) == names


def test_a_statement_may_be_about_some_of_its_records_only() -> None:
    one = affects(advisory("USN-1", upstream="CVE-2026-1 CVE-2026-2"), "CVE-2026-2")
    assert stated_cves(one) == identity(one) == {"CVE-2026-2"}


def test_without_a_cve_it_is_about_what_it_is_called() -> None:
    record = advisory("PYSEC-1", "GHSA-1", "SNYK-1")
    assert cves(record) == set()
    assert identity(affects(record)) == {"PYSEC-1", "GHSA-1", "SNYK-1"}
