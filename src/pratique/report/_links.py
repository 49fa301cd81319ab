"""The id of a record or of a licence in, the address of the page on which its publisher shows it out."""

from __future__ import annotations

import re

from pratique.licences import published

# By what the id begins with; of those that begin alike, the longer one first. ``{}`` is the rest of the id, ``{id}``
# all of it. Whose records these are: https://ossf.github.io/osv-schema/#id-modified-fields
_PAGES = (
    ("CVE-", "https://www.cve.org/CVERecord?id={id}"),
    ("GHSA-", "https://github.com/advisories/{id}"),
    ("GO-", "https://pkg.go.dev/vuln/{id}"),
    ("RUSTSEC-", "https://rustsec.org/advisories/{id}.html"),
    ("DEBIAN-CVE-", "https://security-tracker.debian.org/tracker/CVE-{}"),
    ("DSA-", "https://security-tracker.debian.org/tracker/{id}"),
    ("DLA-", "https://security-tracker.debian.org/tracker/{id}"),
    ("TEMP-", "https://security-tracker.debian.org/tracker/{id}"),
    ("UBUNTU-CVE-", "https://ubuntu.com/security/CVE-{}"),
    ("USN-", "https://ubuntu.com/security/notices/{id}"),
    ("ALPINE-CVE-", "https://security.alpinelinux.org/vuln/CVE-{}"),
    ("RHSA-", "https://access.redhat.com/errata/{id}"),
    ("RHBA-", "https://access.redhat.com/errata/{id}"),
    ("RHEA-", "https://access.redhat.com/errata/{id}"),
    ("RLSA-", "https://errata.rockylinux.org/{id}"),
    ("ELSA-", "https://linux.oracle.com/errata/{id}.html"),
)
_OSV = "https://osv.dev/vulnerability/{id}"
_SPDX = "https://spdx.org/licenses/{id}.html"
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-._:][A-Za-z0-9]+)+", re.ASCII)


def page(record: str, feed: str) -> str:
    """The page, "" where none is known, or the text is no identifier that a publisher would give; OSV shows each record
    of its own feed."""
    if not _IDENTIFIER.fullmatch(record):
        return ""
    found = next(((start, url) for start, url in _PAGES if record.startswith(start)), None)
    start, url = found or ("", _OSV if feed == "osv" else "")
    return url.format(record.removeprefix(start), id=record)


def licence_page(identifier: str) -> str:
    """The page of a licence, "" for one that is not on SPDX's list."""
    return _SPDX.format(id=identifier) if published(identifier) else ""
