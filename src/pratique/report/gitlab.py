"""A report in, GitLab's container scanning report out: https://docs.gitlab.com/development/integrations/secure/#report,
whose schema is https://gitlab.com/gitlab-org/security-products/security-report-schemas, ``container-scanning``.
"""

from __future__ import annotations

import re
import uuid

from pratique.model import AnyFinding, ImageFinding, Level, Malware, Report, Severity
from pratique.plugins import WriteOptions, Writer
from pratique.report import _groups, _told
from pratique.report._apart import apart, image_name, platform_of
from pratique.report._document import Part
from pratique.report._encode import encode
from pratique.report._quoting import markdown
from pratique.report._remedy import remedy
from pratique.report._text import visible

_VERSION = "15.2.1"
_SPACE = uuid.UUID("5f3e3a52-3c5c-5d43-9d0e-6b1c8f4c2f10")  # of our own identifiers (RFC 9562, section 5.5)
_SEVERITIES = {
    Level.CRITICAL: "Critical",
    Level.HIGH: "High",
    Level.MEDIUM: "Medium",
    Level.LOW: "Low",
    Level.NONE: "Info",
    Level.UNKNOWN: "Unknown",
}
_UNKNOWN = "unknown"  # the schema wants no text empty
_NAME = 255  # characters
_LONGEST = 3_000  # 7,000 are allowed, and a character may take two to be written
# Vectors that it knows: https://www.first.org/cvss/v2/guide, sections 2.1 to 2.3, and
# https://www.first.org/cvss/v3-1/specification-document, table 15; a version 4 has no place.
_METRIC_2 = (
    r"(?:AV:[NAL]|AC:[LMH]|Au:[MSN]|[CIA]:[NPC]|E:(?:U|POC|F|H|ND)|RL:(?:OF|TF|W|U|ND)|RC:(?:UC|UR|C|ND)|"
    r"CDP:(?:N|L|LM|MH|H|ND)|TD:(?:N|L|M|H|ND)|[CIA]R:(?:L|M|H|ND))"
)
_METRIC_3 = (
    r"(?:AV:[NALP]|AC:[LH]|PR:[NLH]|UI:[NR]|S:[UC]|[CIA]:[NLH]|E:[XUPFH]|RL:[XOTWU]|RC:[XURC]|[CIA]R:[XLMH]|"
    r"M(?:AV:[XNALP]|AC:[XLH]|PR:[XNLH]|UI:[XNR]|S:[XUC]|[CIA]:[XNLH]))"
)
_VECTOR = re.compile(rf"{_METRIC_2}(?:/{_METRIC_2}){{5,}}|CVSS:3\.[01](?:/{_METRIC_3}){{8,}}")
_VECTOR_LENGTH = 128


class _Vendor(Part, frozen=True):
    name: str


class _Scanner(Part, frozen=True):
    id: str
    name: str
    vendor: _Vendor
    version: str


class _Message(Part, frozen=True):
    level: str
    value: str


class _Scan(Part, frozen=True):
    analyzer: _Scanner
    scanner: _Scanner
    type: str
    start_time: str
    end_time: str
    status: str
    messages: list[_Message]


class _Identifier(Part, frozen=True):
    type: str
    name: str
    value: str
    url: str = ""


class _Package(Part, frozen=True):
    name: str


class _Dependency(Part, frozen=True):
    package: _Package
    version: str


class _Location(Part, frozen=True):
    dependency: _Dependency
    operating_system: str
    image: str


class _Rated(Part, frozen=True):
    vendor: str
    vector: str


class _Vulnerability(Part, frozen=True):
    id: str
    name: str
    description: str
    severity: str
    solution: str
    identifiers: list[_Identifier]
    location: _Location
    cvss_vectors: tuple[_Rated, ...] = ()


class _Document(Part, frozen=True):
    version: str
    scan: _Scan
    vulnerabilities: list[_Vulnerability]


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """One document; of several images their findings together, each with its image. What a suppression, a
    baseline or a VEX document silences is left out: GitLab has no word for it."""
    first = reports[0]
    scanner = _Scanner(
        "pratique",
        "Pratique",
        _Vendor("Pratique"),
        first.tool.version or _UNKNOWN,
    )
    unread = [one for report in reports for one in report.problems if one.blocking]
    messages = [_Message("warn", visible(f"{one.where}: {one.what}") or "unnamed") for one in unread]
    now = first.now.removesuffix("Z")
    scan = _Scan(scanner, scanner, "container_scanning", now, now, "failure" if unread else "success", messages)
    subjects = apart([(_name_of(report), platform_of(report)) for report in reports], "\0")
    told = zip(reports, subjects, strict=True)
    return encode(
        [_Document(_VERSION, scan, [one for report, subject in told for one in _vulnerabilities(report, subject)])]
    )


def _name_of(report: Report) -> str:
    return visible(image_name(report)) or _UNKNOWN


def _vulnerabilities(report: Report, subject: str) -> list[_Vulnerability]:
    """Those of an image; ``subject`` tells it from the others, and no rebuild changes it."""
    findings = [one for one in _told.reported(report) if not _groups.silenced(one)]
    marks = _told.fingerprints(findings)
    name, distro = _name_of(report), report.distro
    system = visible(f"{distro.id} {distro.version}") if distro else ""
    return [
        _vulnerability(one, report, f"{subject}\0{mark}", _Location(_dependency(one, report), system or _UNKNOWN, name))
        for one, mark in zip(findings, marks, strict=True)
    ]


def _dependency(finding: AnyFinding, report: Report) -> _Dependency:
    """The package; of a finding of the image itself the image, since GitLab asks for one."""
    name, version = _groups.name_of(finding), _groups.version_of(finding)
    if isinstance(finding, ImageFinding):
        name, version = (report.image.name, report.image.digest) if report.image else (report.target, "")
    return _Dependency(_Package(visible(name)), visible(version))


def _vulnerability(finding: AnyFinding, report: Report, mark: str, location: _Location) -> _Vulnerability:
    severity = "Critical" if isinstance(finding, Malware) else _SEVERITIES[finding.severity.level]
    return _Vulnerability(
        str(uuid.uuid5(_SPACE, mark)),
        _name(finding)[:_NAME],
        markdown(_told.sentence(finding, report)[:_LONGEST]),
        severity,
        markdown(visible(remedy(finding))[:_LONGEST]),
        [_identifier(name, url, finding) for name, url in _told.pages(finding).items()],
        location,
        _rated(finding.severity),
    )


def _name(finding: AnyFinding) -> str:
    """What stays the same over upgrades: GitLab groups by it."""
    if isinstance(finding, ImageFinding):
        return _told.title(finding)
    return visible(f"{finding.id} in {_groups.name_of(finding)}")


def _rated(severity: Severity) -> tuple[_Rated, ...]:
    vector = severity.vector
    if len(vector) > _VECTOR_LENGTH or not _VECTOR.fullmatch(vector):
        return ()
    return (_Rated(visible(severity.source) or _UNKNOWN, vector),)


def _identifier(name: str, url: str, finding: AnyFinding) -> _Identifier:
    """GitLab knows the types of some by name (``cve``, ``ghsa``, ``rhsa``, …)."""
    name = visible(name) or _UNKNOWN
    if isinstance(finding, ImageFinding):
        return _Identifier("pratique", name, name)
    kind = name.partition("-")[0].lower()
    return _Identifier(kind or "pratique", name, name, url)


WRITER = Writer(name="gitlab", write=write)
