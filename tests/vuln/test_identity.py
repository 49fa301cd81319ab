from __future__ import annotations

import pytest

from pratique.model import Level
from pratique.vuln.answer import Advisory
from pratique.vuln.identity import cves, identity


def advisory(id_: str, aliases: str = "", upstream: str = "") -> Advisory:
    return Advisory(id_, "", "", Level.UNKNOWN, None, "", "", aliases, upstream)


@pytest.mark.parametrize(
    ("record", "names"),
    [
        (advisory("CVE-2026-1234"), {"CVE-2026-1234"}),
        (advisory("DEBIAN-CVE-2026-1234"), {"CVE-2026-1234"}),
        (advisory("GHSA-1", "CVE-2026-1 GHSA-2"), {"CVE-2026-1"}),
        (advisory("DSA-1", upstream="CVE-2026-1 CVE-2026-2"), {"CVE-2026-1", "CVE-2026-2"}),
    ],
)
def test_a_record_is_about_its_cves(record: Advisory, names: set[str]) -> None:
    assert cves(record) == identity(record) == names


def test_without_a_cve_it_is_about_what_it_is_called() -> None:
    record = advisory("PYSEC-1", "GHSA-1", "SNYK-1")
    assert cves(record) == set()
    assert identity(record) == {"PYSEC-1", "GHSA-1", "SNYK-1"}
