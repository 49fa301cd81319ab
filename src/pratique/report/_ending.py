"""A report in, the lines that end its table out: problems, the verdict, what to do, coverage, database, policy."""

from __future__ import annotations

from datetime import date

from pratique.model import Coverage, FeedStatus, PolicyStatus, Problem, Reason, Report
from pratique.plugins import WriteOptions
from pratique.report._text import count, paint, visible, wrap

_LABEL = 10
_NOTED = 5  # problems that do not block, shown without --all
_BLOCKING = 40
_EXAMPLES = 3
_NO_RECORDS = frozenset({"kev", "epss", "eol", "cvss"})  # feeds that add to records of others


def problems(report: Report, options: WriteOptions) -> list[str]:
    """What could not be read, matched or trusted; what blocks a verdict comes first."""
    blocking = [problem for problem in report.problems if problem.blocking]
    noted = [problem for problem in report.problems if not problem.blocking]
    made: list[str] = []
    for found, kind, style, most in ((blocking, "blocking", "unknown", _BLOCKING), (noted, "noted", "notice", _NOTED)):
        if not found:
            continue
        made += ["", paint(f"{count(len(found), 'problem')}, {kind}", style, options.colour)]
        shown = found if options.everything else found[:most]
        for place, problem in enumerate(shown):
            last = place + 1 == len(shown) or shown[place + 1].hint != problem.hint
            made += _problem(problem, options, hint=last)
        if len(shown) < len(found):
            made.append(paint(f"  {len(found) - len(shown):,} more (--all)", "dim", options.colour))
    return made


def _problem(problem: Problem, options: WriteOptions, *, hint: bool) -> list[str]:
    """Where and what; the hint, which several may share, below the last of them."""
    layer = f" (layer {problem.layer + 1})" if problem.layer >= 0 else ""
    text = visible(f"{problem.where}{layer}: {problem.what}")
    made = ["  " + line for line in wrap(text, options.width - 2, "  ")]
    if problem.hint and hint:
        made += [
            "    " + paint(line, "dim", options.colour)
            for line in wrap(f"hint: {visible(problem.hint)}", options.width - 4, "  ")
        ]
    return made


def verdict(report: Report, options: WriteOptions) -> list[str]:
    """``FAIL  2 findings by rule kev``, a line a reason, and below them the advice."""
    result = report.verdict.result.value
    label = f"{result.upper():{_LABEL}}" if report.verdict.reasons else result.upper()
    made: list[str] = []
    for reason in report.verdict.reasons or (Reason("", 0, ""),):
        body = wrap(visible(reason.text), options.width - _LABEL, "  ")
        made += [" " * _LABEL + line for line in body]
    made[0] = paint(label, result, options.colour) + made[0][_LABEL:]
    for advice in report.verdict.advice:
        made += [" " * _LABEL + line for line in wrap(f"-> {visible(advice)}", options.width - _LABEL, "   ")]
    return ["", *made]


def candidates(report: Report, options: WriteOptions) -> list[str]:
    """What other bases would do, the best first, each with its line for the Dockerfile."""
    if not report.candidates:
        return []
    from pratique.report import _candidates  # it reads Dockerfiles: not for every table

    made: list[str] = []
    for one in _candidates.told(report, options):
        body = wrap(f"{one.name}: {one.text}", options.width - _LABEL, "  ")
        made += [f"{'' if made else 'bases':{_LABEL}}{body[0]}", *(" " * _LABEL + line for line in body[1:])]
        if one.instruction:  # on one line, however long, so that it can be copied
            made.append(f"{'':{_LABEL}}-> {one.instruction}")
        if one.place:
            made += [f"{'':{_LABEL}}   {line}" for line in wrap(one.place, options.width - _LABEL - 3)]
    return ["", *made]


def footer(report: Report, options: WriteOptions, *, inventory: bool = False) -> list[str]:
    """A line of coverage, the notes, a line of the database and one of the policy; of an inventory only what was
    read."""
    facts = [("coverage", _coverage(report, inventory=inventory))]
    facts += [("", visible(note)) for note in report.notes]
    if not inventory:
        facts += [("database", _database(report)), ("policy", policy_line(report.policy))]
    made = []
    for label, text in facts:
        body = wrap(text, options.width - _LABEL)
        made += [f"{label:{_LABEL}}{body[0]}", *(" " * _LABEL + line for line in body[1:])]
    return [paint(line, "dim", options.colour) for line in made]


def _coverage(report: Report, *, inventory: bool) -> str:
    coverage = report.coverage
    layers = f"{coverage.layers_read} of {count(coverage.layers, 'layer')} read"
    if inventory:
        return "; ".join((layers, *_files(coverage)))
    share = f" ({100 * coverage.assessed / coverage.packages:.1f} %)" if coverage.packages else ""
    parts = [f"{coverage.assessed:,} of {count(coverage.packages, 'package')} assessed{share}, {layers}"]
    for missed in coverage.not_assessed:
        names = ", ".join(visible(name) for name in missed.examples[:_EXAMPLES])
        more = ", …" if missed.count > min(len(missed.examples), _EXAMPLES) else ""
        told = f" ({names}{more})" if names else ""
        parts.append(f"{missed.count:,} not{told}: {visible(missed.reason)}")
    parts += _files(coverage)
    if coverage.not_run:
        parts.append(f"not run: {', '.join(coverage.not_run)}")
    return "; ".join(parts)


def _files(coverage: Coverage) -> list[str]:
    """``1,204 of 1,210 executables belong to a package``, and what lock files name beside."""
    made = []
    if coverage.executables:
        share = 100 * coverage.accounted / coverage.executables
        told = ", ".join(visible(path) for path in coverage.strays[:_EXAMPLES])
        more = ", …" if coverage.executables - coverage.accounted > _EXAMPLES else ""
        others = f" (not {told}{more})" if told else ""
        counted = count(coverage.executables, "executable")
        made.append(f"{coverage.accounted:,} of {counted} belong to a package ({share:.1f} %){others}")
    if coverage.declared:
        made.append(f"{count(coverage.declared, 'package')} that only lock files name left out (--declared)")
    return made


def _database(report: Report) -> str:
    """How old the records, KEV and EPSS are."""
    database = report.database
    if not database.feeds:
        return "none"
    parts = [_ages([feed.date for feed in database.feeds if feed.name.lower() not in _NO_RECORDS], report.now)]
    for name, shown in (("kev", "KEV"), ("epss", "EPSS")):
        found: list[FeedStatus] = [feed for feed in database.feeds if feed.name.lower() == name]
        parts.append(f"{shown} {_age(found[0].date, report.now)}" if found else f"no {shown}")
    kind = "the starter that comes with Pratique, " if database.starter else ""
    kind += f"as of {visible(database.as_of)}, " if database.as_of else ""
    return kind + ", ".join(parts)


def _ages(days: list[str], now: str) -> str:
    """``records 1 to 12 days old``."""
    known = sorted(max(age, 0) for age in (_days(day, now) for day in days) if age is not None)
    if not known:
        return "records without a date"
    youngest = f"{known[0]:,} to " if known[0] < known[-1] else ""
    return f"records {youngest}{count(known[-1], 'day')} old"


def _age(day: str, now: str) -> str:
    """``1 day old``; the date itself where it lies ahead."""
    days = _days(day, now)
    if days is None:
        return "without a date"
    return f"{count(days, 'day')} old" if days >= 0 else f"of {visible(day[:10])}"


def _days(day: str, now: str) -> int | None:
    try:
        return (date.fromisoformat(now[:10]) - date.fromisoformat(day[:10])).days
    except ValueError:
        return None


def policy_line(policy: PolicyStatus) -> str:
    """Which policy decided, what it extends, and what it was asked for."""
    names = [visible(each.path) or f"{visible(each.name)} (built in)" for each in (policy, *policy.parents)]
    asked = [f"{what} {visible(name)}" for what, name in (("env", policy.env), ("namespace", policy.namespace)) if name]
    return ", ".join((", extends ".join(names), *asked))
