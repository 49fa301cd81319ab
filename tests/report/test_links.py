from __future__ import annotations

import pytest

from pratique.report._links import licence_page, page


@pytest.mark.parametrize(
    ("record", "feed", "url"),
    [
        ("CVE-2021-44228", "", "https://www.cve.org/CVERecord?id=CVE-2021-44228"),
        ("GHSA-jfh8-c2jp-5v3q", "osv", "https://github.com/advisories/GHSA-jfh8-c2jp-5v3q"),
        ("DEBIAN-CVE-2024-1", "osv", "https://security-tracker.debian.org/tracker/CVE-2024-1"),
        ("ALSA-2022:7106", "osv", "https://osv.dev/vulnerability/ALSA-2022:7106"),
        ("RHSA-2024:4546", "redhat", "https://access.redhat.com/errata/RHSA-2024:4546"),
        ("SUSE-SU-2024:1-1", "suse", ""),
        ("GO-{id}?x=1#y z", "osv", ""),
        ("CVE-2021-1\n", "osv", ""),
        ("DSA-1234-1", "debian", "https://security-tracker.debian.org/tracker/DSA-1234-1"),
    ],
)
def test_pages(record: str, feed: str, url: str) -> None:
    assert page(record, feed) == url


@pytest.mark.parametrize(
    ("identifier", "url"),
    [
        ("GPL-2.0-only", "https://spdx.org/licenses/GPL-2.0-only.html"),
        ("LicenseRef-Acme", ""),
        ("licence-unknown", ""),
        ("../MIT", ""),
        ("", ""),
    ],
)
def test_pages_of_licences(identifier: str, url: str) -> None:
    assert licence_page(identifier) == url
