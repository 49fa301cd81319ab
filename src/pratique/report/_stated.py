"""Findings and the parts of a bill of materials in, the vulnerabilities as such a document states them out.

What was decided is told as it is: what a VEX document says is an analysis; a suppression accepts what is affected,
for a time; what stands in a baseline nobody has looked into, so nothing is stated of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from pratique.model import Malware, Package, Report, Severity, Vex, VexStatus, Vulnerability
from pratique.report import _told
from pratique.report._parts import package_order
from pratique.report._text import visible


class Analysis(msgspec.Struct, frozen=True):
    """What somebody says of how it touches the image: ``justification`` is a label of OpenVEX's or CycloneDX's,
    ``said`` all of it in words, ``moment`` when (RFC 3339), "" where that is not known."""

    status: VexStatus
    justification: str = ""
    said: str = ""
    action: str = ""
    moment: str = ""


class Stated(msgspec.Struct, frozen=True):
    """A vulnerability, and the positions of the parts that it is one of. ``finding`` stands for all of them."""

    finding: Vulnerability | Malware
    parts: tuple[int, ...]
    analysis: Analysis | None = None


def stated(report: Report, packages: Sequence[Package]) -> list[Stated]:
    """The vulnerabilities of these packages, worst first; one for all parts of which the same is said."""
    places = {package_order(package): place for place, package in reversed(list(enumerate(packages)))}
    gathered = dict[tuple[object, ...], list[Vulnerability | Malware]]()
    for finding in _told.reported(report):
        if isinstance(finding, Vulnerability):
            same = (finding.id, finding.severity, finding.fix, finding.kev, finding.epss, finding.vex, finding.decision)
            gathered.setdefault(same, []).append(finding)
        elif isinstance(finding, Malware):
            gathered.setdefault((finding.id, finding.severity, finding.decision), []).append(finding)
    made = []
    for found in gathered.values():
        parts = {places[key] for one in found if (key := package_order(one.package)) in places}
        made.append(Stated(found[0], tuple(sorted(parts)), _analysis(found[0])))
    return made


def _analysis(finding: Vulnerability | Malware) -> Analysis | None:
    decision = finding.decision
    vex = finding.vex if isinstance(finding, Vulnerability) else None
    if vex is not None:
        return _of_vex(vex)
    if decision.suppressed_until and not decision.baseline:
        promise = f"accepted until {decision.suppressed_until} by {decision.owner}: {decision.reason}"
        return Analysis(VexStatus.AFFECTED, said=visible(promise), action=visible(promise))
    return None


def _of_vex(vex: Vex) -> Analysis:
    said = (vex.justification, vex.impact, vex.action, f"says {vex.author}" if vex.author else "", vex.document)
    told = visible("; ".join(part for part in said if part))
    return Analysis(vex.status, vex.justification, told, visible(vex.action), moment(vex.timestamp))


def moment(text: str) -> str:
    """The time as RFC 3339 writes it in UTC; "" for what is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def method(severity: Severity) -> str:
    """The version of CVSS that the vector is of: ``2.0``, ``3.0``, ``3.1``, ``4.0``, or "" for none."""
    vector = severity.vector
    if vector.startswith("CVSS:"):
        return vector[len("CVSS:") :].partition("/")[0]
    return "2.0" if vector.startswith("AV:") else ""
