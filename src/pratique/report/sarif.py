"""Reports in, a SARIF log out, a run an image: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.

What GitHub asks for beyond (a rule's help and full description, ``security-severity``, a region with its columns, a
fingerprint under one name) and how much it takes:
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

import msgspec

from pratique.model import Action, AnyFinding, ImageFinding, Level, Malware, Report
from pratique.plugins import WriteOptions, Writer
from pratique.report import _told
from pratique.report._apart import apart, image_name, platform_of
from pratique.report._dockerfile import line_of
from pratique.report._document import Part
from pratique.report._encode import encode
from pratique.report._groups import full_name, silenced
from pratique.report._parts import kind
from pratique.report._purl import image_purl, purl
from pratique.report._quoting import markdown
from pratique.report._text import count, cut, visible
from pratique.risk import rank

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Action.FAIL: "error", Action.WARN: "warning", Action.ALLOW: "note", Action.NONE: "note"}
# GitHub sorts by a CVSS score; where nobody gave one, the middle of its level's (CVSS v3.1, section 5).
_SCORES = {Level.CRITICAL: 9.5, Level.HIGH: 8.0, Level.MEDIUM: 5.5, Level.LOW: 2.0}
_MALWARE = 10.0
_ROOT = "IMAGE"
# GitHub takes so many results of a run, and such descriptions.
MOST = 25_000
_DESCRIPTION = 1_000
_NAMES = 3


class _Message(Part, frozen=True):
    text: str
    markdown: str = ""


class _Suppression(Part, frozen=True):
    kind: str
    status: str
    justification: str


class _Artifact(Part, frozen=True):
    uri: str
    uriBaseId: str = ""  # the standard's own names


class _Region(Part, frozen=True):
    startLine: int
    startColumn: int = msgspec.field()
    endLine: int = msgspec.field()
    endColumn: int = msgspec.field()


class _Physical(Part, frozen=True):
    artifactLocation: _Artifact
    region: _Region


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
    fullDescription: _Message
    help: _Message
    properties: _Properties
    helpUri: str = ""


class _Driver(Part, frozen=True):
    name: str
    version: str
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
    told = zip(reports, _categories(reports), strict=True)
    return encode(
        [_Log(_SCHEMA, "2.1.0", [run for report, category in told for run in _runs(report, category, options)])]
    )


def _categories(reports: Sequence[Report]) -> list[str]:
    """What GitHub compares a run with the earlier ones by, closing the alerts that it has no more, and takes once in a
    file: the image's name without tag and digest; platform and tag too, where runs would meet.
    https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
    """
    rows = list[tuple[str, ...]]()
    for report in reports:
        folder, slash, last = image_name(report).partition("@")[0].rpartition("/")
        name, _, tag = last.rpartition(":") if ":" in last else (last, "", "")
        words = (f"{folder}{slash}{name}", platform_of(report), tag)
        rows.append(tuple(quote(visible(word).encode(errors="replace"), safe="/:@.") for word in words))
    return apart(rows, ";")


def _runs(report: Report, category: str, options: WriteOptions) -> Iterator[_Run]:
    """One run; of findings without end as many as GitHub's bound asks for, each of a category of its own."""
    findings = _told.reported(report)
    marked = list(zip(findings, _told.fingerprints(findings), strict=True))
    for start in range(0, max(len(marked), 1), MOST):
        part = f"{start // MOST + 1}/" if start else ""
        yield _run(report, marked[start : start + MOST], f"pratique/{category}/{part}", options)


def _run(report: Report, marked: Sequence[tuple[AnyFinding, str]], category: str, options: WriteOptions) -> _Run:
    rules = dict[str, list[AnyFinding]]()
    for finding, _ in marked:
        rules.setdefault(finding.id, []).append(finding)
    places = {identifier: place for place, identifier in enumerate(sorted(rules))}
    return _Run(
        _Tool(_Driver("Pratique", report.tool.version, [_rule(rules[identifier]) for identifier in places])),
        _Automation(category),
        {_ROOT: _Base(_Message(f"the root file system of the image {visible(image_name(report))}"))},
        [_invocation(report)],
        [_result(finding, places[finding.id], report, mark, options) for finding, mark in marked],
    )


def _rule(findings: Sequence[AnyFinding]) -> _Rule:
    """What all findings of one identifier, worst first, have in common."""
    finding = findings[0]
    identifier = visible(finding.id)
    title = cut(visible(finding.title) or f"{identifier} in {_names(findings)}", _DESCRIPTION)
    return _Rule(
        identifier,
        type(finding).__name__,
        _Message(_escaped(title)),
        _Message(_escaped(cut(visible(f"{title}: {_told.known(finding)}"), _DESCRIPTION))),
        _help(finding, title),
        _Properties(_tags(finding), _security_severity(finding)),
        _told.pages(finding)[finding.id],
    )


def _names(findings: Sequence[AnyFinding]) -> str:
    """The packages that it is found in, the first few by name."""
    names = sorted({full_name(one.package) for one in findings if not isinstance(one, ImageFinding)})
    more = f" and {count(len(names) - _NAMES, 'more package')}" if len(names) > _NAMES else ""
    return visible(", ".join(names[:_NAMES])) + more


def _help(finding: AnyFinding, title: str) -> _Message:
    """What is known, its other names with their pages, and the remedy where it is the image's."""
    names = (
        {} if isinstance(finding, ImageFinding) else {visible(name): url for name, url in _told.pages(finding).items()}
    )
    told = [title, visible(_told.known(finding)), visible(finding.hint) if isinstance(finding, ImageFinding) else ""]
    told = [line for line in told if line]
    linked = [f"[{markdown(name)}]({url})" if url else markdown(name) for name, url in names.items()]
    plain = [f"{name} {url}".strip() for name, url in names.items()]
    return _Message(
        _escaped("\n".join((*told, *plain))),
        "\n\n".join((f"**{markdown(told[0])}**", *map(markdown, told[1:]), *([", ".join(linked)] if linked else []))),
    )


def _tags(finding: AnyFinding) -> list[str]:
    tags = ["security", kind(finding)]
    tags += [_told.level(finding)] if finding.severity.level is not Level.UNKNOWN else []
    return tags + (["kev"] if finding.is_exploited else [])


def _security_severity(finding: AnyFinding) -> str:
    score = finding.severity.score
    if score is None:
        score = _MALWARE if isinstance(finding, Malware) else _SCORES.get(finding.severity.level)
    return "" if score is None else f"{score:.1f}"


def _result(finding: AnyFinding, place: int, report: Report, fingerprint: str, options: WriteOptions) -> _Result:
    text = f"{_told.title(finding)}: {_told.sentence(finding, report)}"
    return _Result(
        visible(finding.id),
        place,
        _LEVELS[finding.decision.action],
        _Message(_escaped(text)),
        [_Location(_physical(finding, report, options), [_logical(finding, report)])],
        {"pratiqueFinding/v1": fingerprint, "primaryLocationLineHash": fingerprint},  # GitHub reads no other name
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
    line = line_of(finding, report, content) if content else 0
    if line:
        end = len(content.splitlines()[line - 1]) + 1
        return _Physical(_Artifact(quote(name, safe="/")), _Region(line, 1, line, end))
    path = finding.file.partition("!/")[0]
    return _Physical(_Artifact(quote(path.encode(errors="replace"), safe="/") or ".", _ROOT), _Region(1, 1, 1, 1))


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
