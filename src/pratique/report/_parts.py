"""The nouns of a report in, the parts of the JSON documents that tell them out."""

from __future__ import annotations

import msgspec

from pratique.model import (
    AnyFinding,
    Base,
    BaseImageFinding,
    Candidate,
    Coverage,
    CoverageFinding,
    Decision,
    Distro,
    Epss,
    Evidence,
    Fix,
    Image,
    ImageFinding,
    Kev,
    LicenceBreach,
    Malware,
    Misconfiguration,
    Package,
    Plan,
    PolicyStatus,
    Problem,
    Report,
    Secret,
    SignatureFinding,
    Tally,
    Tool,
    Vex,
    Vulnerability,
)
from pratique.report import _advice_document as advice
from pratique.report import _document as document
from pratique.report._dockerfile import from_instruction
from pratique.report._purl import image_purl, purl
from pratique.risk import rank

_KINDS: dict[type[AnyFinding], document.KindName] = {
    Vulnerability: "vulnerability",
    Malware: "malware",
    LicenceBreach: "licence",
    BaseImageFinding: "base-image",
    CoverageFinding: "coverage",
    Secret: "secret",
    Misconfiguration: "misconfiguration",
    SignatureFinding: "signature",
}


def kind(finding: AnyFinding) -> document.KindName:
    """What documents and fingerprints call it."""
    return _KINDS[type(finding)]


def package_order(package: Package) -> tuple[str, str, str, str, str, int, str]:
    """What packages are sorted by."""
    return (
        package.type,
        package.namespace,
        package.name,
        package.version,
        package.path,
        package.layer,
        package.arch,
    )


def finding_order(finding: AnyFinding) -> tuple[str, str, str, str, str, int]:
    """What findings are sorted by."""
    if isinstance(finding, ImageFinding):
        return (finding.id, "", "", "", finding.path, finding.layer)
    package = finding.package
    return (finding.id, package.type, package.name, package.version, finding.file, package.layer)


def image_part(image: Image | None) -> document.ImagePart | None:
    """The image; None where it could not be read."""
    if image is None:
        return None
    layers = [
        document.LayerPart(
            layer.index, layer.digest, layer.diff_id, layer.size if layer.size >= 0 else None, layer.created_by
        )
        for layer in image.layers
    ]
    return document.ImagePart(
        image.name,
        image.digest,
        image.config_digest,
        str(image.platform),
        layers,
        image.config.created,
        image.config.user,
        image.config.exposed_ports,
        image.named,
        image.stated,
    )


def distro_part(distro: Distro | None) -> document.DistroPart | None:
    """The distribution; None where nothing names it."""
    if distro is None:
        return None
    return document.DistroPart(distro.id, distro.version, distro.codename, distro.name, distro.like, distro.path)


def package_part(package: Package, distro: Distro | None) -> document.PackagePart:
    """A package of that distribution."""
    source = None
    if package.source_name or package.source_version:
        name, version = package.source_name or package.name, package.source_version or package.version
        source = document.SourcePart(name, version)
    return document.PackagePart(
        purl=purl(package, distro),
        type=package.type,
        name=package.name,
        version=package.version,
        path=package.path,
        layer=_layer(package.layer),
        namespace=package.namespace,
        arch=package.arch,
        source=source,
        licences=package.licences,
        vendor=package.vendor,
        module=package.module,
        owner=package.owner,
        cpe=package.cpe,
        locations=package.locations,
        depends=package.depends,
        hashes=package.hashes,
        declared=package.declared,
        stated=package.stated,
        scope=package.scope,
        uuid=package.uuid,
    )


def _layer(index: int) -> int | None:
    return index if index >= 0 else None


def base_part(base: Base | None) -> document.BasePart | None:
    """The base image; None where nothing tells of it."""
    if base is None:
        return None
    return document.BasePart(base.name, base.digest, base.layers, base.how, base.created, base.contradicts)


def finding_part(finding: AnyFinding, report: Report) -> document.FindingPart:
    """A finding of the report, with its evidence, decision and origin."""
    severity, layer = finding.severity, finding.from_layer
    kev = epss = fix = None
    if isinstance(finding, Vulnerability):
        kev, epss, fix = kev_part(finding.kev), epss_part(finding.epss), _fix(finding.fix)
    return document.FindingPart(
        kind=kind(finding),
        id=finding.id,
        aliases=finding.aliases,
        severity=document.SeverityPart(severity.level.value, severity.score, severity.vector, severity.source),
        subject=_subject(finding, report),
        path=finding.file,
        layer=_layer(layer),
        fix=fix,
        kev=kev,
        epss=epss,
        decision=decision_part(finding.decision),
        title=finding.title,
        evidence=[_evidence(evidence) for evidence in finding.evidence],
        published=finding.published,
        modified=finding.modified,
        origin=report.base.origin(layer) if report.base is not None else "",
        vex=_vex(finding.vex) if isinstance(finding, Vulnerability) else None,
        hint=finding.hint if isinstance(finding, ImageFinding) else "",
        rank=rank(finding, report.image),
    )


def _subject(finding: AnyFinding, report: Report) -> document.SubjectPart:
    """The package; the image where the finding is of none."""
    if not isinstance(finding, ImageFinding):
        package = finding.package
        return document.SubjectPart(purl(package, report.distro), package.type, package.name, package.version)
    image = report.image
    if image is None:
        return document.SubjectPart("", "oci", report.target, "")
    return document.SubjectPart(image_purl(image), "oci", image.name, image.digest)


def kev_part(kev: Kev | None) -> document.KevPart | None:
    """The catalogue's entry."""
    return None if kev is None else document.KevPart(kev.added, kev.due, kev.ransomware)


def epss_part(epss: Epss | None) -> document.EpssPart | None:
    """The prediction."""
    return None if epss is None else document.EpssPart(epss.score, epss.percentile, epss.date)


def _fix(fix: Fix) -> document.FixPart:
    return document.FixPart(fix.state.value, fix.versions, fix.date)


def _evidence(evidence: Evidence) -> document.EvidencePart:
    return document.EvidencePart(
        evidence.record,
        evidence.ecosystem,
        evidence.package,
        evidence.version,
        evidence.scheme,
        evidence.introduced,
        evidence.fixed,
        evidence.last_affected,
        evidence.symbols,
    )


def decision_part(decision: Decision) -> document.DecisionPart:
    """What the policy said."""
    return document.DecisionPart(
        decision.action.value,
        decision.rule,
        decision.suppressed_until,
        decision.reason,
        decision.owner,
        decision.grace_until,
        decision.note,
        decision.vex,
        decision.baseline,
    )


def problem_part(problem: Problem) -> document.ProblemPart:
    """A problem."""
    layer = _layer(problem.layer)
    return document.ProblemPart(problem.where, problem.what, problem.blocking, layer, problem.hint, problem.hides)


def coverage_part(report: Report) -> document.CoveragePart:
    """How much was looked at."""
    coverage = report.coverage
    missed = [document.NotAssessedPart(one.reason, one.count, one.examples) for one in coverage.not_assessed]
    return document.CoveragePart(
        coverage.packages,
        coverage.assessed,
        missed,
        coverage.layers,
        coverage.layers_read,
        coverage.not_run,
        executables_part(coverage),
        coverage.declared,
    )


def executables_part(coverage: Coverage) -> document.ExecutablesPart:
    """The executables, and those that belong to no package."""
    return document.ExecutablesPart(coverage.executables, coverage.accounted, coverage.strays)


def database_part(report: Report) -> document.DatabasePart:
    """Which database was asked."""
    feeds = [
        document.FeedPart(feed.name, feed.date, feed.records, feed.ranges, feed.complete, feed.note, feed.digest)
        for feed in report.database.feeds
    ]
    return document.DatabasePart(
        report.database.name, report.database.digest, report.database.starter, feeds, report.database.as_of
    )


def verdict_part(report: Report) -> document.VerdictPart:
    """The verdict."""
    reasons = [document.ReasonPart(reason.rule, reason.count, reason.text) for reason in report.verdict.reasons]
    verdict = report.verdict
    return document.VerdictPart(verdict.result.value, reasons, verdict.advice, verdict.undecided)


def plan_part(plan: Plan) -> advice.PlanPart | None:
    """What to upgrade; None where nothing fails or warns."""
    if not plan.about:
        return None
    steps = [advice.UpgradePart(**msgspec.structs.asdict(step)) for step in plan.upgrades]
    return advice.PlanPart(plan.about, steps, plan.left, plan.dockerfile)


def candidate_part(candidate: Candidate) -> advice.CandidatePart:
    """An image to build on instead."""
    if candidate.problem:
        return advice.CandidatePart(candidate.name, problem=candidate.problem)
    return advice.CandidatePart(
        candidate.name,
        candidate.digest,
        _tally(candidate.removes),
        _tally(candidate.adds),
        _tally(candidate.leaves),
        candidate.packages,
        candidate.packages_now,
        candidate.size if candidate.size >= 0 else None,
        candidate.size_now if candidate.size_now >= 0 else None,
        candidate.result.value,
        candidate.blocking,
        from_instruction(candidate),
    )


def _tally(tally: Tally) -> advice.TallyPart:
    return advice.TallyPart(**msgspec.structs.asdict(tally))


def policy_part(policy: PolicyStatus) -> document.PolicyPart:
    """Which policy decided."""
    parents = [document.ParentPart(each.name, each.path, each.digest) for each in policy.parents]
    asked = policy.baseline
    baseline = None if asked is None else document.BaselinePart(**msgspec.structs.asdict(asked))
    return document.PolicyPart(policy.name, policy.path, policy.digest, baseline, parents, policy.env, policy.namespace)


def tool_part(tool: Tool) -> document.ToolPart:
    """Who writes it."""
    return document.ToolPart(tool.name, tool.version)


def _vex(vex: Vex | None) -> document.VexPart | None:
    if vex is None:
        return None
    return document.VexPart(
        vex.status.value, vex.justification, vex.impact, vex.action, vex.author, vex.document, vex.timestamp
    )
