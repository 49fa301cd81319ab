"""Findings in, the lines of the table that show them out: a group's title and layer, a line an identifier, what is
below the gate counted, what is silenced told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from pratique.model import (
    Action,
    AnyFinding,
    FixState,
    Image,
    ImageFinding,
    Level,
    LicenceBreach,
    Malware,
    Package,
    Report,
    Vulnerability,
)
from pratique.plugins import WriteOptions
from pratique.report import _groups, _silenced
from pratique.report._text import MARGIN, columns, count, cut, cut_start, pad, paint, visible, wrap

_LABELS = {Action.FAIL: "FAIL", Action.WARN: "WARN", Action.ALLOW: "ok", Action.NONE: ""}
_STYLES = {Action.FAIL: "fail", Action.WARN: "warn", Action.ALLOW: "dim", Action.NONE: "dim"}
_LABEL_WIDTH = 6
_STATES = {
    FixState.FIXED: "fixed",
    FixState.AFFECTED: "no fix yet",
    FixState.WILL_NOT_FIX: "will not be fixed",
    FixState.DEFERRED: "fix deferred",
    FixState.UNDER_INVESTIGATION: "under investigation",
    FixState.END_OF_LIFE: "end of life",
    FixState.NOT_AFFECTED: "not affected",
    FixState.UNKNOWN: "",
}
_SEVERITY_STYLES = {Level.CRITICAL: "alarm", Level.HIGH: "notice"}
_NAMES = 3
_FIXES = 2
_TITLE = 40
_WHY = 5  # the column that is not aligned

_DIGEST = re.compile(r"\b((?:file|dir|multi):[0-9a-f]{12})[0-9a-f]{20,}")  # of what the classic builder added

_Cells = tuple[str, str, str, str, str, str]


def lines(report: Report, options: WriteOptions) -> list[str]:
    """All lines on the findings, with an empty one before each group."""
    standing = [finding for finding in report.findings if not _groups.silenced(finding)]
    shown = [finding for finding in standing if options.everything or _groups.gated(finding) or finding.is_exploited]
    found = _groups.groups(shown)
    widths = _widths([group for group in found if group.packages])
    made: list[str] = []
    for group in found:
        made += ["", *_title(group, report, options)]
        for row in group.rows:
            made += _row(row, group, widths if group.packages else _widths([group]), options)
    return [*made, *_below(standing, len(shown), options), *_silenced.lines(report, options)]


def _title(group: _groups.Group, report: Report, options: WriteOptions) -> list[str]:
    """``log4j-core 2.14.1  maven  app/lib/log4j-core-2.14.1.jar`` and the layer that brought it."""
    if not group.packages:
        return [paint("the image", "strong", options.colour)]
    first, image, base = group.packages[0], report.image, report.base
    name = f"{_names(group.packages)} {visible(first.version)}"
    source = f"  (source {visible(first.source_name)})" if first.source_name not in ("", first.name) else ""
    kind = visible(first.type)
    head = cut(name + source, max(options.width - columns(kind) - 2, 20))
    head = f"{paint(head, 'strong', options.colour)}  {paint(kind, 'dim', options.colour)}"
    made = [head]
    place = _place(group.packages, options.width - len(MARGIN))
    if place:
        made.append(MARGIN + paint(place, "dim", options.colour))
    layer = _layer(first, image)
    layer += "  base image" if layer and base is not None and base.origin(first.layer) == "base" else ""
    if layer:
        made.append(MARGIN + paint(cut(layer, options.width - len(MARGIN)), "dim", options.colour))
    return made


def _names(packages: tuple[Package, ...]) -> str:
    names = sorted({visible(_groups.short_name(package)) for package in packages})
    more = len(names) - _NAMES
    return ", ".join(names[:_NAMES]) + (f" and {more} more" if more > 0 else "")


def _place(packages: tuple[Package, ...], width: int) -> str:
    """Where it lies: a distribution's packages share a database, which tells nothing."""
    if packages[0].type in _groups.DISTROS:
        return ""
    proof = sorted(package.path for package in packages)  # what else names them, as lock files do, comes after
    others = sorted(place for package in packages for place in package.locations)
    paths = list(dict.fromkeys(visible(place) for place in (*proof, *others) if place))
    if not paths:
        return ""
    more = f" and {count(len(paths) - 1, 'more place')}" if len(paths) > 1 else ""
    owner = f" (of the package {visible(packages[0].owner)})" if packages[0].owner else ""
    return cut_start(paths[0], width - len(more) - columns(owner)) + owner + more


def _layer(package: Package, image: Image | None) -> str:
    """``layer 5  COPY target/lib /app/lib``; layers are counted from 1, as people do."""
    if package.layer < 0:
        return ""
    text = f"layer {package.layer + 1}"
    if image is not None and package.layer < len(image.layers):
        text += f"  {instruction(image.layers[package.layer].created_by)}"
    return text.rstrip()


def instruction(created_by: str) -> str:
    """An image history's instruction without what the builders put around it (``/bin/sh -c #(nop)``, BuildKit's
    remark), and a digest only as long as tells it from others."""
    text = _DIGEST.sub(r"\1", visible(created_by))
    text = text.removesuffix("# buildkit").removeprefix("RUN ").removeprefix("/bin/sh -c ").strip()
    if text.startswith("#(nop)"):
        return text.removeprefix("#(nop)").strip()
    known = text.partition(" ")[0].isupper() or text.startswith("#")
    return text if known or not text else f"RUN {text}"


def _cells(row: _groups.Row, group: _groups.Group) -> _Cells:
    """Identifier, severity, EPSS, KEV, fix, and why."""
    finding = row.finding
    kev, epss = _groups.kev_of(finding), _groups.epss_of(finding)
    score = finding.severity.score
    severity = _severity(finding)
    return (
        visible(finding.id),
        severity + ("" if score is None else f" {score:4.1f}"),
        f"EPSS {epss.score:.2f}" if epss else "",
        f"KEV {visible(kev.added)}" if kev else "",
        _fix(finding),
        _why(row, group),
    )


def _severity(finding: AnyFinding) -> str:
    if isinstance(finding, LicenceBreach):
        return "LICENCE"
    return "MALWARE" if isinstance(finding, Malware) else f"{finding.severity.level.value.upper():8}"


def _fix(finding: AnyFinding) -> str:
    if isinstance(finding, LicenceBreach):
        return cut(visible(finding.title), _TITLE)
    if isinstance(finding, ImageFinding):
        return ""
    if not isinstance(finding, Vulnerability):
        return "remove it"
    versions = ", ".join(visible(version) for version in finding.fix.versions[:_FIXES])
    versions += ", …" if len(finding.fix.versions) > _FIXES else ""
    return f"-> {versions}" if versions else _STATES[finding.fix.state]


def _why(row: _groups.Row, group: _groups.Group) -> str:
    """The rule, its grace or note, what uses it, and the packages where they are not all of the group's."""
    decision = row.finding.decision
    kev = _groups.kev_of(row.finding)
    told = decision.note.startswith(f"rule {decision.rule} of ")  # by a note on whose rule it is
    parts = [f"rule {visible(decision.rule)}"] if decision.rule and not told else []
    if kev is not None and kev.ransomware:
        parts.append("used by ransomware")
    if decision.grace_until:
        parts.append(f"grace until {visible(decision.grace_until)}")
    if decision.note:
        parts.append(visible(decision.note))
    if len(row.packages) < len(group.packages):
        parts.append(f"in {_names(row.packages)}")
    return ", ".join(parts)


def _widths(found: list[_groups.Group]) -> tuple[int, ...]:
    """The width of each column, over all groups, so that the eye can run down them."""
    rows = [_cells(row, group) for group in found for row in group.rows]
    return tuple(max((columns(cells[column]) for cells in rows), default=0) for column in range(_WHY))


def _row(row: _groups.Row, group: _groups.Group, widths: tuple[int, ...], options: WriteOptions) -> list[str]:
    """One line; what the terminal is too narrow for goes on below."""
    styles = ("strong", _SEVERITY_STYLES.get(row.finding.severity.level, ""), "", "fail", "", "dim")
    margin = len(MARGIN) + _LABEL_WIDTH
    room, taken = options.width - margin, 0
    rendered: list[list[tuple[str, str]]] = [[]]
    for column, text in enumerate(_cells(row, group)):
        wide = widths[column] if column < _WHY else columns(text)
        if not wide or (not text and len(rendered) > 1):
            continue
        if rendered[-1] and taken + wide > room:
            rendered.append([])
            taken = 0
        rendered[-1].append((pad(text, wide), styles[column]))
        taken += wide + 2
    action = row.finding.decision.action
    label = MARGIN + paint(pad(_LABELS[action], _LABEL_WIDTH), _STYLES[action], options.colour)
    lines = [_join(cells, room, options) for cells in rendered]
    told = wrap(visible(row.finding.title), room) if isinstance(row.finding, ImageFinding) else []
    return [label + lines[0], *(" " * margin + line for line in (*lines[1:], *told) if line)]


def _join(cells: list[tuple[str, str]], room: int, options: WriteOptions) -> str:
    while cells and not cells[-1][0].strip():
        cells = cells[:-1]
    if cells:
        cells = [*cells[:-1], (cut(cells[-1][0].rstrip(), room), cells[-1][1])]
    return "  ".join(paint(text, style, options.colour) if style else text for text, style in cells)


def _below(standing: list[AnyFinding], shown: int, options: WriteOptions) -> list[str]:
    """``41 more below the gate (--all): 2 critical, 39 medium``."""
    hidden = len(standing) - shown
    if options.everything or hidden <= 0:
        return []
    rest = [finding for finding in standing if not _groups.gated(finding) and not finding.is_exploited]
    text = f"{hidden:,} more below the gate (--all): {_levels(rest)}"
    return ["", *(paint(line, "dim", options.colour) for line in wrap(text, options.width, MARGIN))]


def _levels(findings: Iterable[AnyFinding]) -> str:
    counted = Counter(finding.severity.level for finding in findings)
    names = {Level.UNKNOWN: "of unknown severity", Level.NONE: "without severity"}
    levels = sorted(counted, key=lambda level: -level.rank)
    return ", ".join(f"{counted[level]:,} {names.get(level, level.value)}" for level in levels)
