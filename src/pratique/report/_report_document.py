"""The type of the JSON report, from which ``docs/report.schema.json`` is made; ``_document`` has its parts, and
``_advice_document`` those that tell what to do."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from pratique.report._advice_document import CandidatePart, PlanPart
from pratique.report._document import (
    BasePart,
    CoveragePart,
    DatabasePart,
    DistroPart,
    FindingPart,
    ImagePart,
    PackagePart,
    Part,
    PolicyPart,
    ProblemPart,
    ToolPart,
    VerdictPart,
)

REPORT: Final = "urn:pratique:report:1.0"


class ReportDocument(Part, frozen=True):
    """What `pratique scan --format json` writes of one image; of several it writes a list of these. It is never
    filtered by the policy. base is left out where nothing tells of it, plan where nothing fails or
    warns, candidates where none were named (--candidate-base)."""

    schema: Literal["urn:pratique:report:1.0"]
    tool: ToolPart
    created: Annotated[str, msgspec.Meta(description="the time that it was decided at, RFC 3339")]
    target: str
    image: ImagePart | None
    distro: DistroPart | None
    verdict: VerdictPart
    findings: list[FindingPart]
    problems: list[ProblemPart]
    coverage: CoveragePart
    database: DatabasePart
    policy: PolicyPart
    packages: list[PackagePart]
    notes: tuple[str, ...] = ()
    base: BasePart | None = None
    plan: PlanPart | None = None
    candidates: tuple[CandidatePart, ...] = ()
