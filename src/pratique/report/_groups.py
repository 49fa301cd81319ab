"""Findings in, groups out as a reader wants them: one for all packages of one source, the exploited ones first.

A distribution builds many packages from one source, and a vulnerability of the source is a finding of each: eleven
findings in ``libc6``, ``libc-bin`` and so on are one thing to know and one thing to do.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pratique.model import Action, AnyFinding, Epss, ImageFinding, Kev, Package, Vex, Vulnerability
from pratique.risk import Risk, risk

DISTROS = ("deb", "apk", "rpm")
_GATE = {Action.FAIL: 0, Action.WARN: 1, Action.ALLOW: 3, Action.NONE: 2}


class Row(msgspec.Struct, frozen=True):
    """What one identifier says of the group: ``finding`` stands for all, ``packages`` are those that it concerns."""

    finding: AnyFinding
    packages: tuple[Package, ...]


class Group(msgspec.Struct, frozen=True):
    """Packages of one source in one version and layer, and what is known of them, worst first; no packages are the
    image itself."""

    packages: tuple[Package, ...]
    rows: tuple[Row, ...]


_Order = tuple[bool, int, Risk, str]


def groups(findings: Iterable[AnyFinding]) -> list[Group]:
    """Groups, those with exploited vulnerabilities first, then by decision and severity."""
    gathered: dict[tuple[str, ...], list[AnyFinding]] = {}
    for finding in sorted(findings, key=lambda one: (order(one), name_of(one), one.file)):
        gathered.setdefault(_source(finding), []).append(finding)
    found = [_group(members) for members in gathered.values()]
    return sorted(found, key=lambda group: (order(group.rows[0].finding)[:-1], name_of(group.rows[0].finding)))


def order(finding: AnyFinding) -> _Order:
    """What to sort by: exploited first, then what the policy says, and within that the risk (``docs/risk.md``)."""
    return not finding.is_exploited, _GATE[finding.decision.action], risk(finding), finding.id


def gated(finding: AnyFinding) -> bool:
    """Whether it fails or warns."""
    return finding.decision.action in (Action.FAIL, Action.WARN)


def suppressed(finding: AnyFinding) -> bool:
    """Whether a suppression holds."""
    return bool(finding.decision.suppressed_until) and not baselined(finding)


def baselined(finding: AnyFinding) -> bool:
    """Whether it is let be since a baseline holds it."""
    return bool(finding.decision.baseline)


def silenced(finding: AnyFinding) -> bool:
    """Whether a suppression or a baseline holds, or a VEX document decided."""
    return bool(finding.decision.suppressed_until or finding.decision.vex)


def kev_of(finding: AnyFinding) -> Kev | None:
    """The entry in CISA's catalogue, where there is one."""
    return finding.kev if isinstance(finding, Vulnerability) else None


def epss_of(finding: AnyFinding) -> Epss | None:
    """The exploit prediction, where there is one."""
    return finding.epss if isinstance(finding, Vulnerability) else None


def vex_of(finding: AnyFinding) -> Vex | None:
    """What a VEX document says of it, where one does."""
    return finding.vex if isinstance(finding, Vulnerability) else None


def name_of(finding: AnyFinding) -> str:
    """The package's full name, "" for a finding of the image itself."""
    return "" if isinstance(finding, ImageFinding) else full_name(finding.package)


def version_of(finding: AnyFinding) -> str:
    """The package's version, "" for a finding of the image itself."""
    return "" if isinstance(finding, ImageFinding) else finding.package.version


def label(finding: AnyFinding) -> str:
    """``log4j-core 2.14.1``, or ``the image``."""
    return "the image" if isinstance(finding, ImageFinding) else f"{name_of(finding)} {version_of(finding)}"


def full_name(package: Package) -> str:
    """With the namespace where that is a part of the name, as npm's scope is; not that of a distribution."""
    if not package.namespace or package.type in DISTROS:
        return package.name
    return f"{package.namespace}/{package.name}"


def short_name(package: Package) -> str:
    """As people call it: of a Java package the artifact alone, whose group is long."""
    return package.name if package.type == "maven" else full_name(package)


def _source(finding: AnyFinding) -> tuple[str, ...]:
    if isinstance(finding, ImageFinding):
        return ()
    package = finding.package
    return (
        package.type,
        package.source_name or package.name,
        package.source_version or package.version,
        str(package.layer),
    )


def _group(members: list[AnyFinding]) -> Group:
    rows: dict[tuple[object, ...], list[AnyFinding]] = {}
    for finding in members:
        fix = finding.fix if isinstance(finding, Vulnerability) else None
        rows.setdefault((finding.id, finding.decision, finding.severity, fix), []).append(finding)
    made = [Row(found[0], _packages(found)) for found in rows.values()]
    return Group(_packages(members), tuple(made))


def _packages(findings: list[AnyFinding]) -> tuple[Package, ...]:
    """Their packages, each once, by name and path."""
    packages = [one.package for one in findings if not isinstance(one, ImageFinding)]
    found = {(package.name, package.version, package.path): package for package in packages}
    return tuple(found[key] for key in sorted(found))
