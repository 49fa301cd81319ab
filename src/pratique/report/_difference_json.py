"""What lies between two reports in, the JSON document of ``docs/difference.schema.json`` out."""

from __future__ import annotations

from typing import Final, Literal

from pratique.difference import Difference, FindingChange, PackageChange
from pratique.model import Report
from pratique.report import _parts as parts
from pratique.report._document import DistroPart, FindingPart, ImagePart, Part, ProblemPart, ToolPart, VerdictPart
from pratique.report._encode import encode

DIFFERENCE: Final = "urn:pratique:difference:1.0"


class SidePart(Part, frozen=True):
    """One of the two; verdict is null where nothing was decided."""

    target: str
    created: str
    image: ImagePart | None
    distro: DistroPart | None
    verdict: VerdictPart | None
    problems: list[ProblemPart]


class PackageChangePart(Part, frozen=True):
    """A package whose versions or licences differ, with all that each side has of it; licence says that only these
    differ."""

    status: Literal["added", "removed", "changed", "licence"]
    type: str
    namespace: str
    name: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    old_licences: tuple[str, ...] = ()
    new_licences: tuple[str, ...] = ()


class FindingChangePart(Part, frozen=True):
    """A finding of either side; old is there where its severity, or KEV's word, has changed."""

    status: Literal["introduced", "changed", "unchanged", "fixed"]
    finding: FindingPart
    old: FindingPart | None = None


class DifferenceDocument(Part, frozen=True):
    """What `pratique diff --format json` writes; findings is null where none were looked for."""

    schema: Literal["urn:pratique:difference:1.0"]
    tool: ToolPart
    old: SidePart
    new: SidePart
    packages: list[PackageChangePart]
    findings: list[FindingChangePart] | None


def write_json(found: Difference) -> str:
    """The text of the document."""
    return encode([document(found)])


def document(found: Difference) -> DifferenceDocument:
    """The document."""
    old, new = found.old, found.new
    return DifferenceDocument(
        schema=DIFFERENCE,
        tool=parts.tool_part(new.tool),
        old=_side(old, decided=found.compared),
        new=_side(new, decided=found.compared),
        packages=[_package(one) for one in found.packages],
        findings=[_finding(one, old, new) for one in found.findings] if found.compared else None,
    )


def _side(report: Report, *, decided: bool) -> SidePart:
    return SidePart(
        report.target,
        report.now,
        parts.image_part(report.image),
        parts.distro_part(report.distro),
        parts.verdict_part(report) if decided else None,
        [parts.problem_part(one) for one in report.problems],
    )


def _package(change: PackageChange) -> PackageChangePart:
    return PackageChangePart(
        change.status.value,
        change.type,
        change.namespace,
        change.name,
        change.old,
        change.new,
        change.old_licences,
        change.new_licences,
    )


def _finding(change: FindingChange, old: Report, new: Report) -> FindingChangePart:
    was = parts.finding_part(change.old, old) if change.status.value == "changed" and change.old else None
    return FindingChangePart(change.status.value, parts.finding_part(change.finding, new if change.new else old), was)
