"""Reports in, Markdown for a pull request or a job's summary out: the verdict, what fails and warns, the rest folded.

https://github.github.com/gfm/. What an image says cannot become markup: all punctuation is escaped (section 6.1), and
``@`` and ``#`` do not reach anybody or anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pratique.model import AnyFinding, Report, Result
from pratique.plugins import WriteOptions, Writer
from pratique.report import _groups
from pratique.report._apart import image_name
from pratique.report._candidates import told
from pratique.report._markdown_table import COMMENT, code, ending, fitted, folded, notes, table, text
from pratique.report._text import count

_ROWS = 50  # of a table
_FOLDED = 120
_LINES = 20  # of reasons, advice, problems
_PROBLEM = 300
_LEAST = 2_000  # characters of a section
_RULE = "\n\n---\n\n"
_ORDER = {Result.FAIL: 0, Result.UNKNOWN: 1, Result.WARN: 2, Result.PASS: 3}
_MARKS = {Result.PASS: "✅", Result.WARN: "⚠️", Result.FAIL: "❌", Result.UNKNOWN: "❔"}


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """A section an image; of more than a comment holds the worst, and how many are left out."""
    if len(reports) > COMMENT // _LEAST:
        reports = tuple(sorted(reports, key=lambda report: _ORDER[report.verdict.result]))
    room = max(COMMENT // max(len(reports), 1), _LEAST)
    made, taken = list[str](), 0
    for report in reports:
        section = "\n".join(_section(report, options, room))
        taken += len(section) + len(_RULE)
        if made and taken > COMMENT:
            made.append(f"… {count(len(reports) - len(made), 'image')} left out: a comment holds no more")
            break
        made.append(section)
    return _RULE.join(made) + "\n"


def _section(report: Report, options: WriteOptions, room: int) -> list[str]:
    result = report.verdict.result
    name = text(image_name(report))
    made = [f"## {_MARKS[result]} {result.value.upper()}: {name}", ""]
    if report.image is not None and report.image.digest:
        made += [f"{code(report.image.digest)} · {text(str(report.image.platform))}", ""]
    made += _listed([text(reason.text) for reason in report.verdict.reasons])
    made += _listed([f"**{text(advice)}**" for advice in report.verdict.advice])
    made += _bases(report, options)
    told = ending(report)
    return [*fitted(made, _parts(report), room - len(told)), "", told]


def _listed(lines: Sequence[str]) -> list[str]:
    more = [f"… and {len(lines) - _LINES:,} more"] if len(lines) > _LINES else []
    return [f"- {line}" for line in (*lines[:_LINES], *more)]


def _parts(report: Report) -> Iterator[list[str]]:
    findings = [one for one in report.findings if not _groups.silenced(one)]
    yield table(_rows([one for one in findings if _groups.gated(one)]), _ROWS)
    yield _hidden("below the gate", [one for one in findings if not _groups.gated(one)])
    yield _hidden("silenced", [one for one in report.findings if _groups.silenced(one)])
    yield _problems(report)
    yield notes(report)


def _bases(report: Report, options: WriteOptions) -> list[str]:
    """What other bases would do."""
    made = []
    for one in told(report, options):
        place = f" ({text(one.place)})" if one.place else ""
        line = f": {code(one.instruction)}{place}" if one.instruction else ""
        made.append(f"- base **{text(one.name)}**: {text(one.text, _PROBLEM)}{line}")
    return made


def _rows(findings: Sequence[AnyFinding]) -> list[_groups.Row]:
    """A row an identifier and source package."""
    return [row for group in _groups.groups(findings) for row in group.rows]


def _hidden(name: str, findings: Sequence[AnyFinding]) -> list[str]:
    if not findings:
        return []
    return folded(f"{count(len(findings), 'finding')} {name}", table(_rows(findings), _FOLDED))


def _problems(report: Report) -> list[str]:
    if not report.problems:
        return []
    ranked = sorted(report.problems, key=lambda one: not one.blocking)
    blocking = sum(one.blocking for one in ranked)
    lines = _listed([text(f"{one.where}: {one.what}", _PROBLEM) for one in ranked])
    return folded(f"{count(len(ranked), 'problem')}, {blocking:,} blocking", ["", *lines])


WRITER = Writer(name="markdown", write=write)
