"""Explanations in, the text that a person reads at a terminal out: the chain from the layer to the rule, or what
excluded each record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from pratique.explanation import Considered, Explanation, Question, Record
from pratique.model import AnyFinding, Image, ImageFinding, Kev, Level, PackageFinding, Severity, Vex, Vulnerability
from pratique.plugins import WriteOptions
from pratique.report import _groups
from pratique.report._ending import policy_line
from pratique.report._excluded import compared, excluded
from pratique.report._findings import instruction
from pratique.report._links import page
from pratique.report._purl import purl
from pratique.report._remedy import remedy
from pratique.report._text import count, cut, paint, visible, wrap

_LABEL = 10
_NARROWEST = 60
_NAMES = 8
_RECORDS = 5  # that are shown where none holds

Row = tuple[str, str]
"""A label, "" to go on below the last one, and a text."""


def write_text(explanations: Sequence[Explanation], options: WriteOptions) -> str:
    """One block an image."""
    width = max(options.width, _NARROWEST)
    blocks = [_block(each, WriteOptions(options.colour, width)) for each in explanations]
    rule = paint("─" * width, "dim", options.colour)
    return f"\n\n{rule}\n".join("\n".join(lines) for lines in blocks) + "\n"


def _block(explanation: Explanation, options: WriteOptions) -> list[str]:
    report, known = explanation.report, explanation.known
    title = f"{visible(known.id)} in {visible(report.image.name or report.target) if report.image else ''}"
    made = [paint(cut(title, options.width), "strong", options.colour)]
    for group in _groups.groups(explanation.findings):
        for row in group.rows:
            made += ["", *_heading(row, options), *_lines(_chain(row, explanation), options)]
    if not explanation.findings:
        made += ["", *_lines(_silent(explanation), options)]
    holding = {
        (each.package, each.record) for each in known.considered if not each.why
    }  # its other ranges tell nothing
    told = excluded([each for each in known.considered if (each.package, each.record) not in holding], options)
    if told and explanation.findings:
        made += ["", *wrap("What else was considered, and does not hold:", options.width)]
    return [*made, *told, "", *_lines(_ending(explanation), options, dim=True)]


def _lines(rows: Iterable[Row], options: WriteOptions, *, dim: bool = False) -> list[str]:
    """``label     text``, what is too long for the line below."""
    made = []
    for label, text in rows:
        first, *rest = wrap(text, options.width - _LABEL, "  ")
        head = f"{label:{_LABEL}}" if dim else paint(f"{label:{_LABEL}}", "dim", options.colour)
        found = [f"{head}{first}", *(" " * _LABEL + line for line in rest)]
        made += [paint(line, "dim", options.colour) if dim else line for line in found]
    return made


def _heading(row: _groups.Row, options: WriteOptions) -> list[str]:
    """``FAIL  CVE-2021-44228 of log4j-core 2.14.1``."""
    finding = row.finding
    action = "NO RULE" if finding.decision.action.value == "none" else finding.decision.action.value.upper()
    style = finding.decision.action.value if finding.decision.action.value in ("fail", "warn") else "dim"
    text = f"{visible(finding.id)} of {visible(_groups.label(finding))}"
    body = wrap(text, options.width - _LABEL, "  ")
    return [paint(f"{action:{_LABEL}}", style, options.colour) + body[0], *(" " * _LABEL + line for line in body[1:])]


def _chain(row: _groups.Row, explanation: Explanation) -> list[Row]:
    finding, known = row.finding, explanation.known
    rows = _origin(finding, explanation.report.image)
    if isinstance(finding, ImageFinding):
        rows += [("found", visible(finding.title)), ("severity", finding.severity.level.value.upper())]
        return [*rows, *_decision(finding, explanation)]
    package = finding.package
    asked = next((each for each in known.questions if each.package == package), None)
    holding = [each for each in known.considered if each.package == package and not each.why]
    rows += _package(row, finding, explanation)
    rows += _question(asked) if asked else []
    rows += [
        line for each in known.records for line in _record(each, [one for one in holding if one.record == each.id])
    ]
    names = dict.fromkeys(each.record for each in holding)
    if len(names) > 1:
        rows.append(("merged", f"{', '.join(map(visible, names))} are one vulnerability, {visible(finding.id)}"))
    rows += _severity(finding.severity)
    rows += _exploited(finding)
    return [*rows, *_decision(finding, explanation)]


def _origin(finding: AnyFinding, image: Image | None) -> list[Row]:
    """The image, the layer with its instruction, the file."""
    file, index = visible(finding.file), finding.from_layer
    if image is None:
        return [("file", file)]
    rows = [("image", f"{visible(image.name or image.target)}  {image.platform}")]
    rows += [("", visible(image.digest or image.config_digest))] if image.digest or image.config_digest else []
    if 0 <= index < len(image.layers):
        layer = image.layers[index]
        made = instruction(layer.created_by) or "the image does not tell by which instruction"
        rows.append(("layer", f"{index + 1} of {len(image.layers)}  {made}"))
        rows += [("", visible(layer.digest or layer.diff_id))] if layer.digest or layer.diff_id else []
    return [*rows, ("file", file)] if file else rows


def _package(row: _groups.Row, finding: PackageFinding, explanation: Explanation) -> list[Row]:
    package = finding.package
    source = " ".join(filter(None, (package.source_name or package.name, package.source_version)))
    facts = (
        f"source {source}" if package.source_name or package.source_version else "",
        package.arch,
        f"module {package.module}" if package.module else "",
        f"by {package.vendor}" if package.vendor else "",
        f"installed by the package {package.owner}" if package.owner else "",
    )
    rows = [("package", visible(purl(package, explanation.report.distro)))]
    told = ", ".join(visible(fact) for fact in facts if fact)
    rows += [("", told)] if told else []
    others = sorted({visible(_groups.full_name(each)) for each in row.packages if each.name != package.name})
    places = sorted({visible(each.path) for each in row.packages if each.path != package.path})
    rows += [("", f"the same holds for {_some(others)}")] if others else []
    return [*rows, ("", f"it lies in {_some(places)} too")] if places and not others else rows


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more


def _question(asked: Question) -> list[Row]:
    """``Debian:12, for openssl 3.0.11, in deb's order``; a rank that is asked only where the one before is silent."""
    if asked.refusal:
        return [("asked", f"nobody: {visible(asked.refusal)}")]
    streams = "; ".join(
        ", else ".join("+".join(f"{asked.ecosystem}{':' * bool(name)}{name}" for name in rank) for rank in stream)
        for stream in asked.streams
    )
    names = " and ".join(f"{each.name} {each.version}" for each in asked.names)
    return [("asked", visible(f"{streams}, for {names}, in {asked.scheme}'s order"))]


def _record(record: Record, holding: Sequence[Considered]) -> list[Row]:
    """The record, what it compared, and where it is from; nothing where it does not hold."""
    if not holding:
        return []
    compares: list[Row] = []
    for text, found in groupby(holding, key=compared):
        linked = dict.fromkeys(visible(name) for each in found for name in each.linked)
        compares.append(("", text))
        compares += [("", f"the program holds {_some(list(linked))}")] if linked else []
    first, *rest = _told(record)
    return [first, *compares, *rest]


def _told(record: Record) -> list[Row]:
    dates = ((record.published, "published"), (record.modified, "modified"), (record.withdrawn, "withdrawn"))
    told = ", ".join(f"{word} {visible(date[:10])}" for date, word in dates if date)
    names = " ".join(visible(name) for name in (*record.aliases, *record.upstream))
    address = page(record.id, record.feed)
    rows = [("record", f"{visible(record.id)}  {told}".rstrip())]
    rows += [("", f"names {names}")] if names else []
    rows += [("", address)] if address else []
    feed = f" ({visible(record.feed)})" if record.feed else ""
    return [*rows, ("", f"from the {visible(record.ecosystem)} feed{feed} of {visible(record.feed_date[:10])}")]


def _severity(severity: Severity) -> list[Row]:
    if severity.level is Level.UNKNOWN:
        return [("severity", "unknown: nobody rates it")]
    score = "" if severity.score is None else f" {severity.score:.1f}"
    told = f"{severity.level.value.upper()}{score}, says {visible(severity.source) or 'its record'}"
    return [("severity", told), *([("", visible(severity.vector))] if severity.vector else [])]


def _exploited(finding: AnyFinding) -> list[Row]:
    if not isinstance(finding, Vulnerability):
        return []
    epss = finding.epss
    told = f"{epss.score:.3f}, above {100 * epss.percentile:.1f} % of all" if epss else "no score"
    told += f", on {visible(epss.date)}" if epss and epss.date else ""
    return [("KEV", _kev(finding.kev)), ("EPSS", told), *(_vex(finding.vex) if finding.vex else [])]


def _kev(kev: Kev | None) -> str:
    if kev is None:
        return "not among the vulnerabilities known to be exploited"
    due = f", to be mended by {visible(kev.due)}" if kev.due else ""
    return f"known to be exploited since {visible(kev.added)}{due}{', by ransomware too' if kev.ransomware else ''}"


def _vex(vex: Vex) -> list[Row]:
    author = visible(vex.author) or "an unnamed author"
    rows = [("VEX", f"{vex.status.value.replace('_', ' ')}, says {author} on {visible(vex.timestamp[:10])}")]
    rows += [("", visible(text)) for text in (vex.justification, vex.impact, vex.action) if text]
    return [*rows, ("", visible(vex.document))]


def _decision(finding: AnyFinding, explanation: Explanation) -> list[Row]:
    """The rule with its condition, what softened it, and what to do."""
    decision = finding.decision
    when = next((each.when for each in explanation.conditions if each.rule == decision.rule), "")
    rule = f"{decision.action.value} by the rule {visible(decision.rule)}" if decision.rule else "no rule speaks of it"
    rows = [("policy", f"{rule}: {visible(when)}" if when else rule)]
    if decision.suppressed_until and not decision.baseline:  # of which the note tells
        who = f"{visible(decision.owner)}: {visible(decision.reason)}"
        rows.append(("", f"suppressed until {visible(decision.suppressed_until)} by {who}"))
    if decision.grace_until:
        rows.append(("", f"it fails from {visible(decision.grace_until)} on, when the grace for new fixes ends"))
    rows += [("", visible(decision.note))] if decision.note else []
    return [*rows, ("to do", visible(remedy(finding)))]


def _silent(explanation: Explanation) -> list[Row]:
    """Why nothing was found: what the database knows of the identifier."""
    known = explanation.known
    rows = [("not found", _reason(explanation))]
    rows += [
        ("", f"{each.count:,} not assessed: {visible(each.reason)}")
        for each in explanation.report.coverage.not_assessed
    ]
    for record in known.records[:_RECORDS]:
        rows += _told(record)
        rows += [("", f"it does not hold: {visible(record.silence)}")] if record.silence else []
        rows += [("", f"it is about {', '.join(map(visible, record.subjects))}")] if record.subjects else []
    if len(known.records) > _RECORDS:
        rows.append(("", f"and {len(known.records) - _RECORDS:,} more records (--format json)"))
    if not known.considered:
        rows += dict.fromkeys(line for each in known.questions for line in _question(each))
    rows += [("KEV", _kev(known.kev))] if known.kev else []
    return rows


def _reason(explanation: Explanation) -> str:
    known = explanation.known
    if not known.records:
        return "no feed of the database has a record of it"
    spoken = "1 record speaks" if len(known.records) == 1 else f"{len(known.records):,} records speak"
    if not known.considered:
        return f"{spoken} of it, and none names a package of this image"
    return f"{spoken} of it, and none holds for a package of this image"


def _ending(explanation: Explanation) -> list[Row]:
    """What the answer rests on."""
    report = explanation.report
    coverage, as_of = report.coverage, report.database.as_of
    layers = f"{coverage.layers_read} of {count(coverage.layers, 'layer')} read"
    rows = [("coverage", f"{coverage.assessed:,} of {count(coverage.packages, 'package')} assessed, {layers}")]
    database = "the starter that comes with Pratique" if report.database.starter else visible(report.database.path)
    rows.append(("database", f"{database}{f', as of {visible(as_of)}' if as_of else ''}"))
    blocking = sum(problem.blocking for problem in report.problems)
    if blocking:
        rows.append(("", f"{count(blocking, 'blocking problem')}: pratique scan tells of them"))
    return [*rows, ("policy", policy_line(report.policy))]
