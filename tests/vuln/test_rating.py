"""Whose record an id names, and whether it is an erratum."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pratique.model import Level, Severity
from pratique.vuln.rating import erratum, maintenance, preference, publisher


@pytest.mark.parametrize(
    ("record", "who", "mends", "upkeep"),
    [
        ("ALSA-2024:1234", "AlmaLinux", True, False),
        ("ALBA-2024:1234", "AlmaLinux", True, True),
        ("ELSA-2018-1196-1", "Oracle", True, False),
        ("ELBA-2024-1234", "Oracle", True, True),
        ("ALAS-2011-1", "Amazon", True, False),
        ("ALAS2023-2023-001", "Amazon", True, False),
        ("ALAS2KERNEL-5.15-2022-001", "Amazon", True, False),
        ("DEBIAN-CVE-2024-1000", "Debian", False, False),
        ("TEMP-0517018-A83CE6", "Debian", False, False),
        ("UBUNTU-JAMMY-CVE-2022-32325", "Ubuntu", False, False),
        ("USN-6561-1", "Ubuntu", True, False),
        ("NOBODY-1", "NOBODY", False, False),
    ],
)
def test_of_an_id(record: str, who: str, mends: bool, upkeep: bool) -> None:
    assert publisher(record) == who
    assert erratum(record) is mends
    assert maintenance(record) is upkeep


@pytest.mark.parametrize(
    ("record", "feed", "name"),
    [
        ("CVE-2026-1", "redhat", "Red Hat"),
        ("CVE-2026-1", "suse", "SUSE"),
        ("CVE-2026-1", "nvd", "NVD"),
        ("CVE-2026-1", "osv", "CVE"),
        ("RHSA-2026:1", "osv", "Red Hat"),
        ("openSUSE-SU-2026:1-1", "osv", "SUSE"),
    ],
)
def test_a_cves_own_page_is_its_feeds(record: str, feed: str, name: str) -> None:
    assert publisher(record, feed) == name


def test_a_later_cvss_goes_before_a_higher_score_and_a_score_before_a_word() -> None:
    vectors = ("AV:N/AC:L", "CVSS:3.0/AV:N", "CVSS:3.1/AV:N", "CVSS:4.0/AV:N")
    rising = [
        Severity(Level.UNKNOWN),
        Severity(Level.CRITICAL),
        Severity(Level.LOW, 0.0),
        *(Severity(Level.LOW, score, vector) for vector in vectors for score in (0.0, 9.9)),
    ]
    assert all(preference(low) < preference(high) for low, high in pairwise(rising))
