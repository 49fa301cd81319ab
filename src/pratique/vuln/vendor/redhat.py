"""Red Hat's VEX feed in (``redhat/*.tar.zst``, ``redhat/vex/<year>/cve-….json``), a bulletin a CVE out.

https://security.access.redhat.com/data/csaf/v2/vex/ and the layout of its successor, …/v2/vex-feed/. OSV's records
("RHSA-…", made from Red Hat's advisories) tell of fixes only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pratique.limits import Limits
from pratique.vuln.bulletin import Bulletin, Unread, Vendor
from pratique.vuln.vendor._documents import Folder, documents
from pratique.vuln.vendor._redhat import read_document
from pratique.vuln.vendor._source import demand

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


VENDOR = Vendor("Red Hat", present, read)
