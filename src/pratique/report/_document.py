"""The types of the JSON documents, from which the schemas ``docs/*.schema.json`` of our own output are made.

A document's ``schema`` names its kind and version, ``urn:pratique:report:1.0``. A key is added with a new minor
version; one that is removed, renamed or given another meaning takes a new major one. Keys without a value are left
out, except those that a reader may count on: they stand with ``null``, ``""`` or ``[]``.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

LevelName = Literal["unknown", "none", "low", "medium", "high", "critical"]
KindName = Literal[
    "vulnerability", "malware", "licence", "secret", "misconfiguration", "signature", "base-image", "coverage"
]
LayerIndex = Annotated[
    int | None, msgspec.Meta(description="index into image.layers, 0 for the lowest; null where it belongs to none")
]


class Part(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What all parts of a document are; they cannot be in a cycle, so the collector need not look at them."""


class ToolPart(Part, frozen=True):
    """Who wrote the document."""

    name: str
    version: str


class LayerPart(Part, frozen=True):
    """One layer; digest and diff_id are those that the image names, created_by the instruction of its history."""

    index: int
    digest: str
    diff_id: str = ""
    size: int | None = None
    created_by: str = ""


class ImagePart(Part, frozen=True):
    """The image: the digest is its manifest's, "" where there is none; the id is its config's digest, user and ports
    are what that tells of how it is run. named_by is whose word the name is: the caller's, or that of who made the
    image, which lets nothing be; stated says that a document tells all of this, and no bytes show it."""

    name: str
    digest: str
    id: str
    platform: Annotated[str, msgspec.Meta(description="os/architecture[/variant]")]
    layers: list[LayerPart]
    created: str = ""
    user: str = ""
    ports: tuple[str, ...] = ()
    named_by: Literal["", "caller", "maker"] = ""
    stated: bool = False


class BasePart(Part, frozen=True):
    """The image that this one was built on: its lowest layers, 0 where nobody tells how many. how is who says so:
    option, known (from a file of known bases), annotation or history, which is a guess. created is when it was built
    (RFC 3339), contradicts the base that the image names, where its layers are another's."""

    name: str
    digest: str
    layers: int
    how: Literal["option", "known", "annotation", "history"]
    created: str = ""
    contradicts: str = ""


class DistroPart(Part, frozen=True):
    """The distribution as the file at path tells it; like are those that it says it is made from."""

    id: str
    version: str
    codename: str = ""
    name: str = ""
    like: tuple[str, ...] = ()
    path: str = ""


class SourcePart(Part, frozen=True):
    """The source package that a distribution's package was built from."""

    name: str
    version: str


class PackagePart(Part, frozen=True):
    """One package: purl is its package URL, path the file that proves it ("!/" between an archive and what is in it),
    locations the other files that do, owner the distribution's package that installed that file. licences are SPDX
    expressions where they mean one. depends names packages of the same type; hashes are those of its archive. Only a
    lock file names a declared one, only an SBOM or a note in a program a stated one. uuid is told of Julia's."""

    purl: str
    type: str
    name: str
    version: str
    path: str
    layer: LayerIndex
    namespace: str = ""
    arch: str = ""
    source: SourcePart | None = None
    licences: tuple[str, ...] = ()
    vendor: str = ""
    module: str = ""
    owner: str = ""
    cpe: str = ""
    locations: tuple[str, ...] = ()
    depends: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    declared: bool = False
    stated: bool = False
    scope: str = ""
    uuid: str = ""


class SubjectPart(Part, frozen=True):
    """What a finding is about: the package with this purl and path stands in packages. Findings of kind base-image and
    coverage are about the image itself: its type is oci, its version its digest, its purl "" where it has no digest."""

    purl: str
    type: str
    name: str
    version: str


class SeverityPart(Part, frozen=True):
    """How bad, by whom: score is the CVSS base score of the vector, null where nobody gave one."""

    level: LevelName
    score: float | None
    vector: str = ""
    source: str = ""


class FixPart(Part, frozen=True):
    """What the feed says of a fix, and the lowest versions that have it."""

    state: Literal[
        "fixed",
        "affected",
        "will_not_fix",
        "deferred",
        "under_investigation",
        "end_of_life",
        "not_affected",
        "unknown",
    ]
    versions: tuple[str, ...]
    date: str = ""


class KevPart(Part, frozen=True):
    """The entry in CISA's Known Exploited Vulnerabilities catalogue."""

    added: str
    due: str
    ransomware: bool


class EpssPart(Part, frozen=True):
    """FIRST's exploit prediction, both in 0…1, and the day of the model's run."""

    score: float
    percentile: float
    date: str


class VexPart(Part, frozen=True):
    """What a VEX document says of the finding: the justification is a label, impact and action are free text."""

    status: Literal["not_affected", "affected", "fixed", "under_investigation"]
    justification: str = ""
    impact: str = ""
    action: str = ""
    author: str = ""
    document: str = ""
    timestamp: str = ""


class EvidencePart(Part, frozen=True):
    """Why a record matched: what was compared, and the range it fell into. A key that is left out is an open end.
    symbols are those of the record's functions that the program holds, where it tells."""

    record: str
    ecosystem: str
    package: str
    version: str
    scheme: str
    introduced: str = ""
    fixed: str = ""
    last_affected: str = ""
    symbols: tuple[str, ...] = ()


class DecisionPart(Part, frozen=True):
    """What the policy says of the finding and by which rule; suppressed_until is there while a suppression holds, or a
    baseline, whose day is baseline then; vex where a VEX document decided, with the status that it gives and its author
    as the owner."""

    action: Literal["fail", "warn", "allow", "none"]
    rule: str
    suppressed_until: str = ""
    reason: str = ""
    owner: str = ""
    grace_until: str = ""
    note: str = ""
    vex: str = ""
    baseline: str = ""


class FindingPart(Part, frozen=True):
    """One finding; kev and epss are null where the catalogue or the model does not have it; vex is left out where no
    VEX document speaks of it. hint is what to do about one that is of no package, rank its place in the risk
    order, from 100 for the most urgent down to 0."""

    kind: KindName
    id: str
    aliases: tuple[str, ...]
    severity: SeverityPart
    subject: SubjectPart
    path: str
    layer: LayerIndex
    fix: FixPart | None
    kev: KevPart | None
    epss: EpssPart | None
    decision: DecisionPart
    title: str = ""
    evidence: list[EvidencePart] = []
    published: str = ""
    modified: str = ""
    origin: Literal["", "base", "own"] = ""
    vex: VexPart | None = None
    hint: str = ""
    rank: float = 0.0


class ProblemPart(Part, frozen=True):
    """What could not be read, matched or trusted; a blocking one makes the verdict unknown, unless it fails. One that
    hides stands for a package that is there and is not listed."""

    where: str
    what: str
    blocking: bool
    layer: int | None = None
    hint: str = ""
    hides: bool = False


class NotAssessedPart(Part, frozen=True):
    """Packages that no feed speaks for, and why, with at most five names."""

    reason: str
    count: int
    examples: tuple[str, ...]


class ExecutablesPart(Part, frozen=True):
    """How many ELF, PE and Mach-O files there are, how many of them belong to a package, and at most a hundred of the
    others by name."""

    all: int
    accounted: int
    others: tuple[str, ...] = ()


class CoveragePart(Part, frozen=True):
    """How much was looked at; declared counts the packages that were left out because only lock files name them."""

    packages: int
    assessed: int
    not_assessed: list[NotAssessedPart]
    layers: int
    layers_read: int
    not_run: tuple[str, ...]
    executables: ExecutablesPart
    declared: int = 0


class FeedPart(Part, frozen=True):
    """One feed of the database, dated by itself; complete is false where it covers its ecosystem only in part."""

    name: str
    date: str
    records: int
    ranges: int
    complete: bool
    note: str = ""
    digest: str = ""


class DatabasePart(Part, frozen=True):
    """Which database was asked; as_of is there where it was asked for what was known at a past moment, RFC 3339."""

    name: str
    digest: str
    starter: bool
    feeds: list[FeedPart]
    as_of: str = ""


class BaselinePart(Part, frozen=True):
    """Which baseline was asked; refusal is why it is not in force, and left out where it is. silenced counts the
    findings that it let be, unused its entries for this image that silence nothing."""

    path: str
    digest: str
    created: str
    owner: str
    expires: str
    silenced: int
    unused: int
    refusal: str = ""


class ParentPart(Part, frozen=True):
    """A policy that another one extends; path is "" for a preset, digest that of its text."""

    name: str
    path: str
    digest: str


class PolicyPart(Part, frozen=True):
    """Which policy decided; path is "" for one that is built in. parents are those that it extends, the nearest first;
    digest is then over their digests too. env and namespace are what it was asked for, where somebody said so."""

    name: str
    path: str
    digest: str
    baseline: BaselinePart | None = None
    parents: list[ParentPart] = []
    env: str = ""
    namespace: str = ""


class ReasonPart(Part, frozen=True):
    """A rule, or "problem", with how many it caught and a sentence."""

    rule: str
    count: int
    text: str


class VerdictPart(Part, frozen=True):
    """The decision, why, and what to do next, the most useful first. undecided are the reasons for which the result is
    unknown, or would be if nothing failed."""

    result: Literal["pass", "warn", "fail", "unknown"]
    reasons: list[ReasonPart]
    advice: tuple[str, ...]
    undecided: tuple[str, ...] = ()
