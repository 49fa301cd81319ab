"""What lies between two reports in, a short comment for a pull request in Markdown out: the delta, what is long folded.

https://github.github.com/gfm/. A comment of GitHub holds 65,536 characters: parts that would not fit are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pratique.difference import Difference, FindingStatus, PackageChange, PackageStatus
from pratique.model import Action, Report, Result
from pratique.plugins import WriteOptions
from pratique.report import _changed, _groups
from pratique.report._markdown_table import code, ending, fitted, folded, more, name, notes, table, text
from pratique.report._text import count

_ROWS = 40  # of what is introduced
_FOLDED = 60  # of every other part
_REASONS = 20
_DIGEST = len("sha256:") + 12
_LONG = 5  # rows that need not be folded
_SIGNS = {PackageStatus.ADDED: "➕", PackageStatus.REMOVED: "➖", PackageStatus.CHANGED: "", PackageStatus.LICENCE: ""}


def write_markdown(found: Difference, options: WriteOptions) -> str:
    """What is introduced stands open, the rest is folded."""
    head = [_title(found), "", f"{_name(found.old)} → {_name(found.new)}", *_summary(found)]
    return "\n".join([*fitted(head, _parts(found, options)), "", ending(found.new)]) + "\n"


def _parts(found: Difference, options: WriteOptions) -> Iterator[list[str]]:
    yield _findings(found, FindingStatus.INTRODUCED, _ROWS)
    yield _findings(found, FindingStatus.CHANGED, _FOLDED)
    yield _findings(found, FindingStatus.FIXED, _FOLDED)
    if options.everything:
        yield _findings(found, FindingStatus.UNCHANGED, _FOLDED)
    yield _packages(found.packages)
    yield notes(found.new)


def _title(found: Difference) -> str:
    """``### ❌ 2 findings introduced (1 fails), 3 fixed``; nobody knows of a side that was not read whole."""
    if not found.compared:
        return f"### {count(len(found.packages), 'package')} changed"
    failing, warning = _introduced(found, Action.FAIL), _introduced(found, Action.WARN)
    unread = any(problem.blocking for side in (found.old, found.new) for problem in side.problems)
    mark = "❌" if failing else "❔" if unread else "⚠️" if warning else "✅"
    parts = [
        f"{number:,} {word}{'s' if number == 1 else ''}" for number, word in ((failing, "fail"), (warning, "warn"))
    ]
    told = ", ".join(part for part in parts if not part.startswith("0 "))
    of = Counter(one.status for one in found.findings)
    introduced = of[FindingStatus.INTRODUCED]
    first = f"{count(introduced, 'finding')} introduced" if introduced else "No finding introduced"
    known = ", as far as it could be read" if unread else ""
    return f"### {mark} {first}{f' ({told})' if told else ''}, {of[FindingStatus.FIXED]:,} fixed{known}"


def _introduced(found: Difference, action: Action) -> int:
    changes = (one for one in found.findings if one.status is FindingStatus.INTRODUCED)
    return sum(one.finding.decision.action is action for one in changes)


def _name(report: Report) -> str:
    """The image's name and the beginning of its digest, which tells two of one name apart."""
    if report.image is None:
        return text(report.target)
    digest = report.image.digest or report.image.config_digest
    return f"{text(report.image.name)} {code(digest[:_DIGEST])}" if digest else text(report.image.name)


def _summary(found: Difference) -> list[str]:
    """The new verdict and what it was, how many of each status, and what blocks a verdict."""
    if not found.compared:
        return []
    of = Counter(one.status for one in found.findings)
    counted = ", ".join(f"{of[status]:,} {status.value}" for status in FindingStatus if of[status])
    old, new = found.old.verdict.result, found.new.verdict.result
    verdict = f"**{new.value.upper()}**" + (f", was {old.value.upper()}" if old is not new else " as before")
    reasons = () if new is Result.PASS else found.new.verdict.reasons[:_REASONS]
    why = "; ".join(text(reason.text) for reason in reasons)
    told = f"The verdict is {verdict}" + (f": {why}." if why else ".")
    return ["", f"{told} {counted.capitalize()}." if counted else told, *_problems(found)]


def _problems(found: Difference) -> list[str]:
    made = []
    for side, report in (("old", found.old), ("new", found.new)):
        blocking = [one for one in report.problems if one.blocking]
        if blocking:
            first = text(f"{blocking[0].where}: {blocking[0].what}")
            made += ["", f"❔ {count(len(blocking), 'problem')} of the {side} side, blocking: {first}"]
    return made


def _findings(found: Difference, status: FindingStatus, most: int) -> list[str]:
    there = (one for one in found.findings if one.status is status)
    changes = sorted(there, key=lambda one: _groups.order(one.finding))
    if not changes:
        return []
    lines = table([_groups.Row(one.finding, one.packages) for one in changes], most)
    if status is FindingStatus.INTRODUCED:
        return lines
    if status is FindingStatus.CHANGED:
        lines += ["", *(f"- {text(f'{one.finding.id}: {_changed.severities(one)}')}" for one in changes[:most])]
    return folded(f"{count(len(changes), 'finding')} {status.value}", lines)


def _packages(changes: Sequence[PackageChange]) -> list[str]:
    if not changes:
        return []
    lines = ["", "| | package | old | new |", "|---|---|---|---|", *map(_package, changes[:_FOLDED])]
    lines += more(len(changes), _FOLDED)
    return (
        lines
        if len(changes) <= _LONG
        else folded(f"{count(len(changes), 'package')}: {_changed.counted(changes)}", lines)
    )


def _package(change: PackageChange) -> str:
    old, new = _changed.sides(change)
    cells = (_SIGNS[change.status], f"{text(change.type)} {name(_changed.name(change))}", text(old), text(new))
    return "| " + " | ".join(cells) + " |"
