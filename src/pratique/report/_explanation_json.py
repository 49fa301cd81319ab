"""Explanations in, the JSON document of ``docs/explanation.schema.json`` out; of several images a list."""

from __future__ import annotations

from collections.abc import Sequence

from pratique.explanation import Considered, Explanation, Question, Record
from pratique.model import Distro
from pratique.report import _explanation_document as document
from pratique.report import _parts as parts
from pratique.report._document import SeverityPart
from pratique.report._encode import encode
from pratique.report._links import page
from pratique.report._purl import purl
from pratique.report._remedy import remedy


def write_json(explanations: Sequence[Explanation]) -> str:
    """One document, or a list of them."""
    return encode([_document(explanation) for explanation in explanations])


def _document(explanation: Explanation) -> document.ExplanationDocument:
    report, known = explanation.report, explanation.known
    return document.ExplanationDocument(
        schema=document.EXPLANATION,
        tool=parts.tool_part(report.tool),
        created=report.now,
        target=report.target,
        image=parts.image_part(report.image),
        distro=parts.distro_part(report.distro),
        id=known.id,
        names=known.names,
        found=bool(explanation.findings),
        findings=[parts.finding_part(each, report) for each in explanation.findings],
        advice=tuple(dict.fromkeys(remedy(each) for each in explanation.findings)),
        conditions=[document.ConditionPart(each.rule, each.when) for each in explanation.conditions],
        questions=[_question(each, report.distro) for each in known.questions],
        records=[_record(each) for each in known.records],
        considered=[_considered(each, report.distro) for each in known.considered],
        kev=parts.kev_part(known.kev),
        epss=parts.epss_part(known.epss),
        problems=[parts.problem_part(each) for each in report.problems],
        coverage=parts.coverage_part(report),
        database=parts.database_part(report),
        policy=parts.policy_part(report.policy),
    )


def _question(question: Question, distro: Distro | None) -> document.QuestionPart:
    return document.QuestionPart(
        purl=purl(question.package, distro),
        path=question.package.path,
        ecosystem=question.ecosystem,
        streams=question.streams,
        names=tuple(document.CalledPart(each.name, each.version) for each in question.names),
        scheme=question.scheme,
        refusal=question.refusal,
    )


def _record(record: Record) -> document.RecordPart:
    severity = record.severity
    return document.RecordPart(
        id=record.id,
        ecosystem=record.ecosystem,
        feed=record.feed,
        feed_date=record.feed_date,
        severity=SeverityPart(severity.level.value, severity.score, severity.vector, severity.source),
        url=page(record.id, record.feed),
        aliases=record.aliases,
        upstream=record.upstream,
        published=record.published,
        modified=record.modified,
        withdrawn=record.withdrawn,
        summary=record.summary,
        silence=record.silence,
        subjects=record.subjects,
    )


def _considered(each: Considered, distro: Distro | None) -> document.ConsideredPart:
    return document.ConsideredPart(
        purl=purl(each.package, distro),
        path=each.package.path,
        record=each.record,
        ecosystem=each.ecosystem,
        name=each.name,
        version=each.version,
        state=each.state.value,
        release=each.release,
        introduced=each.introduced,
        after=each.after,
        fixed=each.fixed,
        last_affected=each.last,
        arches=each.arches,
        module=each.module,
        flavour=each.flavour,
        named=each.named,
        linked=each.linked,
        why=each.why,
        limit=each.limit,
    )
