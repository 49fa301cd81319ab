"""Reports and the name of a finding in, how the policy decides it out; or a finding of one's own making in.

The reports may be saved ones: they are decided anew, by the policy and the baseline that the settings name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from pratique import __version__, api
from pratique.errors import NotFound, UsageError
from pratique.explanation import Ruling
from pratique.model import Report, Tool
from pratique.policy import cases, explain

_NAMES = 5


def rulings(
    identifier: str, reports: Iterable[Report], settings: api.Settings, package: str = "", *, saved: bool = False
) -> tuple[Ruling, ...]:
    """One a finding of that identifier or alias, in that package where one is named. ``saved`` reports are decided at
    their own time. Raises ``NotFound`` where there is no such finding, and what reading the policy raises."""
    policy, baseline = api.policy_of(settings), api.read_baseline(settings.baseline, settings.limits)
    target, reports = api.target_of(settings), tuple(reports)
    found = tuple(
        explain.ruling(
            finding,
            report,
            policy,
            _moment(report) if saved else settings.now,
            baseline,
            target,
            settings.limits,
        )
        for report in reports
        for finding in explain.named(report, identifier, package)
    )
    if not found:
        raise _none(identifier, package, reports)
    return found


def of_case(text: str, settings: api.Settings) -> Ruling:
    """Of a case as ``policy test`` reads it, which ``text`` holds as the only one of a list. Raises ``PolicyError``."""
    (case,) = cases.read(text, "--set", settings.limits)
    now = settings.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    report = msgspec.structs.replace(cases.report_of(case, settings.now), tool=Tool(version=__version__), now=now)
    policy, baseline = api.policy_of(settings), api.read_baseline(settings.baseline, settings.limits)
    (finding,) = report.findings
    return explain.ruling(finding, report, policy, settings.now, baseline, api.target_of(settings), settings.limits)


def _moment(report: Report) -> datetime:
    try:
        found = datetime.fromisoformat(report.now)
    except ValueError as error:
        raise UsageError(f"the report on {report.target!r} is of no time: {report.now!r}", hint="say --now") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _none(identifier: str, package: str, reports: Sequence[Report]) -> NotFound:
    """What there is instead: the identifier in other packages, else how many findings there are."""
    others = {
        finding.package.name if finding.package is not None else "the image"
        for report in reports
        for finding in explain.named(report, identifier)
    }
    where = f" in {package!r}" if package else ""
    hint = (
        f"it is one of {', '.join(sorted(others)[:_NAMES])}" if others else "pratique explain tells why there is none"
    )
    return NotFound(f"no finding {identifier!r}{where}", hint=hint)
