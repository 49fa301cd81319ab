"""Reports in, one page of HTML that needs nothing else out: a section an image, findings to search, filter and sort.

https://html.spec.whatwg.org/. All text is escaped where it is written, the script only moves and hides rows, and the
page's own policy (https://www.w3.org/TR/CSP3/) lets nothing run or load but that script and that style.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path

from pratique.model import Action, AnyFinding, Report, Vulnerability
from pratique.plugins import WriteOptions, Writer
from pratique.report import _groups, _told
from pratique.report._ending import footer
from pratique.report._remedy import remedy
from pratique.report._text import count, visible

_HERE = Path(__file__).parent
_COLUMNS = ("policy", "finding", "severity", "EPSS", "package", "installed", "to do", "layer", "file")
_SEVERITIES = ("critical", "high", "medium", "low", "none", "unknown", "malware", "licence")
_DECISIONS = (("", "all"), ("fail warn", "fail or warn"), ("fail", "fail"), ("warn", "warn"), ("silenced", "silenced"))
_RANKS = {Action.FAIL: "0", Action.WARN: "1", Action.NONE: "2", Action.ALLOW: "3"}
_ENDLESS = 4000


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """The page."""
    style, script = (_HERE / "_page.css").read_text("utf-8"), (_HERE / "_page.js").read_text("utf-8")
    allowed = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    names = ", ".join(_name(report) for report in reports[:3]) + (", …" if len(reports) > 3 else "")
    sections = "".join(_section(report, place) for place, report in enumerate(reports))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(allowed)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Pratique: {_text(names)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"{sections}<script>{script}</script>\n</body>\n</html>\n"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _name(report: Report) -> str:
    return report.image.name if report.image else report.target


def _text(text: str) -> str:
    """The text with nothing in it that HTML would be made of, and that no reader obeys."""
    return escape(visible(text).encode(errors="replace").decode())


def _section(report: Report, place: int) -> str:
    result = report.verdict.result.value
    made = [
        "<section>\n",
        f'<h1><span class="verdict {result}">{result.upper()}</span>{_text(_name(report))}</h1>\n',
    ]
    if report.image is not None:
        distro = report.distro.name or report.distro.id if report.distro else "no distribution"
        facts = (str(report.image.platform), distro, count(len(report.packages), "package"))
        made.append(
            f'<p class="about">{" · ".join(map(_text, facts))}<br><code>{_text(report.image.digest)}</code></p>\n'
        )
    reasons = [f"<li>{_text(reason.text)}</li>" for reason in report.verdict.reasons]
    reasons += [f"<li><strong>{_text(advice)}</strong></li>" for advice in report.verdict.advice]
    made.append(f"<ul>{''.join(reasons)}</ul>\n" if reasons else "")
    findings = _told.reported(report)
    made.append(_form(place) + _table(findings, report) if findings else "<p>Nothing was found.</p>\n")
    made.append(_problems(report))
    told = " ".join(" ".join(footer(report, WriteOptions(width=_ENDLESS))).split())
    return "".join((*made, f'<p class="dim">{_text(told)}; {_text(report.now)}</p>\n</section>\n'))


def _form(place: int) -> str:
    decisions = "".join(f'<option value="{value}">{name}</option>' for value, name in _DECISIONS)
    severities = "".join(f"<option>{name}</option>" for name in _SEVERITIES)
    return (
        f'<form id="filter-{place}">'
        '<input type="search" name="words" placeholder="Search" aria-label="Search">'
        f'<select name="decision" aria-label="What the policy says">{decisions}</select>'
        f'<select name="severity" aria-label="Severity"><option value="">any severity</option>{severities}</select>'
        '<label><input type="checkbox" name="kev"> known to be exploited</label>'
        '<output class="dim"></output></form>\n'
    )


def _table(findings: list[AnyFinding], report: Report) -> str:
    heads = "".join(f'<th scope="col"><button type="button">{name}</button></th>' for name in _COLUMNS)
    rows = "".join(_row(finding, report) for finding in findings)
    return f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"


def _row(finding: AnyFinding, report: Report) -> str:
    decision = finding.decision
    kev, epss, score = _groups.kev_of(finding), _groups.epss_of(finding), finding.severity.score
    silenced = _groups.silenced(finding)
    action = "silenced" if silenced else decision.action.value
    level = _told.level(finding)
    severity = level + ("" if score is None else f" {score:.1f}")
    exploited = f' <span class="kev">KEV {_text(kev.added)}</span>' if kev else ""
    cells = (
        _cell(_text(_told.decided(finding)) or "below the gate", _RANKS[decision.action], decision.action.value),
        _cell(f"{_linked(finding)}{exploited}", "", ""),
        _cell(_text(severity), f"{_SEVERITIES.index(level):02} {10 - (score or 0):05.2f}", ""),
        _cell(f"{epss.score:.3f}" if epss else "", f"{1 - epss.score:.5f}" if epss else "2", "number"),
        _cell(_text(_groups.name_of(finding) or _groups.label(finding)), "", ""),
        _cell(_text(_groups.version_of(finding)), "", ""),
        _cell(_text(_todo(finding)), "", ""),
        _cell(_text(_told.brought(finding, report.image)), "", ""),
        _cell(f"<code>{_text(_told.where(finding))}</code>", "", ""),
    )
    data = f'data-decision="{action}" data-severity="{level}" data-kev="{"yes" if kev else "no"}"'
    return f"<tr {data}>{''.join(cells)}</tr>\n"


def _cell(content: str, key: str, name: str) -> str:
    attributes = (f' data-key="{key}"' if key else "") + (f' class="{name}"' if name else "")
    return f"<td{attributes}>{content}</td>"


def _linked(finding: AnyFinding) -> str:
    address = _told.address(finding)
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


WRITER = Writer(name="html", write=write)
