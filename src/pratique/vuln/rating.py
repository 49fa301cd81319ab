"""A record's id or severity in, whose word it is and which of several is shown out.

CVSS v4 before v3.1 before v3.0 before v2 before a vendor's word; of one version the highest score.
https://www.first.org/cvss/
"""

from __future__ import annotations

from pratique.model import Severity

_VERSIONS = (("CVSS:4", 5), ("CVSS:3.1", 4), ("CVSS:3.0", 3), ("AV:", 2))

# Who publishes the records of a prefix: https://ossf.github.io/osv-schema/#id-modified-fields
_PUBLISHERS = {
    "ALBA": "AlmaLinux",
    "ALEA": "AlmaLinux",
    "ALPINE": "Alpine",
    "ALSA": "AlmaLinux",
    "AZL": "Microsoft",
    "BIT": "Bitnami",
    "CGA": "Chainguard",
    "DEBIAN": "Debian",
    "DLA": "Debian",
    "DSA": "Debian",
    "ELBA": "Oracle",
    "ELEA": "Oracle",
    "ELSA": "Oracle",
    "FOP": "FriendsOfPHP",
    "GHSA": "GitHub",
    "GO": "Go",
    "MAL": "OpenSSF",
    "NSWG": "Node.js",
    "OESA": "openEuler",
    "PYSEC": "PyPA",
    "RHBA": "Red Hat",
    "RHEA": "Red Hat",
    "RHSA": "Red Hat",
    "RLSA": "Rocky",
    "RUBYSEC": "RubySec",
    "RUSTSEC": "RustSec",
    "RXSA": "Rocky",
    "SUSE": "SUSE",
    "TEMP": "Debian",
    "UBUNTU": "Ubuntu",
    "USN": "Ubuntu",
    "VICTIMS": "Victims",
    "openSUSE": "SUSE",
}

# Records that are the erratum that brought the fix: what they publish, and when, is the fix itself.
_AMAZON = "ALAS"  # ALAS2023-2023-001, and of a topic ALAS2KERNEL-5.15-2022-001
_ERRATA = (
    "ALBA-",
    "ALEA-",
    "ALSA-",
    "DLA-",
    "DSA-",
    "ELBA-",
    "ELEA-",
    "ELSA-",
    "OESA-",
    "RHSA-",
    "RLSA-",
    "SUSE-",
    "USN-",
    "openSUSE-",
    _AMAZON,
)
_NO_SECURITY = ("ALBA-", "ALEA-", "ELBA-", "ELEA-")


# A vendor's own page of a CVE bears the CVE's id: there the feed tells.
_FEEDS = {"nvd": "NVD", "opensuse": "SUSE", "photon": "VMware", "redhat": "Red Hat", "suse": "SUSE"}


def publisher(record: str, feed: str = "") -> str:
    """Whose record it is, by the id's prefix, or by the feed that gave it; the prefix itself where we know no name."""
    prefix = record.partition("-")[0]
    if prefix == "CVE":
        return _FEEDS.get(feed, prefix)
    if prefix.startswith(_AMAZON):
        return "Amazon"
    return _PUBLISHERS.get(prefix, prefix)


def erratum(record: str) -> bool:
    """Whether the record's date is that of a fix."""
    return record.startswith(_ERRATA)


def maintenance(record: str) -> bool:
    """Whether the record is an erratum for bugs and enhancements: no vulnerability, unless it names one."""
    return record.startswith(_NO_SECURITY)


def preference(severity: Severity) -> tuple[int, float, int, str]:
    """Greater is shown rather; the vector only settles ties."""
    version = next((rank for prefix, rank in _VERSIONS if severity.vector.startswith(prefix)), 0)
    score = -1.0 if severity.score is None else severity.score
    return version, score, severity.level.rank, severity.vector
