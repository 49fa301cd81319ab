"""Oracle Linux: its own OVAL, ``Oracle Linux:9``, by binary package. https://linux.oracle.com/security/oval/"""

from __future__ import annotations

import re

from pratique.vuln.distro._shape import Distribution, major

_FLAVOURS = (
    ("ksplice", re.compile(r"\.ksplice\d*(?![a-z])")),  # glibc 2:2.28-151.0.1.ksplice2.el8
    ("fips", re.compile(r"_fips(?![a-z])")),  # gnutls 10:3.6.16-4.0.1.el8_fips
    ("uek", re.compile(r"el\d+(_\d+)?uek(?![a-z])")),  # bpftool 5.15.0-206.153.7.el9uek, beside 7.3.0-427.el9
)


def flavour(version: str) -> str:
    """``ksplice`` (patched while it runs), ``fips`` (validated), ``uek`` (of the Unbreakable Enterprise Kernel) or "".

    Oracle marks them in the release, and raises the epoch of the first two above the plain package's."""
    release = version.rpartition("-")[2]
    return next((name for name, mark in _FLAVOURS if mark.search(release)), "")


DISTRO = Distribution(
    ids=("ol",),
    name="Oracle Linux",
    type="rpm",
    namespace="oracle",
    ecosystem="Oracle Linux",
    releases=major,
    flavour=flavour,
    vendors=("Oracle",),
    table="oracle",
)
