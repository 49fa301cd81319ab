"""SUSE Linux Enterprise in SUSE's VEX feed in (``suse/csaf-vex…``), a bulletin a CVE out.
https://ftp.suse.com/pub/projects/security/csaf-vex/"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pratique.limits import Limits
from pratique.vuln.bulletin import Bulletin, Unread, Vendor
from pratique.vuln.vendor import _suse_feed


def read(source: Path, limits: Limits) -> Iterator[Bulletin | Unread]:
    """Every CVE's bulletin. Raises ``Unreadable`` where there is none."""
    return _suse_feed.read(source, "SUSE", limits)


VENDOR = Vendor("SUSE", _suse_feed.present, read, _suse_feed.remotes, alone=True)
