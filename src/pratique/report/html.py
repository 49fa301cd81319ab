"""Reports in, one page of HTML that needs nothing else out: a section an image, findings to search, filter and sort.

https://html.spec.whatwg.org/. All text is escaped where it is written, the script only moves and hides rows, and the
page's own policy (https://www.w3.org/TR/CSP3/) lets nothing run or load but that script and that style.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from html import escape
from pathlib import Path

import msgspec

from pratique.model import Action, AnyFinding, Report, Vulnerability
from pratique.plugins import WriteOptions, Writer
from pratique.report import _groups, _told
from pratique.report._apart import image_name
from pratique.report._candidates import Told, told
from pratique.report._ending import footer
from pratique.report._remedy import remedy
from pratique.report._text import count, visible

_HERE = Path(__file__).parent
_COLUMNS = ("policy", "finding", "severity", "EPSS", "package", "installed", "to do", "where")
_SEVERITIES = ("critical", "high", "medium", "low", "none", "unknown", "malware", "licence")
_DECISIONS = (
    ("", "any decision"),
    ("fail warn", "fail or warn"),
    ("fail", "fail"),
    ("warn", "warn"),
    ("none allow", "below the gate"),
    ("silenced", "silenced"),
)
_ORIGINS = (("", "any origin"), ("base", "from the base image"), ("own", "from own layers"))
_RANKS = {Action.FAIL: "0", Action.WARN: "1", Action.NONE: "2", Action.ALLOW: "3"}
_ENDLESS = 4000


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """The page."""
    style, script = (_HERE / "_page.css").read_text("utf-8"), (_HERE / "_page.js").read_text("utf-8")
    allowed = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    names = ", ".join(image_name(report) for report in reports[:3]) + (", …" if len(reports) > 3 else "")
    sections = "".join(_section(report, place, options) for place, report in enumerate(reports))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(allowed)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Pratique: {_text(names)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"{sections}<script>{script}</script>\n</body>\n</html>\n"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _text(text: str) -> str:
    """The text with nothing in it that HTML would be made of, and that no reader obeys."""
    return escape(visible(text).encode(errors="replace").decode())


def _section(report: Report, place: int, options: WriteOptions) -> str:
    result = report.verdict.result.value
    made = [
        "<section>\n",
        f'<h1><span class="verdict {result}">{result.upper()}</span>{_text(image_name(report))}</h1>\n',
    ]
    if report.image is not None:
        distro = report.distro.name or report.distro.id if report.distro else "no distribution"
        facts = (str(report.image.platform), distro, count(len(report.packages), "package"))
        made.append(
            f'<p class="about">{" · ".join(map(_text, facts))}<br><code>{_text(report.image.digest)}</code></p>\n'
        )
    made.append(_told_by(report, options))
    findings = _told.reported(report)
    made.append(_counts(findings) if findings else "")
    made.append(_form(place, report) + _table(findings, report) if findings else "<p>Nothing was found.</p>\n")
    made += [_problems(report), _notes(report)]
    plain = msgspec.structs.replace(report, notes=())
    told = "; ".join(" ".join(line.split()) for line in footer(plain, WriteOptions(width=_ENDLESS)))
    return "".join((*made, f'<p class="dim">{_text(told)}; {_text(report.now)}</p>\n</section>\n'))


def _told_by(report: Report, options: WriteOptions) -> str:
    """Why the verdict is what it is, and beside it what to do, and what other bases would."""
    blocks = (
        ("Why", [one.text for one in report.verdict.reasons]),
        ("What to do", list(report.verdict.advice)),
        ("Other bases", [_moved(one) for one in told(report, options)]),
    )
    lists = "".join(
        f"<div><h2>{title}</h2><ul>{''.join(f'<li>{_text(line)}</li>' for line in lines)}</ul></div>"
        for title, lines in blocks
        if lines
    )
    return f'<div class="told">{lists}</div>\n' if lists else ""


def _moved(one: Told) -> str:
    place = f" ({one.place})" if one.place else ""
    return f"{one.name}: {one.text}" + (f": {one.instruction}{place}" if one.instruction else "")


def _counts(findings: list[AnyFinding]) -> str:
    """``41 findings: 2 fail, 3 warn, 36 below the gate``, and how many of each severity."""
    actions = Counter(_decision(finding) for finding in findings)
    below = actions["none"] + actions["allow"]
    named = ((actions["fail"], "fail"), (actions["warn"], "warn"), (below, "below the gate"))
    parts = [f'<span class="{name}">{number:,} {name}</span>' for number, name in named if number]
    parts += [f"<span>{actions['silenced']:,} silenced</span>"] if actions["silenced"] else []
    levels = Counter(_told.level(finding) for finding in findings)
    rated = [f'<span class="{name}">{levels[name]:,} {name}</span>' for name in _SEVERITIES if levels[name]]
    return f'<p class="counts">{count(len(findings), "finding")}: {", ".join(parts)} · {", ".join(rated)}</p>\n'


def _decision(finding: AnyFinding) -> str:
    return "silenced" if _groups.silenced(finding) else finding.decision.action.value


def _origin(finding: AnyFinding, report: Report) -> str:
    return report.base.origin(finding.from_layer) if report.base is not None else ""


def _form(place: int, report: Report) -> str:
    severities = (("", "any severity"), *((name, name) for name in _SEVERITIES))
    origins = any(_origin(finding, report) for finding in report.findings)
    return (
        f'<form id="filter-{place}">'
        '<input type="search" name="words" placeholder="Search identifiers, packages, files, …" aria-label="Search">'
        f"{_select('decision', 'What the policy says', _DECISIONS)}{_select('severity', 'Severity', severities)}"
        f"{_select('origin', 'Origin', _ORIGINS) if origins else ''}"
        '<label><input type="checkbox" name="kev"> known to be exploited</label>'
        '<output class="dim"></output></form>\n'
    )


def _select(name: str, label: str, choices: tuple[tuple[str, str], ...]) -> str:
    options = "".join(f'<option value="{value}">{shown}</option>' for value, shown in choices)
    return f'<select name="{name}" aria-label="{label}">{options}</select>'


def _table(findings: list[AnyFinding], report: Report) -> str:
    heads = "".join(f'<th scope="col"><button type="button">{name}</button></th>' for name in _COLUMNS)
    rows = "".join(_row(finding, report) for finding in findings)
    more = '<button type="button" class="more" hidden></button>'
    return f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n{more}\n"


def _row(finding: AnyFinding, report: Report) -> str:
    decision = finding.decision
    kev, epss, score = _groups.kev_of(finding), _groups.epss_of(finding), finding.severity.score
    level, origin = _told.level(finding), _origin(finding, report)
    exploited = f' <br><span class="kev">KEV {_text(kev.added)}</span>' if kev else ""
    cells = (
        _cell(_policy(finding), _RANKS[decision.action], ""),
        _cell(f"{_linked(finding)}{exploited}<small>{_text(finding.title)}</small>", "", ""),
        _cell(
            level + ("" if score is None else f" {score:.1f}"),
            f"{_SEVERITIES.index(level):02} {10 - (score or 0):05.2f}",
            level,
        ),
        _cell(f"{epss.score:.3f}" if epss else "", f"{1 - epss.score:.5f}" if epss else "2", "number"),
        _cell(_text(_groups.name_of(finding) or _groups.label(finding)), "", ""),
        _cell(_text(_groups.version_of(finding)), "", ""),
        _cell(_text(_todo(finding)), "", ""),
        _cell(_where(finding, report, origin), "", ""),
    )
    data = (
        f'data-decision="{_decision(finding)}" data-severity="{level}" data-kev="{"yes" if kev else "no"}" '
        f'data-origin="{origin}"'
    )
    return f"<tr {data}>{''.join(cells)}</tr>\n"


def _policy(finding: AnyFinding) -> str:
    """What the policy says in a word, and by which rule; of what is silenced by whom, until when and why."""
    decision = finding.decision
    if decision.action in _told.GATED:
        word = decision.action.value
        return f'<b class="{word}">{word}</b><small>rule {_text(decision.rule)}</small>'
    return f'<span class="dim">{_text(_told.decided(finding)) or "below the gate"}</span>'


def _where(finding: AnyFinding, report: Report, origin: str) -> str:
    """The file, and below it the layer that brought it."""
    file, layer = _text(_told.where(finding)), _text(_told.brought(finding, report.image))
    layer += f"{', ' if layer else ''}base image" if origin == "base" else ""
    return f"<code>{file}</code>" + (f"<small>{layer}</small>" if layer else "")


def _cell(content: str, key: str, name: str) -> str:
    attributes = (f' data-key="{key}"' if key else "") + (f' class="{name}"' if name else "")
    return f"<td{attributes}>{content}</td>"


def _linked(finding: AnyFinding) -> str:
    address = _told.pages(finding)[finding.id]
    name = _text(finding.id)
    return f'<a href="{escape(address)}" rel="noreferrer noopener">{name}</a>' if address else name


def _todo(finding: AnyFinding) -> str:
    if _groups.silenced(finding):
        return ""
    versions = finding.fix.versions if isinstance(finding, Vulnerability) else ()
    return f"upgrade to {' or '.join(versions)}" if versions else remedy(finding)


def _problems(report: Report) -> str:
    if not report.problems:
        return ""
    ranked = sorted(report.problems, key=lambda one: not one.blocking)
    items = "".join(
        f'<li class="{"unknown" if one.blocking else "dim"}">{_text(f"{one.where}: {one.what}")}'
        f"{f' ({_text(one.hint)})' if one.hint else ''}</li>"
        for one in ranked
    )
    blocking = sum(one.blocking for one in ranked)
    opened = " open" if blocking else ""
    head = f"{count(len(ranked), 'problem')}, {blocking:,} blocking"
    return f"<details{opened}><summary>{head}</summary><ul>{items}</ul></details>\n"


def _notes(report: Report) -> str:
    """What is in force of suppressions and a baseline, ends soon, is over or of no use."""
    if not report.notes:
        return ""
    items = "".join(f"<li>{_text(note)}</li>" for note in report.notes)
    return f"<details open><summary>{count(len(report.notes), 'note')}</summary><ul>{items}</ul></details>\n"


WRITER = Writer(name="html", write=write)
