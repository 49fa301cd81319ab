"""Reports in, a SARIF log out, a run an image: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.

What GitHub reads of it (``security-severity``, ``partialFingerprints``):
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning.
"""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from pratique.model import Action, AnyFinding, ImageFinding, Level, Malware, Report
from pratique.plugins import WriteOptions, Writer
from pratique.report import _told
from pratique.report._dockerfile import line_of
from pratique.report._document import Part
from pratique.report._encode import encode
from pratique.report._groups import silenced
from pratique.report._purl import image_purl, purl
from pratique.report._text import visible
from pratique.risk import rank

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_HOME = "https://pypi.org/project/pratique/"
_LEVELS = {Action.FAIL: "error", Action.WARN: "warning", Action.ALLOW: "note", Action.NONE: "note"}
# GitHub sorts by a CVSS score; where nobody gave one, the middle of its level's (CVSS v3.1, section 5).
_SCORES = {Level.CRITICAL: 9.5, Level.HIGH: 8.0, Level.MEDIUM: 5.5, Level.LOW: 2.0}
_MALWARE = 10.0
_ROOT = "IMAGE"


class _Message(Part, frozen=True):
    text: str


class _Suppression(Part, frozen=True):
    kind: str
    status: str
    justification: str


class _Artifact(Part, frozen=True):
    uri: str
    uriBaseId: str = ""  # the standard's own names


class _Region(Part, frozen=True):
    startLine: int


class _Physical(Part, frozen=True):
    artifactLocation: _Artifact
    region: _Region | None = None


class _Logical(Part, frozen=True):
    fullyQualifiedName: str
    kind: str


class _Location(Part, frozen=True):
    physicalLocation: _Physical
    logicalLocations: list[_Logical]


class _Result(Part, frozen=True):
    ruleId: str
    ruleIndex: int
    level: str
    message: _Message
    locations: list[_Location]
    partialFingerprints: dict[str, str]
    rank: float
    suppressions: list[_Suppression] | msgspec.UnsetType = msgspec.UNSET


class _Properties(Part, frozen=True, rename={"severity": "security-severity"}):
    tags: list[str]
    severity: str = ""


class _Rule(Part, frozen=True):
    id: str
    name: str
    shortDescription: _Message
    properties: _Properties
    helpUri: str = ""


class _Driver(Part, frozen=True):
    name: str
    version: str
    informationUri: str
    rules: list[_Rule]


class _Tool(Part, frozen=True):
    driver: _Driver


class _Base(Part, frozen=True):
    description: _Message


class _Notification(Part, frozen=True):
    level: str
    message: _Message


class _Invocation(Part, frozen=True):
    executionSuccessful: bool
    toolExecutionNotifications: list[_Notification]


class _Automation(Part, frozen=True):
    id: str


class _Run(Part, frozen=True):
    tool: _Tool
    automationDetails: _Automation
    originalUriBaseIds: dict[str, _Base]
    invocations: list[_Invocation]
    results: list[_Result]
    columnKind: str = "unicodeCodePoints"


class _Log(Part, frozen=True, rename={"schema": "$schema"}):
    schema: str
    version: str
    runs: list[_Run]


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """One log."""
    return encode([_Log(_SCHEMA, "2.1.0", [_run(report, options) for report in reports])])


def _run(report: Report, options: WriteOptions) -> _Run:
    findings = _told.reported(report)
    rules = {finding.id: finding for finding in reversed(findings)}  # the worst of each stands for it
    places = {identifier: place for place, identifier in enumerate(sorted(rules))}
    results = [
        _result(finding, places[finding.id], report, fingerprint, options)
        for finding, fingerprint in zip(findings, _told.fingerprints(findings), strict=True)
    ]
    name = visible(report.image.name if report.image else report.target)
    driver = _Driver("Pratique", report.tool.version, _HOME, [_rule(rules[identifier]) for identifier in sorted(rules)])
    return _Run(
        _Tool(driver),
        _Automation(f"pratique/{quote(name.encode(errors='replace'), safe='/:@.')}/"),
        {_ROOT: _Base(_Message(f"the root file system of the image {name}"))},
        [_invocation(report)],
        results,
    )


def _rule(finding: AnyFinding) -> _Rule:
    tags = ["security", _told.level(finding)] if finding.severity.level is not Level.UNKNOWN else ["security"]
    tags += ["kev"] if finding.is_exploited else []
    score = finding.severity.score
    if score is None:
        score = _MALWARE if isinstance(finding, Malware) else _SCORES.get(finding.severity.level)
    return _Rule(
        visible(finding.id),
        type(finding).__name__,
        _Message(_escaped(visible(finding.title) or visible(finding.id))),
        _Properties(tags, "" if score is None else f"{score:.1f}"),
        _told.address(finding),
    )


def _result(finding: AnyFinding, place: int, report: Report, fingerprint: str, options: WriteOptions) -> _Result:
    text = f"{_told.title(finding)}: {_told.sentence(finding, report)}"
    return _Result(
        visible(finding.id),
        place,
        _LEVELS[finding.decision.action],
        _Message(_escaped(text)),
        [_Location(_physical(finding, report, options), [_logical(finding, report)])],
        {"pratiqueFinding/v1": fingerprint},
        rank(finding, report.image),
        _suppressions(finding),
    )


def _logical(finding: AnyFinding, report: Report) -> _Logical:
    """The package; the image, where it is a finding of none."""
    if isinstance(finding, ImageFinding):
        return _Logical((image_purl(report.image) if report.image else "") or visible(report.target), "image")
    return _Logical(purl(finding.package, report.distro) or finding.package.name, "package")


def _physical(finding: AnyFinding, report: Report, options: WriteOptions) -> _Physical:
    """The file within the image; the instruction of the Dockerfile that made its layer, where one was given."""
    name, content = options.dockerfile
    line = line_of(finding, report.image, content) if content else 0
    if line:
        return _Physical(_Artifact(quote(name, safe="/")), _Region(line))
    path = finding.file.partition("!/")[0]
    return _Physical(_Artifact(quote(path.encode(errors="replace"), safe="/") or ".", _ROOT))


def _suppressions(finding: AnyFinding) -> list[_Suppression] | msgspec.UnsetType:
    if not silenced(finding):
        return msgspec.UNSET
    return [_Suppression("external", "accepted", visible(_told.decided(finding)))]


def _invocation(report: Report) -> _Invocation:
    """Problems are notifications; a run with one that blocks did not succeed."""
    notes = [
        _Notification("error" if one.blocking else "note", _Message(_escaped(visible(f"{one.where}: {one.what}"))))
        for one in report.problems
    ]
    return _Invocation(not any(one.blocking for one in report.problems), notes)


def _escaped(text: str) -> str:
    """Brackets would begin a link (section 3.11.6)."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


WRITER = Writer(name="sarif", write=write)
