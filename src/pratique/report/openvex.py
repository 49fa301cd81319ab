"""Decided reports in, the team's own decisions as an OpenVEX document out: what it suppressed, and what its VEX says.

https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md (version 0.2.0). A suppression is no claim that nothing is
affected: it becomes ``affected`` with the promise as the action. What nobody decided is not stated, and nobody has
looked into what stands in a baseline.
"""

from __future__ import annotations

import hashlib

import msgspec

from pratique.model import JUSTIFICATIONS, Report, Vex, VexStatus, Vulnerability
from pratique.plugins import WriteOptions, Writer
from pratique.report._purl import image_purl, purl
from pratique.report._text import visible

_NO_ACTION = "no action is stated"  # what is affected must have one, and other formats' need not


class _Component(msgspec.Struct, frozen=True, omit_defaults=True):
    id: str = msgspec.field(name="@id")
    subcomponents: tuple[_Component, ...] = ()


class _Name(msgspec.Struct, frozen=True, omit_defaults=True):
    name: str
    aliases: tuple[str, ...] = ()


class _Statement(msgspec.Struct, frozen=True, omit_defaults=True):
    vulnerability: _Name
    products: tuple[_Component, ...]
    status: str
    justification: str = ""
    impact_statement: str = ""
    action_statement: str = ""
    timestamp: str = ""


class _Document(msgspec.Struct, frozen=True):
    context: str = msgspec.field(name="@context")
    id: str = msgspec.field(name="@id")
    author: str
    timestamp: str
    version: int
    tooling: str
    statements: tuple[_Statement, ...]


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """One document for all reports; its id is derived from what it states, so the same decisions have the same one."""
    statements = tuple(
        statement
        for report in reports
        for finding in sorted(_vulnerabilities(report), key=lambda each: (each.id, purl(each.package, report.distro)))
        if (statement := _statement(finding, report)) is not None
    )
    owners = sorted({_speaker(finding) for report in reports for finding in _vulnerabilities(report)} - {""})
    identity = hashlib.sha256(msgspec.json.encode(statements)).hexdigest()
    first = reports[0] if reports else None
    document = _Document(
        context="https://openvex.dev/ns/v0.2.0",
        id=f"https://openvex.dev/docs/public/vex-{identity}",
        author=visible(", ".join(owners)) or "unknown",
        timestamp=first.now if first else "",
        version=1,
        tooling=f"{first.tool.name} {first.tool.version}" if first else "",
        statements=statements,
    )
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _vulnerabilities(report: Report) -> list[Vulnerability]:
    return [finding for finding in report.findings if isinstance(finding, Vulnerability)]


def _statement(finding: Vulnerability, report: Report) -> _Statement | None:
    decision = finding.decision
    name = _Name(visible(finding.id), tuple(visible(alias) for alias in finding.aliases))
    products = _products(finding, report)
    if finding.vex is not None:
        return _told(name, products, finding.vex)
    if not decision.suppressed_until or decision.baseline:
        return None
    action = f"accepted until {decision.suppressed_until} by {decision.owner}: {decision.reason}"
    return _Statement(name, products, VexStatus.AFFECTED.value, action_statement=visible(action))


def _speaker(finding: Vulnerability) -> str:
    """Whose word the statement on it is, "" where there is none."""
    if finding.vex is not None:
        return finding.vex.author
    return "" if finding.decision.baseline else finding.decision.owner


def _told(name: _Name, products: tuple[_Component, ...], vex: Vex) -> _Statement:
    known = vex.justification if vex.justification in JUSTIFICATIONS else ""  # CycloneDX's own become free text
    return _Statement(
        name,
        products,
        vex.status.value,
        justification=known,
        impact_statement=visible(vex.impact or ("" if known else vex.justification)),
        action_statement=visible(vex.action) or (_NO_ACTION if vex.status is VexStatus.AFFECTED else ""),
        timestamp=vex.timestamp,
    )


def _products(finding: Vulnerability, report: Report) -> tuple[_Component, ...]:
    """The image with the package as its part; the package itself where the image has no digest to be named by."""
    part = _Component(purl(finding.package, report.distro))
    image = image_purl(report.image) if report.image else ""
    return (_Component(image, (part,)),) if image else (part,)


WRITER = Writer("openvex", write)
