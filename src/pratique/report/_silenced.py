"""A report in, the lines of the table on what suppressions, a baseline and VEX documents silence out: counted, and one
by one where that matters."""

from __future__ import annotations

from datetime import date

from pratique.model import AnyFinding, ImageFinding, Report
from pratique.plugins import WriteOptions
from pratique.report import _groups
from pratique.report._text import MARGIN, count, visible, wrap

_SOON = 14  # days: a suppression that ends within is told one by one


def lines(report: Report, options: WriteOptions) -> list[str]:
    """What is suppressed, what is in the baseline, what VEX documents speak of, with an empty line before each."""
    return [*_suppressed(report, options), *_baselined(report, options), *_cleared(report, options)]


def _baselined(report: Report, options: WriteOptions) -> list[str]:
    """``312 in the baseline of 2026-11-22 by ann@example.org, until 2027-02-20``; one by one where all is asked for,
    since they end together."""
    found = sorted(filter(_groups.baselined, report.findings), key=lambda each: (each.id, _groups.name_of(each)))
    if not found:
        return []
    decision = found[0].decision
    left = _days_left(decision.suppressed_until, report.now)
    days = f" ({count(left, 'day')} left)" if left is not None and left <= _SOON else ""
    text = (
        f"{len(found):,} in the baseline of {visible(decision.baseline)} by {visible(decision.owner)}, until "
        f"{visible(decision.suppressed_until)}{days}: {visible(decision.reason)}"
    )
    made = ["", *wrap(text, options.width, MARGIN)]
    for finding in found if options.everything else ():
        made.append(MARGIN + f"{visible(finding.id)} {visible(_name(finding))}")
    return made


def _cleared(report: Report, options: WriteOptions) -> list[str]:
    """``3 not affected, by VEX of Acme``; one by one what is exploited."""
    found: dict[tuple[str, str], list[AnyFinding]] = {}
    for finding in sorted(report.findings, key=lambda each: (each.id, _groups.name_of(each), each.file)):
        if finding.decision.vex:
            found.setdefault((finding.decision.vex, finding.decision.owner), []).append(finding)
    made: list[str] = []
    for (status, author), findings in sorted(found.items()):
        text = f"{len(findings):,} {status.replace('_', ' ')}, by VEX of {visible(author) or 'an unnamed author'}"
        made += ["", *wrap(text, options.width, MARGIN)]
        for finding in findings:
            if options.everything or finding.is_exploited:
                made += _word(finding, options)
    return made


def _word(finding: AnyFinding, options: WriteOptions) -> list[str]:
    """``CVE-2021-44228 log4j-core 2.14.1, in KEV: vulnerable_code_not_present (acme.vex.json)``."""
    vex = _groups.vex_of(finding)
    kev = ", in KEV" if finding.is_exploited else ""
    why = ": ".join(filter(None, (vex.justification, vex.impact))) if vex else ""
    text = f"{visible(finding.id)} {visible(_name(finding))}{kev}: {visible(why) or 'without a reason'}" + (
        f" ({visible(vex.document)})" if vex else ""
    )
    return [MARGIN + line for line in wrap(text, options.width - len(MARGIN), MARGIN)]


def _suppressed(report: Report, options: WriteOptions) -> list[str]:
    """How many are suppressed; one by one those that are exploited or whose time is nearly up."""
    found = sorted(
        (finding for finding in report.findings if _groups.suppressed(finding)),
        key=lambda finding: (finding.decision.suppressed_until, finding.id, _groups.name_of(finding)),
    )
    if not found:
        return []
    first = "the first until" if len(found) > 1 else "until"
    made = ["", f"{len(found):,} suppressed, {first} {visible(found[0].decision.suppressed_until)}"]
    for finding in found:
        left = _days_left(finding.decision.suppressed_until, report.now)
        if options.everything or finding.is_exploited or left is None or left <= _SOON:
            made += _promise(finding, left, options)
    return made


def _promise(finding: AnyFinding, left: int | None, options: WriteOptions) -> list[str]:
    decision = finding.decision
    days = "" if left is None else f" ({count(left, 'day')} left)"
    kev = ", in KEV" if finding.is_exploited else ""
    text = (
        f"{visible(finding.id)} {visible(_name(finding))}{kev}: until "
        f"{visible(decision.suppressed_until)}{days}, {visible(decision.owner)}: {visible(decision.reason)}"
    )
    return [MARGIN + line for line in wrap(text, options.width - len(MARGIN), MARGIN)]


def _name(finding: AnyFinding) -> str:
    """The package without its namespace, which is long, and its version."""
    if isinstance(finding, ImageFinding):
        return _groups.label(finding)
    return f"{finding.package.name} {finding.package.version}"


def _days_left(until: str, now: str) -> int | None:
    try:
        return (date.fromisoformat(until[:10]) - date.fromisoformat(now[:10])).days
    except ValueError:
        return None
