"""The types of the JSON document from which ``docs/explanation.schema.json`` is made, as those of ``_document``."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from pratique.report._document import (
    CoveragePart,
    DatabasePart,
    DistroPart,
    EpssPart,
    FindingPart,
    ImagePart,
    KevPart,
    Part,
    PolicyPart,
    ProblemPart,
    SeverityPart,
    ToolPart,
)

EXPLANATION: Final = "urn:pratique:explanation:1.0"


class ConditionPart(Part, frozen=True):
    """A rule of the policy that decided a finding, and its condition."""

    rule: str
    when: str


class CalledPart(Part, frozen=True):
    """What a feed calls a package, and its version under that name."""

    name: str
    version: str


class QuestionPart(Part, frozen=True):
    """What a feed was asked about a package: in each stream the ranks of releases, the first that speaks deciding.
    refusal is there instead where nobody can be asked."""

    purl: str
    path: str
    ecosystem: str = ""
    streams: tuple[tuple[tuple[str, ...], ...], ...] = ()
    names: tuple[CalledPart, ...] = ()
    scheme: str = ""
    refusal: str = ""


class RecordPart(Part, frozen=True):
    """A record on the identifier; silence is why it does not hold at all. subjects are examples of the packages that
    it is about, where none of the image is among them."""

    id: str
    ecosystem: str
    feed: str
    feed_date: str
    severity: SeverityPart
    url: str = ""
    aliases: tuple[str, ...] = ()
    upstream: tuple[str, ...] = ()
    published: str = ""
    modified: str = ""
    withdrawn: str = ""
    summary: str = ""
    silence: str = ""
    subjects: tuple[str, ...] = ()


class ConsideredPart(Part, frozen=True):
    """What a record states of a package, and why that does not hold: without a why it does. A border that is left out
    is an open end; limit is above all versions that the record speaks of, and no fix. named are the functions that the
    record names, linked those of them that the program holds."""

    purl: str
    path: str
    record: str
    ecosystem: str
    name: str
    version: str
    state: str
    release: str = ""
    introduced: str = ""
    after: str = ""
    fixed: str = ""
    last_affected: str = ""
    arches: tuple[str, ...] = ()
    module: str = ""
    flavour: str = ""
    named: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    why: str = ""
    limit: str = ""


class ExplanationDocument(Part, frozen=True):
    """What `pratique explain --format json` writes of one image; of several it writes a list of these. found says
    whether the identifier is among the findings; names are all of the same vulnerability."""

    schema: Literal["urn:pratique:explanation:1.0"]
    tool: ToolPart
    created: Annotated[str, msgspec.Meta(description="the time that it was decided at, RFC 3339")]
    target: str
    image: ImagePart | None
    distro: DistroPart | None
    id: str
    names: tuple[str, ...]
    found: bool
    findings: list[FindingPart]
    advice: tuple[str, ...]
    conditions: list[ConditionPart]
    questions: list[QuestionPart]
    records: list[RecordPart]
    considered: list[ConsideredPart]
    kev: KevPart | None
    epss: EpssPart | None
    problems: list[ProblemPart]
    coverage: CoveragePart
    database: DatabasePart
    policy: PolicyPart
