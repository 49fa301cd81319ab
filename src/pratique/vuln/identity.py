"""A record in, the names of the vulnerabilities that it is about out.

``aliases`` name the same vulnerability, ``upstream`` those that a record is about:
https://ossf.github.io/osv-schema/#aliases-field, https://ossf.github.io/osv-schema/#upstream-field
"""

from __future__ import annotations

import functools
import re

from pratique.vuln.answer import Advisory


def cves(advisory: Advisory) -> frozenset[str]:
    """The CVEs that a record is about."""
    return own_cves(advisory.id, advisory.aliases, advisory.upstream)


@functools.lru_cache(maxsize=4096)
def own_cves(id_: str, aliases: str, upstream: str) -> frozenset[str]:
    """The CVEs that a record names as aliases or upstream, or in its own id; one is the same in small letters."""
    named = {name for name in f"{aliases} {upstream}".split() if name.startswith("CVE-")}
    own = _OWN_CVE.search(id_)
    return frozenset(named | {own[1].upper()} if own else named)


_OWN_CVE = re.compile(r"(?:^|-)(CVE-\d{4}-\d{4,19})$", re.ASCII | re.IGNORECASE)  # DEBIAN-CVE-2024-1234


def as_spelt(name: str) -> str:
    """A CVE's or GitHub's identifier as the feeds spell it, whatever the case of its letters; any other as it is."""
    if name[:4].upper() == "CVE-":
        return name.upper()
    return f"GHSA{name[4:].lower()}" if name[:5].upper() == "GHSA-" else name


def identity(advisory: Advisory) -> frozenset[str]:
    """Its CVEs, or, where it names none, its id and aliases."""
    return cves(advisory) or frozenset((advisory.id, *advisory.aliases.split(), *advisory.upstream.split()))
