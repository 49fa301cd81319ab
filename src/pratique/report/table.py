"""Reports in, the text that a person reads at a terminal out: what is in the image, what fails and why, what to do."""

from __future__ import annotations

from collections import Counter

from pratique.model import Action, Base, Distro, Image, Package, Report, Result
from pratique.plugins import WriteOptions, Writer
from pratique.report import _ending, _findings, _groups
from pratique.report._text import columns, count, cut, cut_start, pad, paint, visible

_NARROWEST = 40
_LABEL = 9  # the verdict in a list of images
_NAME, _VERSION = 40, 32  # columns that a name and a version get at most in a list of packages
_ORDER = {Result.FAIL: 0, Result.UNKNOWN: 1, Result.WARN: 2, Result.PASS: 3}


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """One block a report; of several, a line each at the end."""
    if options.width < _NARROWEST:
        options = WriteOptions(options.colour, _NARROWEST, options.everything, options.inventory)
    block = _inventory if options.inventory else _block
    blocks = [block(report, options) for report in reports]
    if len(reports) > 1:
        blocks.append(_overview(reports, options))
    rule = paint("─" * options.width, "dim", options.colour)
    return f"\n\n{rule}\n".join("\n".join(lines) for lines in blocks) + "\n"


def _block(report: Report, options: WriteOptions) -> list[str]:
    made = [*_header(report, options)]
    made += _findings.lines(report, options)
    made += _ending.problems(report, options)
    made += _ending.verdict(report, options)
    made += _ending.candidates(report, options)
    return made + _ending.footer(report, options)


def _inventory(report: Report, options: WriteOptions) -> list[str]:
    """What is in the image, a line a package."""
    made = [*_header(report, options), *_packages(report.packages, options)]
    return [*made, *_ending.problems(report, options), "", *_ending.footer(report, options, inventory=True)]


def _header(report: Report, options: WriteOptions) -> list[str]:
    """Name, platform, distribution, layers, packages; below it the digest."""
    image = report.image
    if image is None:
        return [paint(cut(visible(report.target), options.width), "strong", options.colour)]
    name = visible(image.name or report.target)
    parts = [str(image.platform), _distro(report.distro), count(len(image.layers), "layer"), _types(report.packages)]
    lines = [name]
    for part in (visible(part) for part in parts):
        if columns(lines[-1]) + 2 + columns(part) > options.width:
            lines.append("  " + part)
        else:
            lines[-1] += "  " + part
    lines[0] = paint(name, "strong", options.colour) + lines[0].removeprefix(name)
    below = [text for text in (_digest(image), _base(report.base)) if text]
    return [*lines, *(paint(cut(text, options.width), "dim", options.colour) for text in below)]


def _base(base: Base | None) -> str:
    """``base debian:12-slim@sha256:… (layers 1-3)``."""
    if base is None:
        return ""
    name = visible(base.name or "image") + (f"@{visible(base.digest)}" if base.digest else "")
    layers = f"layers 1-{base.layers}" if base.layers > 1 else "layer 1"
    known = [layers] if base.layers else []
    known += ["by its history"] if base.how == "history" else ["by its layers"] if base.how == "known" else []
    return f"base {name}" + (f" ({', '.join(known)})" if known else "")


def _digest(image: Image) -> str:
    return visible(image.digest) or (f"image id {visible(image.config_digest)}" if image.config_digest else "")


def _distro(distro: Distro | None) -> str:
    """os-release's name with the whole version: ``Alpine Linux v3.10`` of version 3.10.4 is ``Alpine Linux 3.10.4``."""
    if distro is None:
        return "no distribution"
    name, version = distro.name or distro.id, distro.version or distro.codename
    for word in name.split(" "):
        if version and word.removeprefix("v") and version.startswith(word.removeprefix("v")):
            return name.replace(word, version, 1)
    return f"{name} {version}".strip()


def _types(packages: tuple[Package, ...]) -> str:
    """``214 packages (189 deb, 25 pypi)``."""
    counted = Counter(package.type for package in packages)
    kinds = ", ".join(
        f"{number:,} {kind}" for kind, number in sorted(counted.items(), key=lambda kind: (-kind[1], kind))
    )
    return count(len(packages), "package") + (f" ({kinds})" if kinds else "")


def _packages(packages: tuple[Package, ...], options: WriteOptions) -> list[str]:
    """Type, name, version, layer and path, sorted."""
    rows = sorted(
        (
            visible(one.type),
            visible(_groups.full_name(one)),
            visible(one.version),
            _number(one.layer),
            visible(one.path),
        )
        for one in packages
    )
    if not rows:
        return []
    titles = ("TYPE", "NAME", "VERSION", "LAYER", "PATH")
    most = (10, _NAME, _VERSION, 5)
    widths = [min(max(columns(row[column]) for row in (titles, *rows)), most[column]) for column in range(len(most))]
    made = ["", paint(_line(titles, widths, options.width), "strong", options.colour)]
    return made + [_line(row, widths, options.width) for row in rows]


def _line(row: tuple[str, str, str, str, str], widths: list[int], width: int) -> str:
    cells = [pad(cut(text, room), room) for text, room in zip(row, widths, strict=False)]
    line = "  ".join(cells)
    room = width - columns(line) - 2
    return (f"{line}  {cut_start(row[4], room)}" if room >= 8 else cut(line, width)).rstrip()


def _number(layer: int) -> str:
    return str(layer + 1) if layer >= 0 else ""


def _overview(reports: tuple[Report, ...], options: WriteOptions) -> list[str]:
    """A line an image, the worst verdict first."""
    if not options.inventory:
        reports = tuple(sorted(reports, key=lambda report: _ORDER[report.verdict.result]))
    names = [_name(report) for report in reports]
    told = [_types(report.packages) if options.inventory else _counts(report) for report in reports]
    label = 0 if options.inventory else _LABEL
    widest = max(columns(text) for text in told)
    room = min(max(columns(name) for name in names), max(options.width - label - 4 - widest, _NAME // 2))
    lines = [count(len(reports), "image")]
    for report, name, text in zip(reports, names, told, strict=True):
        result = report.verdict.result.value
        shown = paint(pad(result.upper(), label), result, options.colour) if label else ""
        lines.append(f"  {shown}{pad(cut_start(name, room), room)}  {text}")
    return lines


def _name(report: Report) -> str:
    image = report.image
    return visible(report.target) if image is None else f"{visible(image.name or report.target)} {image.platform}"


def _counts(report: Report) -> str:
    """``2 fail, 1 warns, 41 below the gate``."""
    standing = [finding for finding in report.findings if not _groups.silenced(finding)]
    cleared = sum(bool(finding.decision.vex) for finding in report.findings)
    counted = Counter(finding.decision.action for finding in standing)
    blocking = sum(problem.blocking for problem in report.problems)
    told = (
        (counted[Action.FAIL], "failing"),
        (counted[Action.WARN], "warning"),
        (len(standing) - counted[Action.FAIL] - counted[Action.WARN], "below the gate"),
        (sum(map(_groups.suppressed, report.findings)), "suppressed"),
        (sum(map(_groups.baselined, report.findings)), "in the baseline"),
        (cleared, "cleared by VEX"),
    )
    parts = [f"{number:,} {what}" for number, what in told if number]
    parts += [count(blocking, "blocking problem")] if blocking else []
    return ", ".join(parts) or "nothing found"


WRITER = Writer(name="table", write=write)
