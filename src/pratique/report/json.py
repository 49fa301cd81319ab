"""Reports in, the JSON document of ``docs/report.schema.json`` out, or of an inventory that of
``docs/inventory.schema.json``; of several reports a list. The bytes depend on nothing but the reports."""

from __future__ import annotations

from pratique.model import Report
from pratique.plugins import WriteOptions, Writer
from pratique.report import _parts as parts
from pratique.report._encode import encode
from pratique.report._inventory import inventory
from pratique.report._inventory_document import InventoryDocument
from pratique.report._report_document import REPORT, ReportDocument


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """One document, or a list of them."""
    return encode(documents(reports, options))


def documents(reports: tuple[Report, ...], options: WriteOptions) -> list[ReportDocument] | list[InventoryDocument]:
    """The documents themselves, one a report."""
    return [inventory(report) for report in reports] if options.inventory else [_report(report) for report in reports]


def _report(report: Report) -> ReportDocument:
    return ReportDocument(
        schema=REPORT,
        tool=parts.tool_part(report.tool),
        created=report.now,
        target=report.target,
        image=parts.image_part(report.image),
        distro=parts.distro_part(report.distro),
        verdict=parts.verdict_part(report),
        findings=[parts.finding_part(finding, report) for finding in sorted(report.findings, key=parts.finding_order)],
        problems=[parts.problem_part(problem) for problem in report.problems],
        coverage=parts.coverage_part(report),
        database=parts.database_part(report),
        policy=parts.policy_part(report.policy),
        packages=[
            parts.package_part(package, report.distro) for package in sorted(report.packages, key=parts.package_order)
        ],
        notes=report.notes,
        base=parts.base_part(report.base),
        plan=parts.plan_part(report.plan),
        candidates=tuple(parts.candidate_part(one) for one in report.candidates),
    )


WRITER = Writer(name="json", write=write)
