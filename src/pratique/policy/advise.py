"""Decided findings, their report and the plan of upgrades in; what to do next, the most useful first, out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pratique.model import (
    Action,
    AnyFinding,
    ImageFinding,
    LicenceBreach,
    Malware,
    Plan,
    Report,
    Upgrade,
    Vulnerability,
)

_LINES = 5
_NAMES = 3
_COMMAND = 240  # characters of an instruction that still is a line to read; the JSON report has it at any length


def advise(findings: Sequence[AnyFinding], report: Report, plan: Plan) -> tuple[str, ...]:
    """Sentences on the findings that fail; where none fails, on those that warn."""
    for action, kind in ((Action.FAIL, "failing finding"), (Action.WARN, "warning")):
        found = [finding for finding in findings if finding.decision.action is action]
        if found:
            told = (*_removals(found), *_base(plan, report, kind), *_upgrades(plan, kind), *_dockerfile(plan))
            return (*told, *_unfixed(found, plan, kind), *_refused(found), *_of_image(found))
    return ()


def _removals(findings: Iterable[AnyFinding]) -> list[str]:
    names = {f"{each.package.name} {each.package.version}" for each in findings if isinstance(each, Malware)}
    return [f"remove {name}: it is malware" for name in sorted(names)[:_LINES]]


def _refused(findings: Iterable[AnyFinding]) -> list[str]:
    found = Counter(each.id for each in findings if isinstance(each, LicenceBreach))
    names = ", ".join(name for name, _ in found.most_common(_NAMES)) + (", …" if len(found) > _NAMES else "")
    several = counted(found.total(), "package")
    verb = "is" if found.total() == 1 else "are"
    told = f"{several} {verb} under a licence that the policy refuses ({names}): replace, or suppress with a date"
    return [told] if found else []


def _of_image(findings: Iterable[AnyFinding]) -> list[str]:
    return sorted({f"{each.id}: {each.hint}" for each in findings if isinstance(each, ImageFinding) and each.hint})


def _base(plan: Plan, report: Report, kind: str) -> list[str]:
    """That the base's own packages are its publisher's to raise."""
    steps = [step for step in plan.upgrades if step.origin == "base"]
    if not steps:
        return []
    name = report.base.name if report.base is not None and report.base.name else "build of its base image"
    clears = counted(sum(step.count for step in steps), kind)
    return [f"rebuild on the newest {name}: {clears} {'is' if clears.startswith('1 ') else 'are'} in its own packages"]


def _upgrades(plan: Plan, kind: str) -> list[str]:
    times = Counter((step.type, step.name) for step in plan.upgrades)
    return [
        f"{_raised(step, several=times[step.type, step.name] > 1)} clears {counted(step.count, kind)}{_about(step)}"
        for step in plan.upgrades[:_LINES]
    ]


def _raised(step: Upgrade, *, several: bool) -> str:
    """``log4j-core 2.16.0``; from which version, where the image has others that go elsewhere."""
    return f"{step.name} {f'{_some(step.installed)} -> ' if several else ''}{step.version}"


def _about(step: Upgrade) -> str:
    """``(libc6, libc-bin)`` of a source, ``(brought by express)`` of what nobody asked for by name."""
    if step.brought_by:
        return f" (brought by {_some(step.brought_by)})"
    return f" ({_some(step.packages)})" if step.packages != (step.name.rpartition(":")[2].rpartition("/")[2],) else ""


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more


def _dockerfile(plan: Plan) -> list[str]:
    if not plan.dockerfile:
        return []
    if len(plan.dockerfile) > _COMMAND:
        return ["the plan in the JSON report has the Dockerfile's instruction that raises the distribution's packages"]
    return [f"in the Dockerfile: {line}" for line in plan.dockerfile.splitlines()]


def _unfixed(findings: Iterable[AnyFinding], plan: Plan, kind: str) -> list[str]:
    known = [each for each in findings if isinstance(each, Vulnerability)]
    return [*_without_fix([each for each in known if not each.fix.versions], kind), *_below(known, plan, kind)]


def _below(findings: Iterable[Vulnerability], plan: Plan, kind: str) -> list[str]:
    """What has a fix that is no upgrade from the version that is installed."""
    left = frozenset(plan.left)
    cleared = {(identifier, name) for step in plan.upgrades for identifier in step.clears for name in step.packages}
    found = [
        each
        for each in findings
        if each.fix.versions and each.id in left and (each.id, each.package.name) not in cleared
    ]
    if not found:
        return []
    names = _some(sorted({each.package.name for each in found}))
    verb = "is" if len(found) == 1 else "are"
    return [f"{counted(len(found), kind)} {verb} cleared by no version above the installed one ({names}): replace it"]


def _without_fix(found: Sequence[Vulnerability], kind: str) -> list[str]:
    if not found:
        return []
    shown = _some(sorted({each.package.name for each in found}))
    verb = "has" if len(found) == 1 else "have"
    if all(each.evidence and all(one.last_affected for one in each.evidence) for each in found):
        verb = "names" if len(found) == 1 else "name"
        return [f"{counted(len(found), kind)} {verb} no fix, but a last affected version ({shown}): move past it"]
    return [f"{counted(len(found), kind)} {verb} no known fix ({shown}): remove the package, or suppress with a date"]


def counted(count: int, noun: str) -> str:
    """``1 finding``, ``2 findings``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
