"""Red Hat's VEX feed in (``redhat/*.tar.zst``, ``redhat/vex/<year>/cve-….json``), a bulletin a CVE out.

https://security.access.redhat.com/data/csaf/v2/vex/ and the layout of its successor, …/v2/vex-feed/. OSV's records
("RHSA-…", made from Red Hat's advisories) tell of fixes only.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pratique.errors import Unreadable
from pratique.limits import Limits
from pratique.vuln.bulletin import Bulletin, Getter, Remote, Unread, Vendor
from pratique.vuln.vendor._documents import Folder, documents
from pratique.vuln.vendor._redhat import read_document
from pratique.vuln.vendor._source import demand

_BASE = "https://security.access.redhat.com/data/csaf/v2/vex"
_ARCHIVE = re.compile(r"csaf_vex_(\d{4}-\d\d-\d\d)\.tar\.zst", re.ASCII)
_CHANGED = re.compile(r"\d{4}/cve-\d{4}-\d{4,19}\.json", re.ASCII)
_NAME = re.compile(r"cve-\d{4}-\d{4,19}\.json", re.ASCII)


def present(source: Path) -> bool:
    """Whether there is an archive or a document."""
    return _folder(source).present()


def read(source: Path, limits: Limits) -> Iterator[Bulletin | Unread]:
    """Every CVE's bulletin. Raises ``Unreadable`` where there is none."""
    return demand(_bulletins(source, limits), "Red Hat's VEX feed")


def _bulletins(source: Path, limits: Limits) -> Iterator[Bulletin | Unread]:
    for found in documents(_folder(source), limits):
        if isinstance(found, Unread):
            yield found
        else:
            yield from read_document(found.name, found.data, limits)


def _folder(source: Path) -> Folder:
    return Folder(source / "redhat", archive="", loose=("vex", "csaf/vex"), name=_NAME)


def remotes(get: Getter, today: date) -> tuple[Remote, ...]:
    """The archive of a day, the documents that have changed since, and the list of those taken back; a document of the
    day itself may be in the archive or not. https://security.access.redhat.com/data/csaf/v2/vex/ tells of all three."""
    archive = get(_remote("archive_latest.txt")).decode("utf-8", "replace").strip()
    named = _ARCHIVE.fullmatch(archive)
    if named is None:
        raise Unreadable(f"redhat/archive_latest.txt names {archive[:80]!r}")
    since, found = f"{named[1]}T", [_remote(archive), _remote("deletions.csv")]
    for row in csv.reader(get(_remote("changes.csv")).decode("utf-8", "replace").splitlines()):
        if len(row) == 2 and _CHANGED.fullmatch(row[0]) and row[1] >= since:
            found.append(Remote(f"redhat/vex/{row[0]}", f"{_BASE}/{row[0]}", row[1]))
    return tuple(found)


def _remote(name: str) -> Remote:
    return Remote(f"redhat/{name}", f"{_BASE}/{name}")


VENDOR = Vendor("Red Hat", present, read, remotes, alone=True)
