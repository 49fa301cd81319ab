"""Reports in, CSV out (RFC 4180, https://www.rfc-editor.org/rfc/rfc4180): names, and a line a finding and a problem.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula; what an image says is never one:
https://owasp.org/www-community/attacks/CSV_Injection.
"""

from __future__ import annotations

from pratique.model import AnyFinding, ImageFinding, Package, Problem, Report, Result, Vulnerability
from pratique.plugins import WriteOptions, Writer
from pratique.report import _told
from pratique.report._apart import image_name
from pratique.report._groups import epss_of, kev_of
from pratique.report._parts import kind
from pratique.report._purl import purl
from pratique.report._quoting import cell
from pratique.report._text import visible
from pratique.risk import rank

_NAMES = (
    "image digest kind id severity score epss kev ransomware package version type purl fix_state fix path layer "
    "decision rule until reason owner rank title"
)


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """All findings of all reports, and what could not be read, matched or trusted."""
    rows = [_NAMES.split()]
    for report in reports:
        rows += [_row(finding, report) for finding in _told.reported(report)]
        rows += [_problem(problem, report) for problem in report.problems]
    return "".join(",".join(cell(visible(text)) for text in row) + "\r\n" for row in rows)


def _problem(problem: Problem, report: Report) -> list[str]:
    """One that blocks makes the verdict unknown."""
    told = {
        "image": image_name(report),
        "digest": report.image.digest if report.image else "",
        "kind": "problem",
        "path": problem.where,
        "layer": str(problem.layer + 1) if problem.layer >= 0 else "",
        "decision": Result.UNKNOWN.value if problem.blocking else "none",
        "title": problem.what,
    }
    return [told.get(name, "") for name in _NAMES.split()]


def _row(finding: AnyFinding, report: Report) -> list[str]:
    decision, severity, layer = finding.decision, finding.severity, finding.from_layer
    package = Package("", "", "") if isinstance(finding, ImageFinding) else finding.package
    kev, epss = kev_of(finding), epss_of(finding)
    fix = finding.fix if isinstance(finding, Vulnerability) else None
    image = report.image
    return [
        image_name(report),
        image.digest if image else "",
        kind(finding),
        finding.id,
        severity.level.value,
        "" if severity.score is None else f"{severity.score:.1f}",
        f"{epss.score:.5f}" if epss else "",
        kev.added if kev else "",
        "yes" if kev and kev.ransomware else "",
        package.name if not package.namespace else f"{package.namespace}/{package.name}",
        package.version,
        package.type,
        purl(package, report.distro),
        fix.state.value if fix else "",
        " ".join(fix.versions) if fix else "",
        finding.file,
        str(layer + 1) if layer >= 0 else "",
        decision.action.value,
        decision.rule,
        decision.suppressed_until,
        decision.reason,
        decision.owner,
        f"{rank(finding, image):.1f}",
        finding.title,
    ]


WRITER = Writer(name="csv", write=write)
