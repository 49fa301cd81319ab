"""What there is to tell of a scanned image in, the vulnerabilities of its CycloneDX document out.

https://cyclonedx.org/docs/1.6/json/#vulnerabilities. Only what is a vulnerability or malware of a package has a place
there; licences and findings of the image itself have none.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.model import CYCLONEDX_JUSTIFICATIONS, Malware, VexStatus, Vulnerability
from pratique.report import _cyclonedx_document as cdx
from pratique.report import _stated, _told
from pratique.report._bom import UNNAMED, Bom
from pratique.report._links import page
from pratique.report._remedy import remedy
from pratique.report._text import visible
from pratique.sbom_fields import PREFIX, Pair

_STATES = {
    VexStatus.NOT_AFFECTED: "not_affected",
    VexStatus.AFFECTED: "exploitable",
    VexStatus.FIXED: "resolved",
    VexStatus.UNDER_INVESTIGATION: "in_triage",
}
# OpenVEX's labels in CycloneDX's words; of one that has no like word only the detail tells.
_JUSTIFICATIONS = {
    "component_not_present": "code_not_present",
    "vulnerable_code_not_present": "code_not_present",
    "vulnerable_code_not_in_execute_path": "code_not_reachable",
    "inline_mitigations_already_exist": "protected_by_mitigating_control",
    **{own: own for own in CYCLONEDX_JUSTIFICATIONS},
}
_METHODS = {"2.0": "CVSSv2", "3.0": "CVSSv3", "3.1": "CVSSv31", "4.0": "CVSSv4"}
_EPSS = cdx.Source(url="https://www.first.org/epss/", name="EPSS")


def vulnerabilities(found: Bom, version: str, root: str) -> tuple[cdx.Vulnerability, ...]:
    """All of them, worst first; ``root`` refers to the image."""
    stated = _stated.stated(found.report, [part.package for part in found.parts])
    return tuple(_vulnerability(number, each, found, version, root) for number, each in enumerate(stated, 1))


def _vulnerability(number: int, each: _stated.Stated, found: Bom, version: str, root: str) -> cdx.Vulnerability:
    finding = each.finding
    name = visible(finding.id) or UNNAMED
    address = page(finding.id, "osv")
    affected = [found.parts[place].ref for place in each.parts] or [root]
    return cdx.Vulnerability(
        id=name,
        bom_ref=f"vulnerability:{number}:{name}",
        source=_source(finding.id),
        references=tuple(cdx.VulnerabilityReference(visible(alias), _source(alias)) for alias in finding.aliases),
        ratings=tuple(_ratings(finding, version)),
        description=visible(finding.title),
        recommendation=visible(remedy(finding)),
        advisories=(cdx.Advisory(address),) if address else (),
        published=_stated.moment(finding.published),
        updated=_stated.moment(finding.modified),
        analysis=_analysis(each.analysis, version) if each.analysis is not None else None,
        affects=tuple(cdx.Affected(ref) for ref in affected),
        properties=tuple(cdx.Property(*pair) for pair in _pairs(finding)),
    )


def _source(identifier: str) -> cdx.Source:
    """Whose identifier it is, as its beginning tells, and the page that shows it."""
    return cdx.Source(page(identifier, "osv"), visible(identifier.partition("-")[0]))


def _ratings(finding: Vulnerability | Malware, version: str) -> Iterator[cdx.Rating]:
    severity = finding.severity
    method = _METHODS.get(_stated.method(severity), "other") if severity.vector else ""
    yield cdx.Rating(
        source=cdx.Source(name=visible(severity.source)) if severity.source else None,
        score=severity.score,
        severity=severity.level.value,
        method="other" if method == "CVSSv4" and version == "1.4" else method,
        vector=visible(severity.vector),
    )
    epss = finding.epss if isinstance(finding, Vulnerability) else None
    if epss is not None:
        yield cdx.Rating(source=_EPSS, score=epss.score, method="other")


def _analysis(analysis: _stated.Analysis, version: str) -> cdx.Analysis:
    return cdx.Analysis(
        state=_STATES[analysis.status],
        justification=_JUSTIFICATIONS.get(analysis.justification, "")
        if analysis.status is VexStatus.NOT_AFFECTED
        else "",
        detail=analysis.said,
        last_updated="" if version == "1.4" else analysis.moment,
    )


def _pairs(finding: Vulnerability | Malware) -> Iterator[Pair]:
    """What the policy says, and KEV's word."""
    decision = finding.decision
    yield (f"{PREFIX}decision", decision.action.value)
    for name, text in (("rule", decision.rule), ("decided", _told.decided(finding)), ("note", decision.note)):
        if text:
            yield (f"{PREFIX}{name}", visible(text))
    kev = finding.kev if isinstance(finding, Vulnerability) else None
    if kev is not None:
        yield (f"{PREFIX}kev", visible(kev.added))
        yield (f"{PREFIX}kev-ransomware", "yes" if kev.ransomware else "no")
