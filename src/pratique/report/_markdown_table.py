"""Findings in, the lines of Markdown that list them out: a table, folded where it is long.

https://github.github.com/gfm/. What an image says cannot become markup: all punctuation is escaped (section 6.1), and
``@`` and ``#`` do not reach anybody or anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from pratique.model import Action, ImageFinding, Report, Vulnerability
from pratique.plugins import WriteOptions
from pratique.report import _groups, _told
from pratique.report._ending import footer
from pratique.report._quoting import markdown
from pratique.report._remedy import remedy
from pratique.report._text import count, cut, visible

COMMENT = 60_000
"""Characters: a comment of GitHub holds 65,536, and the ending needs some."""

LONGEST = 240  # columns of a text of the image's own
_ENDLESS = 4000
_ENDING = 1000
_NOTES, _FEW, _NOTE = 100, 5, 400  # how many are shown, how many unfolded; columns of one
_NAMES = 3
_NAME = re.compile(r"[A-Za-z0-9@/._+:~-]{1,120}")
_MARKS = {Action.FAIL: "❌", Action.WARN: "⚠️", Action.ALLOW: "", Action.NONE: ""}


def text(told: str, most: int = LONGEST) -> str:
    """The text, on one line, with nothing in it that Markdown, HTML or a mention would be made of."""
    return markdown(cut(visible(told), most))


def code(told: str) -> str:
    """The text as code, in which nothing but a backtick means anything."""
    return f"`{cut(visible(told), _ENDLESS).replace('`', chr(39)) or ' '}`"


def name(told: str) -> str:
    """A package's name or version, as code, in which nobody is mentioned, so that it can be copied."""
    return code(told) if _NAME.fullmatch(told) else text(told)


def table(rows: Sequence[_groups.Row], most: int) -> list[str]:
    """A row an identifier and source package; at most ``most`` of them, the others counted."""
    if not rows:
        return []
    made = ["", "| | finding | package | severity | EPSS | KEV | to do |", "|---|---|---|---|---|---|---|"]
    return [*made, *(_row(row) for row in rows[:most]), *more(len(rows), most)]


def more(there: int, shown: int) -> list[str]:
    """How many are not shown."""
    return ["", f"… and {there - shown:,} more"] if there > shown else []


def folded(head: str, lines: Sequence[str]) -> list[str]:
    """The lines below a heading that opens them; ``head`` is our own text."""
    return ["", f"<details><summary>{head}</summary>", *lines, "", "</details>"]


def fitted(head: Sequence[str], parts: Iterable[Sequence[str]], room: int = COMMENT) -> list[str]:
    """The head, and below it the parts that fit into so many characters; the others are counted."""
    made, taken, left_out = list(head), sum(len(line) + 1 for line in head), 0
    for part in parts:
        length = sum(len(line) + 1 for line in part)
        if taken + length <= room:
            made += part
            taken += length
        else:
            left_out += 1
    return [*made, "", f"… {count(left_out, 'part')} left out: a comment holds no more"] if left_out else made


def notes(report: Report) -> list[str]:
    """What is in force of suppressions and a baseline, ends soon, is over or of no use; folded where that is long."""
    lines = [f"- {text(note, _NOTE)}" for note in report.notes[:_NOTES]]
    lines += more(len(report.notes), _NOTES)
    if len(lines) <= _FEW:
        return ["", *lines] if lines else []
    return folded(count(len(report.notes), "note"), ["", *lines])


def ending(report: Report) -> str:
    """How much was looked at, by which database and which policy, in small letters."""
    plain = msgspec.structs.replace(report, notes=())  # ``notes`` tells them
    told = (" ".join(line.split()) for line in footer(plain, WriteOptions(width=_ENDLESS)))
    return f"<sub>{text(' · '.join(told), _ENDING)}</sub>"


def _row(row: _groups.Row) -> str:
    finding = row.finding
    kev, epss = _groups.kev_of(finding), _groups.epss_of(finding)
    score = finding.severity.score
    cells = (
        _MARKS[finding.decision.action],
        text(finding.id),
        _packages(row),
        text(_told.level(finding) + ("" if score is None else f" {score:.1f}")),
        f"{epss.score:.2f}" if epss else "",
        text(kev.added) if kev else "",
        text(_todo(row)),
    )
    return "| " + " | ".join(cells) + " |"


def _packages(row: _groups.Row) -> str:
    """The packages; of a finding of the image itself what is amiss."""
    if isinstance(row.finding, ImageFinding):
        return text(row.finding.title or _groups.label(row.finding))
    names = sorted({_groups.full_name(package) for package in row.packages})
    others = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    version = name(_groups.version_of(row.finding))
    return f"{', '.join(map(name, names[:_NAMES]))}{others} {version}"


def _todo(row: _groups.Row) -> str:
    finding = row.finding
    if _groups.silenced(finding):
        return _told.decided(finding)
    fix = finding.fix.versions if isinstance(finding, Vulnerability) else ()
    return f"upgrade to {', '.join(fix)}" if fix else remedy(finding)
