"""What lies between two reports in, the text that a person reads at a terminal out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pratique.difference import Difference, FindingChange, FindingStatus, PackageChange, PackageStatus
from pratique.model import Action, ImageFinding, Report, Vulnerability
from pratique.plugins import WriteOptions
from pratique.report import _changed, _groups
from pratique.report._text import count, cut, paint, visible, wrap

_LABEL = 10
_NARROWEST = 60
_SHOWN = 20  # of each kind, without --all
_MARKS = {
    FindingStatus.INTRODUCED: ("introduced", "fail"),
    FindingStatus.CHANGED: ("changed", "warn"),
    FindingStatus.FIXED: ("fixed", "pass"),
    FindingStatus.UNCHANGED: ("unchanged", "dim"),
}
_SIGNS = {PackageStatus.ADDED: "+", PackageStatus.REMOVED: "-", PackageStatus.CHANGED: "~", PackageStatus.LICENCE: "§"}


def write_text(found: Difference, options: WriteOptions) -> str:
    """Findings first, then packages, and a line that counts each."""
    options = WriteOptions(options.colour, max(options.width, _NARROWEST), options.everything)
    made = [*_side("old", found.old, options), *_side("new", found.new, options)]
    for status in (FindingStatus.INTRODUCED, FindingStatus.CHANGED, FindingStatus.FIXED):
        made += _findings([one for one in found.findings if one.status is status], status, options)
    if options.everything:
        rest = [one for one in found.findings if one.status is FindingStatus.UNCHANGED]
        made += _findings(rest, FindingStatus.UNCHANGED, options)
    made += _packages(found.packages, options)
    return "\n".join([*made, "", *_summary(found, options)]) + "\n"


def _side(label: str, report: Report, options: WriteOptions) -> list[str]:
    name = visible(report.image.name or report.target) if report.image else visible(report.target)
    digest = f"  {visible(report.image.digest)}" if report.image and report.image.digest else ""
    line = f"{label:{_LABEL}}{cut(name + digest, options.width - _LABEL)}"
    blocking = sum(problem.blocking for problem in report.problems)
    first = next((f"{visible(one.where)}: {visible(one.what)}" for one in report.problems if one.blocking), "")
    told = [paint(f"{'':{_LABEL}}{count(blocking, 'problem')}, blocking: {first}", "unknown", options.colour)]
    return [line, *(told if blocking else [])]


def _findings(changes: Sequence[FindingChange], status: FindingStatus, options: WriteOptions) -> list[str]:
    if not changes:
        return []
    name, style = _MARKS[status]
    made = ["", paint(f"{count(len(changes), 'finding')} {name}", style, options.colour)]
    ranked = sorted(changes, key=lambda one: _groups.order(one.finding))
    shown = ranked if options.everything else ranked[:_SHOWN]
    for change in shown:
        made += ["  " + line for line in wrap(_finding(change), options.width - 2, "    ")]
    if len(shown) < len(ranked):
        made.append(paint(f"  {len(ranked) - len(shown):,} more (--all)", "dim", options.colour))
    return made


def _finding(change: FindingChange) -> str:
    """``FAIL CVE-2021-44228  CRITICAL 10.0  KEV  log4j-core 2.14.1 -> 2.17.1  rule kev``."""
    finding = change.finding
    action = finding.decision.action
    parts = [f"{action.value.upper()} {visible(finding.id)}" if action is not Action.NONE else visible(finding.id)]
    parts.append(_changed.severities(change))
    names = [f"{visible(_groups.full_name(one))} {visible(one.version)}" for one in change.packages[: _changed.NAMED]]
    more = len(change.packages) - _changed.NAMED
    parts.append(", ".join(names) + (f" and {more} more" if more > 0 else ""))
    parts.append(visible(finding.title) if isinstance(finding, ImageFinding) else "")
    if isinstance(finding, Vulnerability) and finding.fix.versions and change.new is not None:
        parts.append(f"fixed in {', '.join(visible(one) for one in finding.fix.versions[:2])}")
    if finding.decision.rule:
        parts.append(f"rule {visible(finding.decision.rule)}")
    return "  ".join(part for part in parts if part)


def _packages(changes: Sequence[PackageChange], options: WriteOptions) -> list[str]:
    if not changes:
        return []
    made = [
        "",
        paint(
            count(len(changes), "package") + " differ" + ("s" if len(changes) == 1 else ""), "strong", options.colour
        ),
    ]
    shown = changes if options.everything else changes[:_SHOWN]
    for change in shown:
        made += ["  " + line for line in wrap(_package(change), options.width - 2, "    ")]
    if len(shown) < len(changes):
        made.append(paint(f"  {len(changes) - len(shown):,} more (--all)", "dim", options.colour))
    return made


def _package(change: PackageChange) -> str:
    """``~ deb openssl  3.0.11-1 -> 3.0.15-1``."""
    head = f"{_SIGNS[change.status]} {visible(change.type)} {_changed.name(change)}"
    head += "  licence" if change.status is PackageStatus.LICENCE else ""
    return f"{head}  {' -> '.join(part for part in _changed.sides(change) if part)}"


def _summary(found: Difference, options: WriteOptions) -> list[str]:
    made = [f"{'packages':{_LABEL}}{_changed.counted(found.packages)}"]
    if found.compared:
        findings = Counter(one.status for one in found.findings)
        told = ", ".join(f"{findings[status]:,} {name}" for status, (name, _) in _MARKS.items())
        made.append(f"{'findings':{_LABEL}}{told}")
        verdicts = f"{found.old.verdict.result.value} -> {found.new.verdict.result.value}"
        made.append(paint(f"{'verdict':{_LABEL}}{verdicts}", found.new.verdict.result.value, options.colour))
    return made
