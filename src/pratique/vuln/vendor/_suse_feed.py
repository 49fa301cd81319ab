"""A folder that holds SUSE's CSAF feeds in, the bulletins of one ecosystem out.

``suse/csaf-vex.tar.bz2`` and ``suse/csaf-vex/cve-….json`` are https://ftp.suse.com/pub/projects/security/csaf-vex/, a
document a CVE; ``suse/csaf.tar.bz2`` and ``suse/csaf/….json`` are …/csaf/, a document an advisory. Those are wanted for
the days of fixes only, and may be absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pratique.limits import Limits
from pratique.vuln.bulletin import Bulletin, Getter, Remote, Unread
from pratique.vuln.vendor._documents import Folder, documents
from pratique.vuln.vendor._source import demand
from pratique.vuln.vendor._suse import builds, read_document

_VEX = re.compile(r"cve-\d{4}-\d{4,19}\.json", re.ASCII)
_ADVISORY = re.compile(r"(?:open)?suse-\w+-[\w-]+\.json", re.ASCII)


def present(source: Path) -> bool:
    """Whether there is an archive or a document of CVEs."""
    return _folder(source, "csaf-vex", _VEX).present()


def read(source: Path, ecosystem: str, limits: Limits) -> Iterator[Bulletin | Unread]:
    """Every CVE's bulletin. Raises ``Unreadable`` where there is none."""
    return demand(_bulletins(source, ecosystem, limits), "SUSE's VEX feed")


def remotes(get: Getter, today: date) -> tuple[Remote, ...]:
    """The archives of both feeds."""
    base = "https://ftp.suse.com/pub/projects/security"
    return tuple(Remote(f"suse/{name}", f"{base}/{name}") for name in ("csaf-vex.tar.bz2", "csaf.tar.bz2"))


def _bulletins(source: Path, ecosystem: str, limits: Limits) -> Iterator[Bulletin | Unread]:
    days: dict[str, str] = {}
    yield from _published(source, days, limits)
    for found in documents(_folder(source, "csaf-vex", _VEX), limits):
        if isinstance(found, Unread):
            yield found
        elif ecosystem != "openSUSE" or b"openSUSE " in found.data:
            yield from read_document(found.name, found.data, ecosystem, days, limits)


def _published(source: Path, days: dict[str, str], limits: Limits) -> Iterator[Unread]:
    """When each build was first published, into ``days``."""
    for found in documents(_folder(source, "csaf", _ADVISORY), limits):
        if isinstance(found, Unread):
            yield found
            continue
        try:
            when, brought = builds(found.data, limits)
        except ValueError as error:
            yield Unread(found.name, str(error))
            continue
        for build in brought if when else ():
            if when < days.get(build, "9999") and (build in days or len(days) < limits.csaf_products):
                days[build] = when


def _folder(source: Path, name: str, pattern: re.Pattern[str]) -> Folder:
    return Folder(source / "suse", archive=f"{name}.tar", loose=(name,), name=pattern)
