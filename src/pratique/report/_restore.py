"""A JSON report that ``pratique scan`` wrote in; the report itself out, as far as the document tells it.

``docs/report.schema.json`` is the document's schema; several reports are a list.
"""

from __future__ import annotations

import msgspec

from pratique.errors import UNDECODABLE, UsageError
from pratique.model import (
    Action,
    AnyFinding,
    AnyImageFinding,
    Base,
    BaseImageFinding,
    BaselineStatus,
    Candidate,
    Coverage,
    CoverageFinding,
    DatabaseStatus,
    Decision,
    Distro,
    Epss,
    Evidence,
    FeedStatus,
    Fix,
    FixState,
    Image,
    ImageConfig,
    Kev,
    Layer,
    Level,
    LicenceBreach,
    Malware,
    Misconfiguration,
    NotAssessed,
    Package,
    Plan,
    Platform,
    PolicyStatus,
    Problem,
    Reason,
    Report,
    Result,
    Secret,
    Severity,
    SignatureFinding,
    Tally,
    Tool,
    Upgrade,
    Verdict,
    Vex,
    VexStatus,
    Vulnerability,
)
from pratique.report import _advice_document as advice
from pratique.report import _document as document
from pratique.report._report_document import REPORT, ReportDocument

_Key = tuple[str, str]
_OF_IMAGES: dict[document.KindName, type[AnyImageFinding]] = {
    "base-image": BaseImageFinding,
    "coverage": CoverageFinding,
    "secret": Secret,
    "misconfiguration": Misconfiguration,
    "signature": SignatureFinding,
}
_DECODER = msgspec.json.Decoder(ReportDocument | list[ReportDocument])


def restore(data: bytes, name: str) -> tuple[Report, ...]:
    """The reports in a document; ``name`` is for messages. Raises ``UsageError`` for what is no such document."""
    try:
        found = _DECODER.decode(data)
    except UNDECODABLE as error:
        hint = "write it with: pratique scan TARGET --format json=FILE"
        raise UsageError(f"{name!r} is no report of Pratique ({REPORT}): {error}", hint=hint) from error
    return tuple(_report(one) for one in (found if isinstance(found, list) else [found]))


def _report(made: ReportDocument) -> Report:
    packages = {(one.purl, one.path): _package(one) for one in made.packages}
    coverage = made.coverage
    return Report(
        target=made.target,
        now=made.created,
        tool=Tool(made.tool.name, made.tool.version),
        image=_image(made.image, made.target),
        distro=_distro(made.distro),
        packages=tuple(packages.values()),
        findings=tuple(_finding(one, packages) for one in made.findings),
        problems=tuple(
            Problem(one.where, one.what, one.blocking, _layer(one.layer), one.hint) for one in made.problems
        ),
        coverage=Coverage(
            coverage.packages,
            coverage.assessed,
            tuple(NotAssessed(one.reason, one.count, one.examples) for one in coverage.not_assessed),
            coverage.layers,
            coverage.layers_read,
            coverage.not_run,
            coverage.executables.all,
            coverage.executables.accounted,
            coverage.executables.others,
            coverage.declared,
        ),
        database=_database(made.database),
        policy=_policy(made.policy),
        verdict=Verdict(
            Result(made.verdict.result),
            tuple(Reason(one.rule, one.count, one.text) for one in made.verdict.reasons),
            made.verdict.advice,
            made.verdict.undecided,
        ),
        notes=made.notes,
        base=_base(made.base, stated=made.image is not None and made.image.stated),
        plan=_plan(made.plan),
        candidates=tuple(_candidate(one) for one in made.candidates),
    )


def _layer(index: int | None) -> int:
    return -1 if index is None else index


def _base(part: document.BasePart | None, *, stated: bool) -> Base | None:
    if part is None:
        return None
    return Base(part.name, part.digest, part.layers, part.how, part.created, part.contradicts, stated)


def _candidate(part: advice.CandidatePart) -> Candidate:
    if part.problem or not (part.removes and part.adds and part.leaves and part.result):
        return Candidate(part.name, problem=part.problem)
    return Candidate(
        part.name,
        part.digest,
        _tally(part.removes),
        _tally(part.adds),
        _tally(part.leaves),
        part.packages,
        part.packages_now,
        -1 if part.size is None else part.size,
        -1 if part.size_now is None else part.size_now,
        Result(part.result),
        part.blocking,
    )


def _tally(part: advice.TallyPart) -> Tally:
    return Tally(part.exploited, part.failing, part.warning, part.total)


def _plan(part: advice.PlanPart | None) -> Plan:
    if part is None:
        return Plan()
    steps = tuple(Upgrade(**msgspec.structs.asdict(one)) for one in part.upgrades)
    return Plan(part.about, steps, part.dockerfile, part.left)


def _distro(part: document.DistroPart | None) -> Distro | None:
    return None if part is None else Distro(part.id, part.version, part.codename, part.like, part.name, part.path)


def _image(part: document.ImagePart | None, target: str) -> Image | None:
    if part is None:
        return None
    system, _, rest = part.platform.partition("/")
    architecture, _, variant = rest.partition("/")
    layers = tuple(
        Layer(one.index, one.digest, one.diff_id, size=-1 if one.size is None else one.size, created_by=one.created_by)
        for one in part.layers
    )
    config = ImageConfig(created=part.created, user=part.user, exposed_ports=part.ports)
    return Image(
        target,
        part.name,
        part.digest,
        part.id,
        Platform(system, architecture, variant),
        config,
        layers,
        named=part.named_by or "maker",
        stated=part.stated,
    )


def _package(part: document.PackagePart) -> Package:
    source = part.source
    return Package(
        type=part.type,
        name=part.name,
        version=part.version,
        namespace=part.namespace,
        arch=part.arch,
        source_name=source.name if source else "",
        source_version=source.version if source else "",
        licences=part.licences,
        vendor=part.vendor,
        module=part.module,
        path=part.path,
        layer=_layer(part.layer),
        owner=part.owner,
        cpe=part.cpe,
        depends=part.depends,
        hashes=part.hashes,
        declared=part.declared,
        stated=part.stated,
        scope=part.scope,
        locations=part.locations,
        uuid=part.uuid,
    )


def _finding(part: document.FindingPart, packages: dict[_Key, Package]) -> AnyFinding:
    subject, level = part.subject, part.severity
    severity = Severity(Level(level.level), level.score, level.vector, level.source)
    if part.kind in _OF_IMAGES:
        return _OF_IMAGES[part.kind](
            part.id, severity, part.title, part.path, _layer(part.layer), _decision(part.decision), hint=part.hint
        )
    package = packages.get((subject.purl, part.path))
    if package is None:
        package = Package(subject.type, subject.name, subject.version, path=part.path, layer=_layer(part.layer))
    evidence = tuple(Evidence(**msgspec.structs.asdict(one)) for one in part.evidence)
    if part.kind != "vulnerability":
        return (Malware if part.kind == "malware" else LicenceBreach)(
            part.id,
            severity,
            part.title,
            decision=_decision(part.decision),
            package=package,
            aliases=part.aliases,
            evidence=evidence,
            published=part.published,
            modified=part.modified,
        )
    kev, epss, fix = part.kev, part.epss, part.fix
    return Vulnerability(
        part.id,
        severity,
        part.title,
        decision=_decision(part.decision),
        package=package,
        aliases=part.aliases,
        fix=Fix() if fix is None else Fix(FixState(fix.state), fix.versions, fix.date),
        kev=None if kev is None else Kev(kev.added, kev.due, kev.ransomware),
        epss=None if epss is None else Epss(epss.score, epss.percentile, epss.date),
        vex=_vex(part.vex),
        evidence=evidence,
        published=part.published,
        modified=part.modified,
    )


def _decision(part: document.DecisionPart) -> Decision:
    said = msgspec.structs.asdict(part)
    return Decision(Action(said.pop("action")), **said)


def _vex(part: document.VexPart | None) -> Vex | None:
    if part is None:
        return None
    said = msgspec.structs.asdict(part)
    return Vex(VexStatus(said.pop("status")), **said)


def _policy(made: document.PolicyPart) -> PolicyStatus:
    parents = tuple(PolicyStatus(each.name, each.path, each.digest) for each in made.parents)
    asked = made.baseline
    baseline = None if asked is None else BaselineStatus(**msgspec.structs.asdict(asked))
    return PolicyStatus(made.name, made.path, made.digest, baseline, parents, made.env, made.namespace)


def _database(part: document.DatabasePart) -> DatabaseStatus:
    feeds = tuple(
        FeedStatus(one.name, one.date, one.records, one.ranges, one.complete, one.note, one.digest)
        for one in part.feeds
    )
    return DatabaseStatus(part.name, "", part.digest, part.starter, feeds, part.as_of)
