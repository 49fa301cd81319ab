"""The stages joined: targets in, reports out. This is the library; read ``scan()`` first.

``scan`` opens each target (``oci``), reads its layers (``image`` and ``catalog``, by ``workers``), asks the database
(``vuln``) and the policy (``policy``). A target that cannot be read yields a report whose verdict is unknown, and the
next target is still read.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pratique import __version__, known_bases
from pratique.bases import recognise
from pratique.cache import Cache
from pratique.candidates import Candidates
from pratique.catalog import _apk_removed
from pratique.catalog._claims import CLAIMANTS
from pratique.catalog._squash import squash
from pratique.errors import NotFound, PratiqueError, UsageError
from pratique.limits import DEFAULT, Limits
from pratique.model import (
    DISTRIBUTION_TYPES,
    AnyFinding,
    Coverage,
    Image,
    Inventory,
    Layer,
    LayerFacts,
    NotAssessed,
    Package,
    Problem,
    Report,
    Result,
    Tool,
    Verdict,
)
from pratique.oci.options import Options
from pratique.oci.source import open_target
from pratique.plugins import Cataloguers
from pratique.policies import Parents, read_policy, text_of
from pratique.policy import schema
from pratique.policy.baseline import Baseline
from pratique.policy.baseline import load as load_baseline
from pratique.policy.evaluate import decide
from pratique.policy.gate import conditions_of
from pratique.policy.image_findings import IDENTIFIERS, image_findings
from pratique.policy.licences import breaches
from pratique.policy.subject import Target
from pratique.vuln import carry_stock, used
from pratique.vuln.asof import AsOf
from pratique.vuln.carry_stock import Stock
from pratique.vuln.match import match
from pratique.workers import Progress, read_layers

if TYPE_CHECKING:
    from pratique.difference import Difference
    from pratique.explanation import Explanation, Known
    from pratique.known_bases import KnownBase
    from pratique.vuln.vex._shape import Document

_DOCUMENTS = ("sbom:", "purl:")  # as ``documents.is_document`` tells, which a scan of an image need not import
_EXAMPLES = 5  # of packages that are not assessed
_SYSTEMS = DISTRIBUTION_TYPES | {"ebuild", "nix", "opkg"}  # types that a distribution is made of, assessed or not
_REPORT, _HEAD = b'"urn:pratique:report:', 4096  # what a saved report has among its first bytes
_STRAYS = 100  # executables of no package that are told by name
NOT_RUN = ("secrets", "misconfiguration", "licences", "signatures")


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a scan needs beside its targets.

    ``now``       the moment that ages and expiries are measured from; aware of its time zone.
    ``cache``     folder of the layers' facts; None reads every layer anew and keeps nothing.
    ``database``  folder of the vulnerability database; None asks the one that ``database_folder`` finds.
    ``origin``    where a database is carried to (``oci://REFERENCE``, ``oci-archive:FILE``): what an image needs of it
                  is fetched, and kept in ``database``, else below the cache, else for this scan only.
    ``learnt``    file in which is noted which ecosystems were asked for (``vuln.used``); None notes nothing.
    ``as_of``     what was known at that moment is asked for, by the records' dates; None for all that is known.
    ``vex``       VEX documents, whose word on findings the policy hears.
    ``policy``    a policy file; None asks for ``pratique.yaml`` in the working directory, else the built-in policy.
    ``preset``    the name of a preset that takes the policy file's place.
    ``env``       the environment that the targets are meant for, which the policy may ask for (``target.env``).
    ``namespace`` the namespace that they are meant for (``target.namespace``).
    ``baseline``  a baseline: findings that are let be for a time; None for none.
    ``base``      the image that the targets are built on; "": what each of them tells of it.
    ``candidates`` images that the targets might be built on instead, to be weighed against their base.
    ``known_bases`` a file of base images (``known_bases``), by whose layers a target's is recognised; None for none.
    ``declared``  whether packages count that only lock files and manifests name; None: in a folder (``dir:``) they do,
                  in an image, where nothing shows that they are installed, they do not.
    ``workers``   layers read side by side; 0 for as many as there are processors.
    """

    now: datetime
    cache: Path | None = None
    database: Path | None = None
    origin: str = ""
    learnt: Path | None = None
    as_of: datetime | None = None
    vex: tuple[Path, ...] = ()
    policy: Path | None = None
    preset: str = ""
    env: str = ""
    namespace: str = ""
    baseline: Path | None = None
    base: str = ""
    known_bases: Path | None = None
    candidates: tuple[str, ...] = ()
    declared: bool | None = None
    options: Options = Options()
    workers: int = 0
    limits: Limits = DEFAULT
    progress: Progress | None = None


class Outcome(msgspec.Struct, frozen=True):
    """One report, and the error when the target could not be read at all."""

    report: Report
    error: PratiqueError | None = None


def scan(targets: Sequence[str], settings: Settings) -> Iterator[Outcome]:
    """One outcome an image, in the order of ``targets``. Raises ``PolicyError``, ``DatabaseError`` and, for a VEX
    document, ``UsageError`` before the first, since no target could be decided without them."""
    _check_zone(settings)
    policy = policy_of(settings)
    baseline = read_baseline(settings.baseline, settings.limits)
    statements = read_vex(settings.vex, settings.limits)
    reader = _Reader(settings)
    with open_database(settings) as database:

        def assessed(read: _Read) -> Report:
            return _assess(read, database, statements, settings, policy)

        def decided(report: Report) -> Report:
            return decide(report, policy, settings.now, baseline, target_of(settings))

        candidates = Candidates(settings.candidates, _candidate_reader(settings, assessed), decided)
        for read in (read for target in targets for read in reader.read(target)):
            yield Outcome(candidates.weighed(decided(assessed(read))), read.error)


def _candidate_reader(settings: Settings, assessed: Callable[[_Read], Report]) -> Callable[[str, str], Report]:
    """What reads the image of a candidate that is of a platform; it raises what keeps it from being read."""

    def read(name: str, platform: str) -> Report:
        options = msgspec.structs.replace(settings.options, platform=platform)
        found = _Reader(msgspec.structs.replace(settings, options=options, base="")).read(name)
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
    from pratique.vuln.explain import is_called

    _check_zone(settings)
    policy = policy_of(settings)
    baseline = read_baseline(settings.baseline, settings.limits)
    statements = read_vex(settings.vex, settings.limits)
    with open_database(settings) as database:
        for read in _Reader(settings).read(target):
            assessed = _assess(read, database, statements, settings, policy)
            report = decide(assessed, policy, settings.now, baseline, target_of(settings))
            if read.error is not None:
                yield Explained(report, error=read.error)
                continue
            known = ask(read.found, database, settings.now, identifier, package)
            meant = frozenset(each for each in report.packages if not package or is_called(each, package))
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


def inventory(targets: Sequence[str], settings: Settings) -> Iterator[Outcome]:
    """What is in each image, asked of no database and decided by no policy: the reports' verdict is unknown."""
    _check_zone(settings)
    reader = _Reader(settings)
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
        reports = _decided_anew(saved, settings) if findings else list(saved)
    else:
        outcomes = list((scan if findings else inventory)((target,), settings))
        for outcome in outcomes:
            if outcome.error is not None:
                raise outcome.error
        reports = [outcome.report for outcome in outcomes]
    if len(reports) != 1:
        hint = "name one with --platform, or save one report a file"
        raise UsageError(f"{target!r} is {len(reports)} images, and one can be compared", hint=hint)
    return reports[0]


def _decided_anew(reports: Sequence[Report], settings: Settings) -> list[Report]:
    """The reports as they are, unless the settings name a policy, a baseline, or a place that they are meant for."""
    if not (settings.policy or settings.preset or settings.baseline or settings.env or settings.namespace):
        return list(reports)
    from pratique.policy.anew import decided_anew  # only where there is one

    policy, baseline = policy_of(settings), read_baseline(settings.baseline, settings.limits)
    target = target_of(settings)
    return [decided_anew(report, policy, settings.now, baseline, target) for report in reports]


def _saved(target: str, limits: Limits) -> tuple[Report, ...] | None:
    """The reports of a file that ``pratique scan --format json`` wrote; None for any other target."""
    path = Path(target)
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            if _REPORT not in file.read(_HEAD):
                return None
            file.seek(0)
            data = file.read(limits.sbom + 1)
    except (OSError, ValueError):
        return None  # ``open_target`` says what is wrong with it
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
            with _naming(f"the database {settings.origin!r}"):
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
    """The policy that the settings name, with what it extends. Raises as ``policies.read_policy``."""
    parents = Parents(settings.options, settings.cache, settings.limits)
    return read_policy(settings.policy, settings.preset, parents, settings.limits)


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


def read_known_bases(path: Path | None, limits: Limits = DEFAULT) -> tuple[KnownBase, ...]:
    """The base images of a file. Raises ``UsageError`` for one that cannot be read, or is none."""
    if path is None:
        return ()
    try:
        with path.open("rb") as file:
            data = file.read(limits.known_bases + 1)
    except OSError as error:
        raise UsageError(f"cannot read the known bases {str(path)!r}: {error.strerror}") from error
    return known_bases.read(data, str(path), limits)


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Where facts are cached: ``$XDG_CACHE_HOME/pratique`` (XDG base directory specification)."""
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pratique"


def database_folder(environment: Mapping[str, str]) -> Path:
    """The database that ``pratique db update`` or ``db build`` left, else the starter that the package carries."""
    own = own_database(environment)
    return own if (own / "manifest.json").exists() else Path(__file__).parent / "starter"


def learnt_file(environment: Mapping[str, str]) -> Path:
    """Where is noted which ecosystems this machine's scans ask for: beside the user's database."""
    return own_database(environment).parent / used.FILE


def own_database(environment: Mapping[str, str]) -> Path:
    """Where ``pratique db`` keeps the user's database: ``$XDG_DATA_HOME/pratique/db``."""
    return Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "pratique" / "db"


class _Read(msgspec.Struct, frozen=True):
    """A report on what is in an image, and all that is in it; or the error when it could not be read at all."""

    report: Report
    found: Inventory = Inventory()
    error: PratiqueError | None = None


class _Reader:
    """Reads targets with one set of cataloguers, one cache and one set of limits."""

    def __init__(self, settings: Settings) -> None:
        self._cataloguers = Cataloguers("pratique.catalog", CLAIMANTS)
        self._settings = settings
        self._bases = dict[str, Image]()  # by platform
        self._known = read_known_bases(settings.known_bases, settings.limits)
        self._cache = None if settings.cache is None else Cache(settings.cache, CLAIMANTS, settings.limits)

    def read(self, target: str) -> Iterator[_Read]:
        """One an image of the target, or one with the error."""
        settings = self._settings
        options = settings.options
        if self._cache is not None:
            options = msgspec.structs.replace(options, known=self._cache.knows)
        try:
            if target.startswith(_DOCUMENTS) and not os.path.lexists(target):
                yield from self._stated(target)
                return
            with open_target(target, options, settings.limits) as images:
                for image in images:
                    yield self._read(image)
        except PratiqueError as error:
            yield _Read(_unread(target, error, settings.now), error=error)

    def _stated(self, target: str) -> Iterator[_Read]:
        """What a document says is in an image, instead of its layers."""
        from pratique.documents import open_document  # only where there is one

        for stated in open_document(target, self._settings.limits):
            found = stated.inventory
            problems = (*found.problems, *_nothing_found(stated.image, found))
            report = Report(
                target=target,
                now=_rfc3339(self._settings.now),
                tool=Tool(version=__version__),
                image=stated.image,
                distro=found.distro,
                packages=found.packages,
                problems=tuple(dict.fromkeys(problems)),
                channels=found.channels,
                functions=found.functions,
                coverage=msgspec.structs.replace(stated.coverage, packages=len(found.packages), not_run=NOT_RUN),
                verdict=Verdict(Result.UNKNOWN),
                document=stated.format,
                base=recognise(stated.image, self._base_of(stated.image), self._known) if stated.image.layers else None,
            )
            yield _Read(report, found)

    def _read(self, image: Image) -> _Read:
        settings = self._settings
        there = [layer for layer in image.layers if layer.open or layer.folder]  # ``oci`` has told of the others
        read = read_layers(
            there,
            self._cataloguers,
            self._cache,
            settings.limits,
            workers=settings.workers or os.cpu_count() or 1,
            progress=settings.progress,
        )
        facts = {layer.index: one for layer, one in zip(there, read, strict=True) if isinstance(one, LayerFacts)}
        found = squash([facts.get(layer.index) for layer in image.layers])
        found, left_out = _without_declared(found, image, settings.declared)
        unread = tuple(one for one in read if isinstance(one, Problem))
        broken = (_placed(problem, image.layers) for problem in found.problems)
        problems = (*image.problems, *unread, *broken, *_apk_removed.told(image, found.packages))
        report = Report(
            target=image.target,
            now=_rfc3339(settings.now),
            tool=Tool(version=__version__),
            image=image,
            distro=found.distro,
            packages=found.packages,
            problems=problems if _incomplete(image, found, problems) else (*problems, *_nothing_found(image, found)),
            channels=found.channels,
            functions=found.functions,
            coverage=Coverage(
                packages=len(found.packages),
                layers=len(image.layers),
                layers_read=found.layers_read,
                not_run=NOT_RUN,
                executables=found.executables,
                accounted=found.executables - len(found.strays),
                strays=found.strays[:_STRAYS],
                declared=left_out,
            ),
            verdict=Verdict(Result.UNKNOWN),
            base=recognise(image, self._base_of(image), self._known),
        )
        return _Read(report, found)

    def _base_of(self, image: Image) -> Image | None:
        """The image that somebody names as the base, of the same platform. Raises what opening it raises."""
        settings = self._settings
        if not settings.base:
            return None
        platform = str(image.platform)
        if platform not in self._bases:  # several targets may stand on it
            options = msgspec.structs.replace(settings.options, platform=platform)
            with _naming(f"the base {settings.base!r}"), open_target(settings.base, options, settings.limits) as images:
                self._bases[platform] = images[0]
        return self._bases[platform]


@contextmanager
def _naming(what: str) -> Iterator[None]:
    """An error about another thing than the target says which."""
    try:
        yield
    except PratiqueError as error:
        raise type(error)(f"{what}: {error}", hint=error.hint) from error


def _kept(settings: Settings, stack: ExitStack) -> Path:
    """Where the shards that are fetched stay."""
    if settings.database is not None:
        return settings.database
    if settings.cache is not None:
        return settings.cache / "databases" / hashlib.sha256(settings.origin.encode()).hexdigest()[:16]
    from tempfile import TemporaryDirectory  # only where nothing may be kept

    return Path(stack.enter_context(TemporaryDirectory(prefix="pratique-")))


def _assess(
    read: _Read,
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


def _without_declared(found: Inventory, image: Image, wanted: bool | None) -> tuple[Inventory, int]:
    """The inventory without the packages that only lock files name, and how many they are, unless they are wanted."""
    if wanted is None:
        wanted = any(layer.folder for layer in image.layers)
    kept = found.packages if wanted else tuple([package for package in found.packages if not package.declared])
    left_out = len(found.packages) - len(kept)
    return (msgspec.structs.replace(found, packages=kept) if left_out else found), left_out


def _hidden(problems: tuple[Problem, ...]) -> Iterator[NotAssessed]:
    """The packages that are there, and of which nothing is known but their files' names."""
    files = [problem.where for problem in problems if problem.hides]
    if files:
        yield NotAssessed("its file cannot be read", len(files), tuple(files[:_EXAMPLES]))


def _placed(problem: Problem, layers: Sequence[Layer]) -> Problem:
    """A layer that broke off has no digest that we have computed: it is called what the image calls it."""
    if problem.where or not 0 <= problem.layer < len(layers):
        return problem
    return msgspec.structs.replace(problem, where=layers[problem.layer].digest)


def _incomplete(image: Image, found: Inventory, problems: Sequence[Problem]) -> bool:
    """Whether it has been told, and blocks, that a layer was not read: what it held is not known to be nothing."""
    return found.layers_read < len(image.layers) and any(problem.blocking for problem in problems)


def _nothing_found(image: Image, found: Inventory) -> tuple[Problem, ...]:
    """An image in which nothing is recognised has not been shown to be clean; nor has a distribution whose package
    database is gone."""
    where = image.name or image.target
    if not found.packages:
        what = "holds no package that Pratique recognises, so nothing in it could be assessed"
    elif found.distro is not None and all(package.type not in _SYSTEMS for package in found.packages):
        what = (
            f"is a {found.distro.name or found.distro.id} without its package database, so its packages are not known"
        )
    else:
        return ()
    return (Problem(where, what, blocking=True),)


def _unread(target: str, error: PratiqueError, now: datetime) -> Report:
    """The report on a target that could not be read."""
    what = str(error).removeprefix(f"{target}: ")  # the place says it
    problem = Problem(target, what, blocking=True, hint=error.hint)
    return Report(
        target=target,
        now=_rfc3339(now),
        tool=Tool(version=__version__),
        problems=(problem,),
        coverage=Coverage(not_run=NOT_RUN),
    )


def _check_zone(settings: Settings) -> None:
    for moment in (settings.now, settings.as_of):
        if moment is None:
            continue
        if moment.utcoffset() is None:
            raise UsageError(f"the time {moment.isoformat()!r} has no zone", hint="use datetime.now(UTC)")
        try:
            _rfc3339(moment)
        except OverflowError as error:
            raise UsageError(f"the time {moment.isoformat()!r} is not within the years 1 to 9999 of UTC") from error


def _rfc3339(moment: datetime) -> str:
    """The moment in UTC to the second (RFC 3339)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
