"""A record in, the names of the vulnerabilities that it is about out.

``aliases`` name the same vulnerability, ``upstream`` those that a record is about:
https://ossf.github.io/osv-schema/#aliases-field, https://ossf.github.io/osv-schema/#upstream-field
"""

from __future__ import annotations

import functools
import re

from pratique.vuln.answer import Advisory, Affects


def cves(advisory: Advisory) -> frozenset[str]:
    """The CVEs that a record is about."""
    return own_cves(advisory.id, advisory.aliases, advisory.upstream)


@functools.lru_cache(maxsize=4096)
def own_cves(id_: str, aliases: str, upstream: str) -> frozenset[str]:
    """The CVEs that a record names as aliases or upstream, or in its own id, or whose pages it names so (Ubuntu's
    notices name ``UBUNTU-CVE-2024-1234``); one is the same in small letters."""
    found: set[str] = set()  # set[str]() takes ten times as long
    for name in (id_, *aliases.split(), *upstream.split()):
        if name.startswith("CVE-"):
            found.add(name)
        elif (page := _PAGE.search(name)) is not None:
            found.add(page[1].upper())
    return frozenset(found)


_PAGE = re.compile(r"(?:^|-)(CVE-\d{4}-\d{4,19})$", re.ASCII | re.IGNORECASE)  # DEBIAN-CVE-2024-1234


def as_spelt(name: str) -> str:
    """A CVE's or GitHub's identifier as the feeds spell it, whatever the case of its letters; any other as it is."""
    if name[:4].upper() == "CVE-":
        return name.upper()
    return f"GHSA{name[4:].lower()}" if name[:5].upper() == "GHSA-" else name


def stated_cves(affects: Affects) -> frozenset[str]:
    """The CVEs that a statement is about: those of its record, or those of them that it names itself."""
    return frozenset(affects.scope.cves) or cves(affects.advisory)


def identity(affects: Affects) -> frozenset[str]:
    """The CVEs of a statement, or, where there are none, its record's id and aliases."""
    advisory = affects.advisory
    return stated_cves(affects) or frozenset((advisory.id, *advisory.aliases.split(), *advisory.upstream.split()))
