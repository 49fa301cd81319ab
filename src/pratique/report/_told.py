"""A finding in, what every format tells of it out: a title, a sentence, and a fingerprint that outlives a rebuild."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from pratique.model import Action, AnyFinding, Image, ImageFinding, LicenceBreach, Malware, Report
from pratique.report import _groups
from pratique.report._findings import instruction
from pratique.report._links import licence_page, page
from pratique.report._parts import kind
from pratique.report._remedy import remedy
from pratique.report._text import cut, visible

_INSTRUCTION = 100  # columns: all of it stands in the JSON report
GATED = {Action.FAIL: "fails", Action.WARN: "warns"}


def reported(report: Report) -> list[AnyFinding]:
    """The findings, worst first, those of a name by package and place: the order of all formats that list them."""
    return sorted(
        report.findings, key=lambda one: (_groups.order(one), _groups.name_of(one), _groups.version_of(one), one.file)
    )


def title(finding: AnyFinding) -> str:
    """``CVE-2021-44228 in log4j-core 2.14.1``; ``base-old: the base image is 412 days old``."""
    if isinstance(finding, ImageFinding):
        return visible(f"{finding.id}: {finding.title}")
    return visible(f"{finding.id} in {_groups.label(finding)}")


def level(finding: AnyFinding) -> str:
    """``critical``, ``malware`` or ``licence``."""
    if isinstance(finding, Malware):
        return "malware"
    return "licence" if isinstance(finding, LicenceBreach) else finding.severity.level.value


def sentence(finding: AnyFinding, report: Report) -> str:
    """What is known of it and what to do: severity, exploitation, place, the policy's word, the remedy."""
    parts = [known(finding), where(finding), brought(finding, report.image), decided(finding), remedy(finding)]
    return visible("; ".join(part for part in parts if part))


def known(finding: AnyFinding) -> str:
    """``severity critical 10.0; known to be exploited since 2021-12-10; EPSS 0.944``."""
    parts = [_judged(finding)]
    kev, epss = _groups.kev_of(finding), _groups.epss_of(finding)
    if kev is not None:
        parts.append(f"known to be exploited since {kev.added}{', by ransomware too' if kev.ransomware else ''}")
    if epss is not None:
        parts.append(f"EPSS {epss.score:.3f}")
    return "; ".join(parts)


def _judged(finding: AnyFinding) -> str:
    if isinstance(finding, LicenceBreach):
        return f"licence {finding.title}"
    score = finding.severity.score
    severity = f"severity {finding.severity.level.value}" + ("" if score is None else f" {score:.1f}")
    return "malware" if isinstance(finding, Malware) else severity


def where(finding: AnyFinding) -> str:
    """The file that proves it, and how many more do."""
    more = 0 if isinstance(finding, ImageFinding) else len(finding.package.locations)
    return finding.file + (f" and {more} more" if more else "")


def brought(finding: AnyFinding, image: Image | None) -> str:
    """``layer 5, COPY target/lib /app/lib``."""
    index = finding.from_layer
    if index < 0 or image is None or index >= len(image.layers):
        return ""
    made = cut(instruction(image.layers[index].created_by), _INSTRUCTION)
    return f"layer {index + 1}" + (f", {made}" if made else "")


def decided(finding: AnyFinding) -> str:
    """``fails by rule kev``; what silences it, where something does."""
    decision = finding.decision
    if decision.baseline:
        held = f"in the baseline of {decision.baseline} by {decision.owner}, until {decision.suppressed_until}"
        return f"{held}: {decision.reason}"
    if decision.suppressed_until:
        return f"suppressed until {decision.suppressed_until} by {decision.owner}: {decision.reason}"
    if decision.vex:
        return f"{decision.vex.replace('_', ' ')}, says {decision.owner or 'a VEX document'}"
    return f"{GATED[decision.action]} by rule {decision.rule}" if decision.action in GATED else ""


def pages(finding: AnyFinding) -> dict[str, str]:
    """Its identifier and its other names, each with the page on which the publisher of that record, or of the licence,
    shows it, "" where it has none."""
    names = (finding.id, *finding.aliases)
    if isinstance(finding, ImageFinding):
        return dict.fromkeys(names, "")
    return {name: licence_page(name) if isinstance(finding, LicenceBreach) else page(name, "osv") for name in names}


def fingerprints(findings: Iterable[AnyFinding]) -> list[str]:
    """A digest a finding, in their order, of what a rebuild leaves alone: identifier and package, neither its version
    nor its layer. Where several are alike, they are counted."""
    seen = Counter[str]()
    made = []
    for finding in findings:
        subject = "\0".join((kind(finding), finding.id, *_subject(finding)))
        seen[subject] += 1
        made.append(hashlib.sha256(f"{subject}\0{seen[subject]}".encode(errors="replace")).hexdigest())
    return made


def _subject(finding: AnyFinding) -> tuple[str, ...]:
    if isinstance(finding, ImageFinding):
        return (finding.path,)
    package = finding.package
    return (package.type, package.namespace, package.name)
