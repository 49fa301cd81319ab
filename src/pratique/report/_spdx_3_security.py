"""Stated vulnerabilities in, the elements of SPDX 3.0.1's security profile that tell of them out.

https://spdx.github.io/spdx-spec/v3.0.1/model/Security/Security/. An element a vulnerability, a relationship from each
package that has it, and an assessment for each thing that is said of it: scores, EPSS, KEV, and VEX where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

import msgspec

from pratique.model import JUSTIFICATIONS, Level, Malware, VexStatus, Vulnerability
from pratique.report import _spdx_3_document as spdx
from pratique.report import _stated
from pratique.report._bom import UNNAMED
from pratique.report._links import page
from pratique.report._text import visible

_CVSS: dict[str, type[spdx.CvssV2] | type[spdx.CvssV3] | type[spdx.CvssV4]] = {
    "2.0": spdx.CvssV2,
    "4.0": spdx.CvssV4,
}
_KEV = "https://www.cisa.gov/known-exploited-vulnerabilities-catalog"


def security(
    stated: Sequence[_stated.Stated], root: str, ids: Sequence[str], name: Callable[[str], str]
) -> Iterator[spdx.Named]:
    """All elements; ``root`` is the image's identifier, ``ids`` those of the packages, ``name`` makes one."""
    for number, each in enumerate(stated, 1):
        packages = tuple(ids[place] for place in each.parts) or (root,)
        identifier = name(f"vulnerability-{number}")
        yield _vulnerability(each.finding, identifier)
        for package in packages:
            short = package.rpartition("#")[2]
            yield spdx.Relationship(
                spdx_id=name(f"{short}-has-{number}"),
                start=package,
                kind="hasAssociatedVulnerability",
                to=(identifier,),
            )
        yield from _assessments(each, identifier, packages)


def _vulnerability(finding: Vulnerability | Malware, identifier: str) -> spdx.Vulnerability:
    names = dict.fromkeys((finding.id, *finding.aliases))
    return spdx.Vulnerability(
        spdx_id=identifier,
        name=visible(finding.id) or UNNAMED,
        summary=visible(finding.title),
        published=_stated.moment(finding.published),
        modified=_stated.moment(finding.modified),
        identifiers=tuple(_identifier(each) for each in names),
    )


def _identifier(identifier: str) -> spdx.Identifier:
    address = page(identifier, "osv")
    kind = "cve" if identifier.startswith("CVE-") else "securityOther"
    return spdx.Identifier(kind, visible(identifier), (address,) if address else ())


def _assessments(each: _stated.Stated, one: str, packages: tuple[str, ...]) -> Iterator[spdx.Assessment]:
    finding = each.finding
    score = _score(finding, one, packages)
    if score is not None:
        yield score
    if isinstance(finding, Vulnerability) and finding.epss is not None:
        yield spdx.Epss(
            spdx_id=f"{one}-epss",
            start=one,
            kind="hasAssessmentFor",
            to=packages,
            probability=_decimal(finding.epss.score),
            percentile=_decimal(finding.epss.percentile),
            published=_stated.moment(finding.epss.date),
        )
    if isinstance(finding, Vulnerability) and finding.kev is not None:
        yield spdx.Exploited(
            spdx_id=f"{one}-kev",
            start=one,
            kind="hasAssessmentFor",
            to=packages,
            catalogue="kev",
            exploited=True,
            locator=_KEV,
            published=_stated.moment(finding.kev.added),
        )
    if each.analysis is not None:
        yield _vex(each.analysis, f"{one}-vex", one, packages)


def _score(finding: Vulnerability | Malware, one: str, packages: tuple[str, ...]) -> spdx.Assessment | None:
    """Only a vector has a place."""
    severity = finding.severity
    version = _stated.method(severity)
    if severity.score is None or not version:
        return None
    made = _CVSS.get(version, spdx.CvssV3)(
        spdx_id=f"{one}-cvss",
        start=one,
        kind="hasAssessmentFor",
        to=packages,
        score=_decimal(severity.score),
        vector=visible(severity.vector),
    )
    if isinstance(made, spdx.CvssV2):
        return made
    level = Level.NONE if severity.level is Level.UNKNOWN else severity.level
    return msgspec.structs.replace(made, severity=level.value)


def _decimal(number: float) -> str:
    """As XML Schema writes a decimal, which JSON's own numbers are not: JSON-LD reads them as doubles (JSON-LD 1.1 API,
    section 8.6), and ``1e-05`` is none."""
    return format(Decimal(repr(number)), "f")


def _vex(analysis: _stated.Analysis, id_: str, one: str, packages: tuple[str, ...]) -> spdx.Assessment:
    moment, said = analysis.moment, analysis.said
    match analysis.status:
        case VexStatus.NOT_AFFECTED:
            known = _camel(analysis.justification) if analysis.justification in JUSTIFICATIONS else ""
            return spdx.VexNotAffected(
                spdx_id=id_,
                start=one,
                kind="doesNotAffect",
                to=packages,
                published=moment,
                justification=known,
                impact=said,
            )
        case VexStatus.AFFECTED:
            action = analysis.action or said or "none is told"
            return spdx.VexAffected(
                spdx_id=id_, start=one, kind="affects", to=packages, published=moment, action=action
            )
        case VexStatus.FIXED:
            return spdx.VexFixed(spdx_id=id_, start=one, kind="fixedIn", to=packages, published=moment, notes=said)
        case VexStatus.UNDER_INVESTIGATION:
            return spdx.VexUnderInvestigation(
                spdx_id=id_, start=one, kind="underInvestigationFor", to=packages, published=moment, notes=said
            )


def _camel(label: str) -> str:
    """``component_not_present`` as SPDX writes it."""
    first, *rest = label.split("_")
    return first + "".join(part.capitalize() for part in rest)
