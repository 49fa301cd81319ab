"""Two reports in, what has changed between them out: packages and findings. Pure; a foundation, for what it knows is
the nouns.

A finding is the same one in both where it names the same vulnerability, by any of its names, in a package of the same
name: what a newer version still has is not new. One of the image itself is the same one by its identifier and place.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence

from pratique.model import Action, AnyFinding, ImageFinding, Package, Report, Struct

Name = tuple[str, str, str]


class PackageStatus(enum.Enum):
    """What has become of a package."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    LICENCE = "licence"


class PackageChange(Struct, frozen=True):
    """A package, by purl type, namespace and name, whose versions or licences differ; ``old`` and ``new`` hold all
    that it has on either side, sorted, none where it is not there."""

    status: PackageStatus
    type: str
    namespace: str
    name: str
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    old_licences: tuple[str, ...] = ()
    new_licences: tuple[str, ...] = ()

    @property
    def is_relicensed(self) -> bool:
        """Whether both sides tell its licences, and they differ; its versions may, too."""
        return bool(self.old_licences and self.new_licences) and self.old_licences != self.new_licences


class FindingStatus(enum.Enum):
    """What has become of a finding; ``CHANGED`` is another severity, or KEV's word."""

    INTRODUCED = "introduced"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FIXED = "fixed"


class FindingChange(Struct, frozen=True):
    """A finding of either side; ``packages`` are all that it is a finding of there (the new side's, but for one that is
    fixed), none for one of the image itself."""

    status: FindingStatus
    old: AnyFinding | None
    new: AnyFinding | None
    packages: tuple[Package, ...]

    @property
    def is_new(self) -> bool:
        """Whether the old side did not have it, or not as one that is known to be exploited."""
        old, new = self.old, self.new
        if self.status is FindingStatus.INTRODUCED:
            return True
        return old is not None and new is not None and new.is_exploited and not old.is_exploited

    @property
    def finding(self) -> AnyFinding:
        """The new one, or the one that is gone."""
        found = self.new or self.old
        assert found is not None
        return found


class Difference(Struct, frozen=True):
    """What lies between two reports; ``compared`` says whether findings were looked for on both sides."""

    old: Report
    new: Report
    packages: tuple[PackageChange, ...]
    findings: tuple[FindingChange, ...]
    compared: bool = True


def compare(old: Report, new: Report, *, findings: bool = True) -> Difference:
    """All changes: packages by type and name; findings introduced first, then changed, unchanged, fixed, each by
    identifier and package."""
    changes = tuple(_findings(old.findings, new.findings)) if findings else ()
    return Difference(old, new, tuple(_packages(old.packages, new.packages)), changes, findings)


def _packages(old: Iterable[Package], new: Iterable[Package]) -> Iterable[PackageChange]:
    before, after = _by_name(old), _by_name(new)
    for name in sorted(before.keys() | after.keys()):
        there, here = before.get(name, []), after.get(name, [])
        versions = _versions(there), _versions(here)
        licences = _licences(there), _licences(here)
        if not there:
            yield PackageChange(PackageStatus.ADDED, *name, *versions, *licences)
        elif not here:
            yield PackageChange(PackageStatus.REMOVED, *name, *versions, *licences)
        elif versions[0] != versions[1]:
            yield PackageChange(PackageStatus.CHANGED, *name, *versions, *licences)
        elif licences[0] != licences[1]:
            yield PackageChange(PackageStatus.LICENCE, *name, *versions, *licences)


def _by_name(packages: Iterable[Package]) -> dict[Name, list[Package]]:
    found = dict[Name, list[Package]]()
    for package in packages:
        found.setdefault((package.type, package.namespace, package.name), []).append(package)
    return found


def _versions(packages: Iterable[Package]) -> tuple[str, ...]:
    return tuple(sorted({package.version for package in packages}))


def _licences(packages: Iterable[Package]) -> tuple[str, ...]:
    return tuple(sorted({licence for package in packages for licence in package.licences}))


def _findings(old: Sequence[AnyFinding], new: Sequence[AnyFinding]) -> list[FindingChange]:
    before, after = _by_subject(old), _by_subject(new)
    known = dict[tuple[Name, str], int]()  # each name of an old finding, and which one it is
    for number, members in enumerate(before):
        for name in _names(members):
            known.setdefault(name, number)
    made, left = list[FindingChange](), set(range(len(before)))
    for members in after:
        numbers = [known[name] for name in _names(members) if name in known]
        left.difference_update(numbers)
        was = before[numbers[0]][0] if numbers else None
        made.append(FindingChange(_status(was, members[0]), was, members[0], _of(members)))
    for number in left:
        members = before[number]
        made.append(FindingChange(FindingStatus.FIXED, members[0], None, _of(members)))
    order = list(FindingStatus)
    return sorted(
        made, key=lambda one: (order.index(one.status), one.finding.id, *(package.name for package in one.packages[:1]))
    )


_GRAVEST = (Action.FAIL, Action.WARN, Action.ALLOW, Action.NONE)


def _by_subject(findings: Iterable[AnyFinding]) -> list[list[AnyFinding]]:
    """The findings of one identifier in packages of one name, together; first the one that the policy is hardest on,
    which speaks for all, for one of them may be suppressed and the others not."""
    found = dict[tuple[Name, str], list[AnyFinding]]()
    for finding in findings:
        found.setdefault((_subject(finding), finding.id), []).append(finding)
    return [sorted(members, key=lambda one: _GRAVEST.index(one.decision.action)) for members in found.values()]


def _subject(finding: AnyFinding) -> Name:
    """The package's name; of a distribution's package its source's, which is what is vulnerable; of no
    package the file's."""
    if isinstance(finding, ImageFinding):
        return ("", "", finding.path)
    package = finding.package
    return (package.type, package.namespace, package.source_name or package.name)


def _names(members: Sequence[AnyFinding]) -> list[tuple[Name, str]]:
    subject = _subject(members[0])
    return [(subject, name) for one in members for name in (one.id, *one.aliases)]


def _of(members: Iterable[AnyFinding]) -> tuple[Package, ...]:
    packages = {one.package for one in members if not isinstance(one, ImageFinding)}
    return tuple(sorted(packages, key=lambda one: (one.name, one.version, one.path)))


def _status(was: AnyFinding | None, now: AnyFinding) -> FindingStatus:
    if was is None:
        return FindingStatus.INTRODUCED
    same = (was.severity.level, was.severity.score) == (now.severity.level, now.severity.score)
    return FindingStatus.UNCHANGED if same and was.is_exploited is now.is_exploited else FindingStatus.CHANGED
