"""The stages joined: targets in, reports out. This is the library; read ``scan()`` first.

``scan`` opens each target (``oci``), reads its layers (``image`` and ``catalog``, by ``workers``), asks the database
(``vuln``) and the policy (``policy``). A target that cannot be read yields a report whose verdict is unknown, and the
next target is still read.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pratique.candidates import Candidates
from pratique.errors import NotFound, PratiqueError, UsageError
from pratique.limits import DEFAULT, Limits
from pratique.model import (
    AnyFinding,
    NotAssessed,
    Package,
    Problem,
    Report,
)
from pratique.oci.reference import given_name
from pratique.policies import Parents, read_policy, text_of
from pratique.policy import schema
from pratique.policy.baseline import Baseline
from pratique.policy.baseline import load as load_baseline
from pratique.policy.evaluate import decide
from pratique.policy.gate import conditions_of
from pratique.policy.image_findings import IDENTIFIERS, image_findings
from pratique.policy.licences import breaches
from pratique.policy.meant import check
from pratique.policy.subject import Target
from pratique.reading import NOT_RUN, Read, Reader, by_name, naming
from pratique.settings import Settings, cache_folder, check_zone, database_folder, learnt_file, own_database
from pratique.vuln import carry_stock, used
from pratique.vuln.asof import AsOf
from pratique.vuln.carry_stock import Stock
from pratique.vuln.match import match

if TYPE_CHECKING:
    from pratique.difference import Difference
    from pratique.explanation import Explanation, Known
    from pratique.vuln.vex._shape import Document

__all__ = (
    "Explained",
    "Outcome",
    "Settings",
    "cache_folder",
    "called",
    "database_folder",
    "diff",
    "explain",
    "inventory",
    "learnt_file",
    "open_database",
    "own_database",
    "policy_of",
    "read_baseline",
    "read_vex",
    "reports_of",
    "scan",
    "target_of",
)

_EXAMPLES = 5  # of packages that are not assessed
_REPORT, _HEAD = b'"urn:pratique:report:', 4096  # what a saved report has among its first bytes


class Outcome(msgspec.Struct, frozen=True):
    """One report, and the error when the target could not be read at all."""

    report: Report
    error: PratiqueError | None = None


def scan(targets: Sequence[str], settings: Settings) -> Iterator[Outcome]:
    """One outcome an image, in the order of ``targets``. Raises ``PolicyError``, ``DatabaseError`` and, for a VEX
    document, ``UsageError`` before the first, since no target could be decided without them."""
    check_zone(settings)
    policy = policy_of(settings)
    baseline = read_baseline(settings.baseline, settings.limits)
    statements = read_vex(settings.vex, settings.limits)
    reader = Reader(settings)
    with open_database(settings) as database:

        def assessed(read: Read) -> Report:
            return _assess(read, database, statements, settings, policy)

        def decided(report: Report) -> Report:
            return decide(report, policy, settings.now, baseline, target_of(settings), settings.limits)

        candidates = Candidates(settings.candidates, _candidate_reader(settings, assessed), decided)
        for read in (read for target in targets for read in reader.read(target)):
            yield Outcome(candidates.weighed(decided(assessed(read))), read.error)


def _candidate_reader(settings: Settings, assessed: Callable[[Read], Report]) -> Callable[[str, str], Report]:
    """What reads the image of a candidate that is of a platform; it raises what keeps it from being read."""

    def read(name: str, platform: str) -> Report:
        options = msgspec.structs.replace(settings.options, platform=platform)
        found = Reader(msgspec.structs.replace(settings, options=options, base="")).read(name)
        first = next(found)
        if first.error is not None:
            raise first.error
        return assessed(first)

    return read


class Explained(msgspec.Struct, frozen=True):
    """Of one image, how an identifier came to be a finding or why it did not; or the error, where that cannot be told:
    the target could not be read, or nothing is known by the names given."""

    report: Report
    explanation: Explanation | None = None
    error: PratiqueError | None = None


def explain(identifier: str, target: str, settings: Settings, package: str = "") -> Iterator[Explained]:
    """One an image of the target; ``package`` limits it to packages of that name. Raises as ``scan`` does."""
    from pratique.explanation import Condition, Explanation  # 10 ms that a scan need not pay
    from pratique.vuln.explain import explain as ask

    check_zone(settings)
    policy = policy_of(settings)
    baseline = read_baseline(settings.baseline, settings.limits)
    statements = read_vex(settings.vex, settings.limits)
    with open_database(settings) as database:
        for read in Reader(settings).read(target):
            assessed = _assess(read, database, statements, settings, policy)
            report = decide(assessed, policy, settings.now, baseline, target_of(settings), settings.limits)
            if read.error is not None:
                yield Explained(report, error=read.error)
                continue
            known = ask(read.found, database, settings.now, identifier, package)
            meant = frozenset(each for each in report.packages if not package or each.is_called(package))
            found = Explanation(report, known, _about(known, report.findings, meant))
            if package and not meant:
                what = f"the image has no package named {package!r}"
                yield Explained(report, error=NotFound(what, hint="pratique sbom lists them"))
            elif error := _unknown(found, database):
                yield Explained(report, error=error)
            else:
                rules = {finding.decision.rule for finding in found.findings}
                conditions = tuple(Condition(*each) for each in conditions_of(policy, rules))
                yield Explained(report, msgspec.structs.replace(found, conditions=conditions))


def reports_of(outcomes: Iterable[Outcome]) -> list[Report]:
    """All of the reports. Raises the first error, once everything has been read."""
    outcomes = list(outcomes)
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
    return [outcome.report for outcome in outcomes]


def inventory(targets: Sequence[str], settings: Settings) -> Iterator[Outcome]:
    """What is in each image, asked of no database and decided by no policy: the reports' verdict is unknown."""
    check_zone(settings)
    reader = Reader(settings)
    for target in targets:
        for read in reader.read(target):
            yield Outcome(read.report, read.error)


def diff(old: str, new: str, settings: Settings, *, findings: bool = True) -> Difference:
    """What lies between two images, SBOMs or saved reports (``--format json``); without ``findings`` no database is
    asked. A saved report is decided anew where the settings name what by. Raises what keeps either from being read, and
    ``UsageError`` for one that is several images."""
    from pratique.difference import compare  # only where it is asked for

    sides = [_side(target, settings, findings=findings) for target in (old, new)]
    return compare(*sides, findings=findings)


def _side(target: str, settings: Settings, *, findings: bool) -> Report:
    saved = _saved(target, settings.limits)
    if saved is not None:
        _refuse_for_saved(target, settings)
        named = called(saved, target, settings)
        reports = _decided_anew(named, settings) if findings else list(named)
    else:
        reports = reports_of((scan if findings else inventory)((target,), settings))
    if len(reports) != 1:
        hint = "name one with --platform, or save one report a file"
        raise UsageError(f"{target!r} is {len(reports)} images, and one can be compared", hint=hint)
    return reports[0]


def _refuse_for_saved(target: str, settings: Settings) -> None:
    """Raises ``UsageError`` for what only a scan hears: a saved report tells what was known when it was made."""
    if settings.vex:
        hint = "scan it with --vex and save that report, or compare the image itself"
        raise UsageError(f"{target!r} is a saved report, on which VEX documents are not heard", hint=hint)
    if settings.as_of is not None:
        hint = "scan it with --as-of and save that report, or compare the image itself"
        raise UsageError(f"{target!r} is a saved report, which tells what was known when it was made", hint=hint)


def _decided_anew(reports: Sequence[Report], settings: Settings) -> list[Report]:
    """The reports as they are, unless the settings name a policy, a baseline, the images, or a place that they are
    meant for."""
    asked = (settings.policy, settings.preset, settings.baseline, settings.env, settings.namespace, settings.names)
    if not any(asked):
        return list(reports)
    from pratique.policy.anew import decided_anew  # only where there is one

    policy, baseline = policy_of(settings), read_baseline(settings.baseline, settings.limits)
    target = target_of(settings)
    return [decided_anew(report, policy, settings.now, baseline, target) for report in reports]


def called(reports: Sequence[Report], target: str, settings: Settings) -> tuple[Report, ...]:
    """The saved reports of a file, not decided anew, with the name that the settings give their image. Raises
    ``UsageError`` where that is none, or could not be the name of all of them."""
    found = dict(settings.names).get(target)
    if found is None:
        return tuple(reports)
    images = by_name([report.image for report in reports if report.image is not None], target, given_name(found))
    named = iter(images)
    return tuple(
        report if report.image is None else msgspec.structs.replace(report, image=next(named)) for report in reports
    )


def is_saved(target: str) -> bool:
    """Whether it is a file that ``pratique scan --format json`` wrote, as far as its beginning tells."""
    path = Path(target)
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return _REPORT in file.read(_HEAD)
    except (OSError, ValueError):
        return False  # ``open_target`` says what is wrong with it


def _saved(target: str, limits: Limits) -> tuple[Report, ...] | None:
    """The reports of a file that ``pratique scan --format json`` wrote; None for any other target."""
    if not is_saved(target):
        return None
    try:
        with Path(target).open("rb") as file:
            data = file.read(limits.sbom + 1)
    except OSError as error:
        raise UsageError(f"cannot read {target!r}: {error.strerror}") from error
    if len(data) > limits.sbom:
        raise UsageError(f"{target!r} is larger than limits.sbom = {limits.sbom} bytes")
    from pratique.report._restore import restore  # only where there is one

    return restore(data, target)


@contextmanager
def open_database(settings: Settings) -> Iterator[Stock]:
    """The database that the settings name; at the end it is noted what was asked for. Raises ``DatabaseError``,
    ``NotFound`` for a folder without one and, for one that is carried, what ``carry_in.pull`` raises."""
    as_of = None if settings.as_of is None else AsOf(settings.as_of)
    now = settings.now
    with ExitStack() as stack:
        if settings.origin:
            folder = _kept(settings, stack)
            with naming(f"the database {settings.origin!r}"):
                database = carry_stock.open_remote(
                    settings.origin, folder, settings.options, settings.limits, settings.progress, as_of, now
                )
        else:
            folder = settings.database or database_folder(os.environ)
            named = settings.database is not None
            database = carry_stock.open_folder(folder, settings.limits, as_of, named=named, now=now)
        stack.callback(database.close)
        yield database
        if settings.learnt is not None:
            used.learn(settings.learnt, database.asked, datetime.now(UTC).date())  # a scan's own time may stand still


def policy_of(settings: Settings) -> schema.Policy:
    """The policy that the settings name, with what it extends. Raises as ``policies.read_policy``, and ``UsageError``
    where it does not know the place that the targets are meant for."""
    parents = Parents(settings.options, settings.cache, settings.limits)
    policy = read_policy(settings.policy, settings.preset, parents, settings.limits)
    check(policy, target_of(settings))
    return policy


def target_of(settings: Settings) -> Target:
    """Where the targets are meant to run, as the settings say."""
    return Target(settings.env, settings.namespace)


def read_baseline(path: Path | None, limits: Limits = DEFAULT) -> Baseline | None:
    """The baseline in a file. Raises ``PolicyError`` with the place for a file that cannot be used."""
    if path is None:
        return None
    return load_baseline(text_of(path, limits.baseline, "baseline"), str(path), limits)


def read_vex(paths: Sequence[Path], limits: Limits = DEFAULT) -> tuple[tuple[Path, Document], ...]:
    """The VEX documents. Raises ``UsageError`` for a file that is not there, cannot be read, or is none."""
    if not paths:
        return ()
    from pratique.vuln.vex.read import read_files  # only where there is one

    return read_files(paths, limits)


def _kept(settings: Settings, stack: ExitStack) -> Path:
    """Where the shards that are fetched stay."""
    if settings.database is not None:
        return settings.database
    if settings.cache is not None:
        return settings.cache / "databases" / hashlib.sha256(settings.origin.encode()).hexdigest()[:16]
    from tempfile import TemporaryDirectory  # only where nothing may be kept

    return Path(stack.enter_context(TemporaryDirectory(prefix="pratique-")))


def _assess(
    read: Read,
    database: Stock,
    statements: Sequence[tuple[Path, Document]],
    settings: Settings,
    policy: schema.Policy,
) -> Report:
    """The report with what the database knows of the packages, what the VEX documents say of that, the licences that
    the policy refuses, and what is amiss with the image itself."""
    report, inventory = read.report, read.found
    if read.error is not None:
        return msgspec.structs.replace(report, database=database.status)
    database.prepare(carry_stock.needs(inventory))
    found = match(inventory, database, settings.now, stale_days=policy.max_feed_age_days)
    findings, problems = found.findings, database.told(found.problems)
    if statements:
        from pratique.vuln.vex.apply import Subject, apply  # only where there is one

        subject = Subject(report.image, report.distro, found.packages)
        applied = apply(findings, subject, statements, settings.as_of or settings.now)
        findings, problems = applied.findings, (*problems, *applied.problems)
    coverage = msgspec.structs.replace(
        report.coverage,
        packages=len(found.packages) + sum(one.hides for one in report.problems),
        assessed=found.assessed,
        not_assessed=(*found.not_assessed, *_hidden(report.problems)),
        not_run=tuple(name for name in NOT_RUN if name != "licences" or not policy.licences),
    )
    assessed = msgspec.structs.replace(
        report,
        packages=found.packages,
        findings=(*findings, *breaches(found.packages, policy.licences)),
        problems=(*report.problems, *problems),
        coverage=coverage,
        database=database.status,
    )
    whole = image_findings(assessed, settings.now)
    return msgspec.structs.replace(assessed, findings=(*assessed.findings, *whole)) if whole else assessed


def _about(known: Known, findings: Sequence[AnyFinding], packages: frozenset[Package]) -> tuple[AnyFinding, ...]:
    """The findings of the identifier in these packages, also where it is that of an erratum which mends several."""
    names = frozenset(known.names)
    return tuple(
        finding
        for finding in findings
        if not names.isdisjoint((finding.id, *finding.aliases))
        or known.id in (evidence.record for evidence in finding.evidence)
        if finding.package is None or finding.package in packages
    )


def _unknown(found: Explanation, database: Stock) -> NotFound | None:
    """That nobody has heard of the identifier; a feed that could not be had may know it."""
    known = found.known
    if found.findings or known.records or known.kev or known.epss or database.missed:
        return None
    if known.id in IDENTIFIERS:
        return NotFound(f"{known.id} is no finding of this image", hint="pratique scan --all shows those that it has")
    hint = "it is spelt as its feed spells it; pratique db update brings what is new"
    return NotFound(f"the database knows no {known.id!r}", hint=hint)


def _hidden(problems: tuple[Problem, ...]) -> Iterator[NotAssessed]:
    """The packages that are there, and of which nothing is known but their files' names."""
    files = [problem.where for problem in problems if problem.hides]
    if files:
        yield NotAssessed("its file cannot be read", len(files), tuple(files[:_EXAMPLES]))
