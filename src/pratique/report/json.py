"""Reports in, the JSON document of ``docs/report.schema.json`` out, or of an inventory that of
``docs/inventory.schema.json``; of several reports a list. The bytes depend on nothing but the reports."""

from __future__ import annotations

import re

import msgspec

from pratique.model import AnyFinding, Distro, Epss, Evidence, Fix, Image, Kev, Malware, Package, Problem, Report
from pratique.plugins import WriteOptions, Writer
from pratique.report import _document as document
from pratique.report._purl import purl
from pratique.report._text import escape

_ENCODER = msgspec.json.Encoder()
# Valid in JSON as they stand, but a terminal, an editor or a build's log obeys them: DEL, C1, what turns the direction
# of text, and what begins a command (``##vso[``).
_OBEYED = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|#(?=#\w*\[)")
_PLAIN = bytes(range(0x7F))  # to look at the few other bytes alone takes a tenth of the time
_LONE = re.compile("[\ud800-\udfff]")


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """One document, or a list of them."""
    make = _inventory if options.inventory else _report
    documents = [make(report) for report in reports]
    encoded = _encode(documents[0] if len(documents) == 1 else documents)
    text = encoded.decode()
    if b"##" in encoded or _OBEYED.search(encoded.translate(None, _PLAIN).decode()):
        return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text


_Document = document.ReportDocument | document.InventoryDocument


def _encode(documents: _Document | list[_Document]) -> bytes:
    """UTF-8, indented by two. Names of files that are no UTF-8 hold lone surrogates (PEP 383), which JSON in
    UTF-8 cannot carry: their bytes then show as ``\\xff``."""
    try:
        encoded = _ENCODER.encode(documents)
    except UnicodeEncodeError:
        encoded = _ENCODER.encode(_carried(msgspec.to_builtins(documents)))
    return msgspec.json.format(encoded, indent=2) + b"\n"


def _carried(value: object) -> object:
    """The same with each lone surrogate written out."""
    match value:
        case str():
            return _LONE.sub(lambda found: escape(found[0]), value)
        case list():
            return [_carried(item) for item in value]
        case dict():
            return {key: _carried(item) for key, item in value.items()}
        case _:
            return value


def _report(report: Report) -> document.ReportDocument:
    return document.ReportDocument(
        schema=document.REPORT,
        tool=document.ToolPart(report.tool.name, report.tool.version),
        created=report.now,
        target=report.target,
        image=_image(report.image),
        distro=_distro(report.distro),
        verdict=_verdict(report),
        findings=[_finding(finding, report.distro) for finding in sorted(report.findings, key=_finding_order)],
        problems=[_problem(problem) for problem in report.problems],
        coverage=_coverage(report),
        database=_database(report),
        policy=document.PolicyPart(report.policy.name, report.policy.path, report.policy.digest),
        packages=[_package(package, report.distro) for package in sorted(report.packages, key=_package_order)],
        notes=report.notes,
    )


def _inventory(report: Report) -> document.InventoryDocument:
    coverage = report.coverage
    return document.InventoryDocument(
        schema=document.INVENTORY,
        tool=document.ToolPart(report.tool.name, report.tool.version),
        created=report.now,
        target=report.target,
        image=_image(report.image),
        distro=_distro(report.distro),
        problems=[_problem(problem) for problem in report.problems],
        coverage=document.ReadPart(len(report.packages), coverage.layers, coverage.layers_read),
        packages=[_package(package, report.distro) for package in sorted(report.packages, key=_package_order)],
        notes=report.notes,
    )


def _package_order(package: Package) -> tuple[str, str, str, str, str, int, str]:
    return (
        package.type,
        package.namespace,
        package.name,
        package.version,
        package.path,
        package.layer,
        package.arch,
    )


def _finding_order(finding: AnyFinding) -> tuple[str, str, str, str, str, int]:
    package = finding.package
    return (finding.id, package.type, package.name, package.version, finding.path or package.path, package.layer)


def _image(image: Image | None) -> document.ImagePart | None:
    if image is None:
        return None
    layers = [
        document.LayerPart(
            layer.index, layer.digest, layer.diff_id, layer.size if layer.size >= 0 else None, layer.created_by
        )
        for layer in image.layers
    ]
    return document.ImagePart(
        image.name, image.digest, image.config_digest, str(image.platform), layers, image.config.created
    )


def _distro(distro: Distro | None) -> document.DistroPart | None:
    if distro is None:
        return None
    return document.DistroPart(distro.id, distro.version, distro.codename, distro.name)


def _package(package: Package, distro: Distro | None) -> document.PackagePart:
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
    )


def _layer(index: int) -> int | None:
    return index if index >= 0 else None


def _finding(finding: AnyFinding, distro: Distro | None) -> document.FindingPart:
    package, severity = finding.package, finding.severity
    kev = epss = fix = None
    if not isinstance(finding, Malware):
        kev, epss, fix = _kev(finding.kev), _epss(finding.epss), _fix(finding.fix)
    return document.FindingPart(
        kind="malware" if isinstance(finding, Malware) else "vulnerability",
        id=finding.id,
        aliases=finding.aliases,
        severity=document.SeverityPart(severity.level.value, severity.score, severity.vector, severity.source),
        subject=document.SubjectPart(purl(package, distro), package.type, package.name, package.version),
        path=finding.path or package.path,
        layer=_layer(finding.layer if finding.layer >= 0 else package.layer),
        fix=fix,
        kev=kev,
        epss=epss,
        decision=_decision(finding),
        title=finding.title,
        evidence=[_evidence(evidence) for evidence in finding.evidence],
        published=finding.published,
        modified=finding.modified,
    )


def _kev(kev: Kev | None) -> document.KevPart | None:
    return None if kev is None else document.KevPart(kev.added, kev.due, kev.ransomware)


def _epss(epss: Epss | None) -> document.EpssPart | None:
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
    )


def _decision(finding: AnyFinding) -> document.DecisionPart:
    decision = finding.decision
    return document.DecisionPart(
        decision.action.value,
        decision.rule,
        decision.suppressed_until,
        decision.reason,
        decision.owner,
        decision.grace_until,
        decision.note,
    )


def _problem(problem: Problem) -> document.ProblemPart:
    return document.ProblemPart(problem.where, problem.what, problem.blocking, _layer(problem.layer), problem.hint)


def _coverage(report: Report) -> document.CoveragePart:
    coverage = report.coverage
    missed = [document.NotAssessedPart(one.reason, one.count, one.examples) for one in coverage.not_assessed]
    return document.CoveragePart(
        coverage.packages,
        coverage.assessed,
        missed,
        coverage.layers,
        coverage.layers_read,
        coverage.not_run,
    )


def _database(report: Report) -> document.DatabasePart:
    feeds = [
        document.FeedPart(feed.name, feed.date, feed.records, feed.ranges, feed.complete, feed.note, feed.digest)
        for feed in report.database.feeds
    ]
    return document.DatabasePart(report.database.name, report.database.digest, report.database.starter, feeds)


def _verdict(report: Report) -> document.VerdictPart:
    reasons = [document.ReasonPart(reason.rule, reason.count, reason.text) for reason in report.verdict.reasons]
    return document.VerdictPart(report.verdict.result.value, reasons, report.verdict.advice)


WRITER = Writer(name="json", write=write)
