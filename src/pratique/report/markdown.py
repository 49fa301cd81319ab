"""Reports in, Markdown for a pull request or a job's summary out: the verdict, what fails and warns, the rest folded.

https://github.github.com/gfm/. What an image says cannot become markup: all punctuation is escaped (section 6.1), and
``@`` and ``#`` do not reach anybody or anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pratique.model import Action, AnyFinding, Report, Result, Vulnerability
from pratique.plugins import WriteOptions, Writer
from pratique.report import _groups, _told
from pratique.report._ending import footer
from pratique.report._remedy import remedy
from pratique.report._text import count, cut, visible

_ROWS = 50  # of a table; a comment of GitHub holds 65,536 characters
_FOLDED = 200
_LONGEST = 240  # columns of a text of the image's own
_NAMES = 3
_PROBLEMS = 20
_ENDLESS = 4000
_MARKS = {Result.PASS: "✅", Result.WARN: "⚠️", Result.FAIL: "❌", Result.UNKNOWN: "❔"}
# What begins emphasis, code, a link, a cell or an emoji within a line; the marks of a list or a heading at its start.
_SPECIAL = re.compile(r"[\\`*_\[\]|~$]|:(?=//|[\w+-]+:)|(?<=www)\.|^[-+=]|^\d+(?=[.)])")
_ENTITIES = str.maketrans({"@": "&#64;", "#": "&#35;", "<": "&lt;", ">": "&gt;"})


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """A section an image."""
    return "\n\n---\n\n".join("\n".join(_section(report, options)) for report in reports) + "\n"


def _section(report: Report, options: WriteOptions) -> list[str]:
    result = report.verdict.result
    name = _text(report.image.name if report.image else report.target)
    made = [f"## {_MARKS[result]} {result.value.upper()}: {name}", ""]
    if report.image is not None and report.image.digest:
        made += [f"`{visible(report.image.digest)}` · {_text(str(report.image.platform))}", ""]
    made += [f"- {_text(reason.text)}" for reason in report.verdict.reasons]
    made += [f"- **{_text(advice)}**" for advice in report.verdict.advice]
    findings = [one for one in report.findings if not _groups.silenced(one)]
    gated = [one for one in findings if _groups.gated(one)]
    made += _table(gated, _ROWS)
    made += _folded("below the gate", [one for one in findings if not _groups.gated(one)])
    made += _folded("silenced", [one for one in report.findings if _groups.silenced(one)])
    made += _problems(report)
    told = " ".join(" ".join(footer(report, WriteOptions(width=_ENDLESS))).split())
    return [*made, "", f"<sub>{_text(told, _ENDLESS)}</sub>"]


def _table(findings: list[AnyFinding], most: int) -> list[str]:
    """A row an identifier and source package."""
    if not findings:
        return []
    rows = [row for group in _groups.groups(findings) for row in group.rows]
    made = ["", "| | finding | package | severity | EPSS | KEV | to do |", "|---|---|---|---|---|---|---|"]
    made += [_row(row) for row in rows[:most]]
    if len(rows) > most:
        made += ["", f"… and {len(rows) - most:,} more"]
    return made


def _row(row: _groups.Row) -> str:
    finding = row.finding
    kev, epss = _groups.kev_of(finding), _groups.epss_of(finding)
    score = finding.severity.score
    names = sorted({_groups.full_name(package) for package in row.packages})
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    package = f"{', '.join(names[:_NAMES])}{more} {_groups.version_of(finding)}" if names else _groups.label(finding)
    fix = finding.fix.versions if isinstance(finding, Vulnerability) else ()
    cells = (
        "❌" if finding.decision.action is Action.FAIL else "⚠️" if finding.decision.action is Action.WARN else "",
        _text(finding.id),
        _text(package),
        _text(_told.level(finding) + ("" if score is None else f" {score:.1f}")),
        f"{epss.score:.2f}" if epss else "",
        _text(kev.added) if kev else "",
        _text(f"upgrade to {', '.join(fix)}" if fix else _remedy(finding)),
    )
    return "| " + " | ".join(cells) + " |"


def _remedy(finding: AnyFinding) -> str:
    return _told.decided(finding) if _groups.silenced(finding) else remedy(finding)


def _folded(name: str, findings: list[AnyFinding]) -> list[str]:
    if not findings:
        return []
    head = f"<details><summary>{count(len(findings), 'finding')} {name}</summary>"
    return ["", head, *_table(findings, _FOLDED), "", "</details>"]


def _problems(report: Report) -> list[str]:
    if not report.problems:
        return []
    ranked = sorted(report.problems, key=lambda one: not one.blocking)
    blocking = sum(one.blocking for one in ranked)
    head = f"<details><summary>{count(len(ranked), 'problem')}, {blocking:,} blocking</summary>"
    lines: Iterable[str] = (f"- {_text(f'{one.where}: {one.what}', 300)}" for one in ranked[:_PROBLEMS])
    more = [f"- … and {len(ranked) - _PROBLEMS:,} more"] if len(ranked) > _PROBLEMS else []
    return ["", head, "", *lines, *more, "", "</details>"]


def _text(text: str, most: int = _LONGEST) -> str:
    """The text with nothing in it that Markdown, HTML or a mention would be made of."""
    line = cut(visible(text), most).replace("&", "&amp;").translate(_ENTITIES)
    return _SPECIAL.sub(_escaped, line)


def _escaped(found: re.Match[str]) -> str:
    text = found[0]
    return f"{text}\\" if text.isdigit() else f"\\{text}"


WRITER = Writer(name="markdown", write=write)
