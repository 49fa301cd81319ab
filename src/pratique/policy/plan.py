"""Decided findings and their report in, the smallest set of upgrades that clears what fails out.

A version clears a finding if the feeds say so: it is one of the finding's own fixed versions, or not below any of them,
in the order of the package's scheme. One step a package in one version (of a distribution's packages their source, for
that is what is built), to the lowest version that clears the most of its findings; nothing else would clear them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from pratique.model import (
    DISTRIBUTION_TYPES,
    Action,
    AnyFinding,
    Base,
    Package,
    Plan,
    Report,
    Upgrade,
    Vulnerability,
)
from pratique.package_url import spelt
from pratique.policy.brought import Brought
from pratique.version import key

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]*")  # of a package, safe to a shell
# By type the package managers that an image may have: the package that brings each, and how it upgrades some.
_COMMANDS = {
    "deb": (("apt", "apt-get update && apt-get install -y --only-upgrade {} && rm -rf /var/lib/apt/lists/*"),),
    "apk": (("apk-tools", "apk upgrade --no-cache {}"),),
    "rpm": (
        ("dnf", "dnf upgrade -y {} && dnf clean all"),
        ("dnf5", "dnf upgrade -y {} && dnf clean all"),
        ("microdnf", "microdnf update -y {} && microdnf clean all"),
        ("tdnf", "tdnf update -y {} && tdnf clean all"),
        ("zypper", "zypper --non-interactive update {} && zypper clean --all"),
        ("yum", "yum update -y {} && yum clean all"),
    ),
}

_Members = list[Vulnerability]


class _Step(msgspec.Struct, frozen=True):
    """A package in one version, the version to go to, and the findings which that clears."""

    first: Vulnerability
    version: str
    cleared: tuple[Vulnerability, ...]


def plan(report: Report, findings: Sequence[AnyFinding]) -> Plan:
    """For the findings that fail; where none does, for those that warn."""
    for action in (Action.FAIL, Action.WARN):
        found = [one for one in findings if one.decision.action is action]
        if found:
            known = [one for one in found if isinstance(one, Vulnerability)]
            return _planned("fail" if action is Action.FAIL else "warn", known, report)
    return Plan()


def _planned(about: Literal["fail", "warn"], findings: _Members, report: Report) -> Plan:
    groups = dict[tuple[str, str, str], _Members]()
    for finding in findings:
        groups.setdefault((finding.package.type, _name(finding.package), _compared(finding)), []).append(finding)
    steps = [step for members in groups.values() if (step := _step(members)) is not None]
    cleared = {id(finding) for step in steps for finding in step.cleared}
    left = sorted({finding.id for finding in findings if id(finding) not in cleared})
    merged = dict[tuple[str, str, str], list[_Step]]()
    for step in steps:
        merged.setdefault((step.first.package.type, _name(step.first.package), step.version), []).append(step)
    brought = Brought(report.packages)
    ranked = sorted(merged.values(), key=_order)
    upgrades = [_upgrade(alike, report.base, brought) for alike in ranked]
    return Plan(about, tuple(upgrades), _dockerfile(upgrades, report), tuple(left))


def _order(steps: Sequence[_Step]) -> tuple[bool, int, str, str, str]:
    """What clears an exploited one first, then what clears the most."""
    cleared = [finding for step in steps for finding in step.cleared]
    first = steps[0].first.package
    return all(one.kev is None for one in cleared), -len(cleared), _name(first), first.type, steps[0].version


def _step(members: _Members) -> _Step | None:
    """To the lowest of the versions that clear the most; None where there is none above the installed one."""
    try:
        installed = _key(members[0], _compared(members[0]))
        fixes = [{_key(finding, text): text for text in finding.fix.versions} for finding in members]
    except ValueError:
        return None  # not a version: vuln has told so
    ends = Counter(max(fix) for fix in fixes if fix)
    within = Counter(version for fix in fixes if fix for version in fix.keys() - {max(fix)})
    best, most, passed = b"", 0, 0  # passed: findings whose fixes all lie at or below the version
    for version in sorted(ends.keys() | within.keys()):
        passed += ends[version]
        if version > installed and passed + within[version] > most:
            best, most = version, passed + within[version]
    if not most:
        return None
    cleared = [one for one, fix in zip(members, fixes, strict=True) if fix and (best in fix or best >= max(fix))]
    return _Step(members[0], next(fix[best] for fix in fixes if best in fix), tuple(cleared))


def _upgrade(steps: Sequence[_Step], base: Base | None, brought: Brought) -> Upgrade:
    first = steps[0].first.package
    cleared = [finding for step in steps for finding in step.cleared]
    origins = {base.origin(finding.from_layer) if base is not None else "" for finding in cleared}
    return Upgrade(
        type=first.type,
        name=_name(first),
        installed=tuple(sorted({_compared(step.first) for step in steps})),
        version=steps[0].version,
        count=len(cleared),
        clears=tuple(sorted({finding.id for finding in cleared})),
        packages=tuple(sorted({finding.package.name for finding in cleared})),
        origin=origins.pop() if len(origins) == 1 else "",
        brought_by=brought.by({finding.package for finding in cleared}),
    )


def _dockerfile(upgrades: Iterable[Upgrade], report: Report) -> str:
    """The instruction that upgrades the distribution's packages by the manager that the image has; "" without one."""
    installed = {package.name for package in report.packages if package.type in _COMMANDS}
    return "\n".join(_instructions(upgrades, installed))


def _instructions(upgrades: Iterable[Upgrade], installed: set[str]) -> Iterator[str]:
    wanted = dict[str, set[str]]()
    for upgrade in upgrades:
        wanted.setdefault(upgrade.type, set()).update(name for name in upgrade.packages if _NAME.fullmatch(name))
    for kind, managers in _COMMANDS.items():
        command = next((command for manager, command in managers if manager in installed), "")
        if command and wanted.get(kind):
            yield f"RUN {command.format(' '.join(sorted(wanted[kind])))}"


def _name(package: Package) -> str:
    """What is upgraded as one: of a distribution's package its source."""
    if package.type in DISTRIBUTION_TYPES:
        return package.source_name or package.name
    return spelt(package)


def _compared(finding: Vulnerability) -> str:
    """The version that the feed's was compared with: of a distribution's package its source's."""
    return finding.evidence[0].version if finding.evidence else finding.package.version


def _key(finding: Vulnerability, version: str) -> bytes:
    return key(finding.evidence[0].scheme if finding.evidence else finding.package.type, version)
