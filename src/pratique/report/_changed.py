"""A change between two reports in, what every format tells of it out: a package's name, both sides, severities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pratique.difference import FindingChange, FindingStatus, PackageChange, PackageStatus
from pratique.model import AnyFinding
from pratique.report import _groups
from pratique.report._text import visible

NAMED = 3
"""How many of a list are named."""

_WORDS = {
    PackageStatus.ADDED: "added",
    PackageStatus.REMOVED: "removed",
    PackageStatus.CHANGED: "changed",
    PackageStatus.LICENCE: "with another licence",
}


def name(change: PackageChange) -> str:
    """With the namespace where that is a part of the name."""
    if not change.namespace or change.type in _groups.DISTROS:
        return visible(change.name)
    return visible(f"{change.namespace}/{change.name}")


def sides(change: PackageChange) -> tuple[str, str]:
    """What is told of the old and of the new side: versions, with the licences where these differ too, or the licences
    where only these do."""
    old, new = _list(change.old_licences), _list(change.new_licences)
    if change.status is PackageStatus.LICENCE:
        return old, new
    versions = _list(change.old), _list(change.new)
    if not change.is_relicensed:
        return versions
    return f"{versions[0]} ({old})", f"{versions[1]} ({new})"


def _list(texts: Sequence[str]) -> str:
    more = ", …" if len(texts) > NAMED else ""
    return ", ".join(visible(text) for text in texts[:NAMED]) + more


def counted(changes: Sequence[PackageChange]) -> str:
    """``3 added, 0 removed, 12 changed, 1 with another licence``, some of which may have changed otherwise too."""
    found = Counter(one.status for one in changes)
    found[PackageStatus.LICENCE] = sum(one.status is PackageStatus.LICENCE or one.is_relicensed for one in changes)
    return ", ".join(f"{found[status]:,} {_WORDS[status]}" for status in PackageStatus)


def severities(change: FindingChange) -> str:
    """``HIGH 7.8``; ``LOW became HIGH 7.8  KEV``, of one that is changed."""
    was = change.old if change.status is FindingStatus.CHANGED else None
    return (f"{_severity(was)} became " if was is not None else "") + _severity(change.finding)


def _severity(finding: AnyFinding) -> str:
    score = "" if finding.severity.score is None else f" {finding.severity.score:.1f}"
    kev = "  KEV" if finding.is_exploited else ""
    return f"{finding.severity.level.value.upper()}{score}{kev}"
