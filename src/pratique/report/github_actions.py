"""Reports in, workflow commands that annotate a run of GitHub Actions out, the worst findings first.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands. GitHub shows ten errors and ten
warnings of a step; what an image says is escaped, so that it cannot begin a command of its own.
"""

from __future__ import annotations

from pratique.model import Action, Report, Result
from pratique.plugins import WriteOptions, Writer
from pratique.report import _groups, _quoting, _told
from pratique.report._apart import image_name
from pratique.report._dockerfile import line_of
from pratique.report._text import visible

_MOST = 10
_COMMANDS = {Action.FAIL: "error", Action.WARN: "warning"}
_RESULTS = {Result.FAIL: "error", Result.UNKNOWN: "error", Result.WARN: "warning", Result.PASS: "notice"}


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """A command a line: the verdict of each image, then as many of what fails and what warns as are shown beside."""
    lines = [_verdict(report) for report in reports]
    rows = [(row, report) for report in reports for group in _groups.groups(report.findings) for row in group.rows]
    rows.sort(key=lambda one: _groups.order(one[0].finding))
    for action, command in _COMMANDS.items():
        room = max(_MOST - sum(_RESULTS[report.verdict.result] == command for report in reports), 0)
        found = [one for one in rows if one[0].finding.decision.action is action]
        lines += [_annotation(command, row, report, options) for row, report in found[:room]]
    return "".join(f"{line}\n" for line in lines)


def _verdict(report: Report) -> str:
    result = report.verdict.result
    name = image_name(report)
    told = "; ".join((*(reason.text for reason in report.verdict.reasons), *report.verdict.advice))
    return _command(_RESULTS[result], {"title": f"{result.value.upper()} {name}"}, told or result.value)


def _annotation(command: str, row: _groups.Row, report: Report, options: WriteOptions) -> str:
    finding, more = row.finding, len(row.packages) - 1
    properties = {"title": _told.title(finding) + (f" and {more} more" if more > 0 else "")}
    path, text = options.dockerfile
    line = line_of(finding, report, text) if text else 0
    if line:
        properties |= {"file": path, "line": str(line)}
    return _command(command, properties, _told.sentence(finding, report))


def _command(name: str, properties: dict[str, str], message: str) -> str:
    pairs = ",".join(f"{key}={_quoting.parameter(visible(value))}" for key, value in properties.items())
    return f"::{name} {pairs}::{_quoting.message(visible(message))}"


WRITER = Writer(name="github-actions", write=write)
