"""A decided report and images that its own might be built on instead, in; what each of them would remove and add, and
leave, out: the best one first. ``docs/bases.md`` tells the order.

A candidate is read and decided as if the image's own layers lay on it: by the same database, policy and time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from pratique.difference import FindingChange, FindingStatus, compare
from pratique.errors import PratiqueError
from pratique.model import (
    DISTRIBUTION_TYPES,
    Action,
    AnyFinding,
    Base,
    Candidate,
    Image,
    ImageFinding,
    Package,
    Report,
    Tally,
)

Read = Callable[[str, str], Report]
"""A target and a platform in, the report on that image out, with its findings and not decided yet."""
Decide = Callable[[Report], Report]

_UNTOLD = "nothing tells which of the image's layers are its base's"


class Candidates:
    """Reads each candidate once a platform; several targets may be weighed against it."""

    def __init__(self, names: Sequence[str], read: Read, decide: Decide) -> None:
        self._names = names
        self._read = read
        self._decide = decide
        self._known = dict[tuple[str, str], Report | PratiqueError]()

    def weighed(self, report: Report) -> Report:
        """The report with the candidates; one that cannot be read says so itself."""
        if not self._names or report.image is None:
            return report
        found = [self._weighed(name, report, report.image) for name in dict.fromkeys(self._names)]
        return msgspec.structs.replace(report, candidates=tuple(sorted(found, key=_order)))

    def _weighed(self, name: str, report: Report, image: Image) -> Candidate:
        if report.base is None or not report.base.layers:
            return Candidate(name, problem=f"{_UNTOLD}: name it with --base")
        other = self._report(name, str(image.platform))
        if isinstance(other, PratiqueError):
            return Candidate(name, problem=str(other))
        return weigh(report, report.base, other, self._decide)

    def _report(self, name: str, platform: str) -> Report | PratiqueError:
        if (name, platform) not in self._known:
            try:
                self._known[name, platform] = self._read(name, platform)
            except PratiqueError as error:
                self._known[name, platform] = error
        return self._known[name, platform]


def weigh(report: Report, base: Base, other: Report, decide: Decide) -> Candidate:
    """What moving from ``base`` to the image of ``other`` would do to the decided ``report``."""
    laid = _laid(report, base, other)
    moved = decide(_moved(report, base, laid))
    now, then = _below(report, base), _below(moved, base)
    changes = compare(now, then).findings
    packages = [package for package in report.packages if base.origin(package.layer) == "base"]
    image = other.image
    return Candidate(
        name=image.name.partition("@")[0] or other.target if image else other.target,
        digest=image.digest if image else "",
        removes=_tally(changes, FindingStatus.FIXED),
        adds=_tally(changes, FindingStatus.INTRODUCED),
        leaves=_tally_of(then.findings),
        packages=len(laid.packages),
        packages_now=len(packages),
        size=_size(image, len(image.layers) if image else 0),
        size_now=_size(report.image, base.layers),
        result=moved.verdict.result,
        blocking=sum(problem.blocking for problem in other.problems),
    )


def _slot(package: Package) -> tuple[str, str, str] | None:
    """What a package of a distribution takes the place of, in whatever version that is; None for any other."""
    return (package.type, package.name, package.arch) if package.type in DISTRIBUTION_TYPES else None


def _laid(report: Report, base: Base, other: Report) -> Report:
    """What is the other's with the own layers on it: without what these upgrade, and all of it of layer 0, which is the
    base's, however many layers that has."""
    own = {_slot(package) for package in report.packages if base.origin(package.layer) != "base"} - {None}
    findings = tuple(
        msgspec.structs.replace(finding, package=_lowest(finding.package), layer=-1)
        for finding in other.findings
        if not isinstance(finding, ImageFinding) and _slot(finding.package) not in own
    )
    packages = tuple(_lowest(package) for package in other.packages if _slot(package) not in own)
    return msgspec.structs.replace(other, packages=packages, findings=findings)


def _moved(report: Report, base: Base, other: Report) -> Report:
    """The report as if its own layers lay on the other image, not decided yet."""
    own = tuple(package for package in report.packages if base.origin(package.layer) != "base")
    kept = [finding for finding in report.findings if not _of_base(finding, base)]
    problems = [one for one in report.problems if one.layer >= base.layers]
    image = other.image
    named = Base(image.name, image.digest, base.layers, "option", image.config.created) if image else base
    return msgspec.structs.replace(
        report,
        distro=other.distro,
        packages=(*other.packages, *own),
        findings=(*other.findings, *kept),
        problems=tuple(dict.fromkeys((*other.problems, *problems))),
        base=named,
        notes=(),
    )


def _lowest(package: Package) -> Package:
    return msgspec.structs.replace(package, layer=0)


def _of_base(finding: AnyFinding, base: Base) -> bool:
    """Whether it goes with the base: one of its packages, or of the base itself."""
    return finding.id.startswith("base-") if isinstance(finding, ImageFinding) else _is_below(finding, base)


def _is_below(finding: AnyFinding, base: Base) -> bool:
    return not isinstance(finding, ImageFinding) and base.origin(finding.from_layer) == "base"


def _below(report: Report, base: Base) -> Report:
    """The part of the report that is the base's."""
    findings = tuple(finding for finding in report.findings if _is_below(finding, base))
    return msgspec.structs.replace(report, findings=findings, packages=())


def _tally(changes: Iterable[FindingChange], status: FindingStatus) -> Tally:
    """Of the changes of that status, each counted once, however many packages of a source it concerns."""
    return _tally_of(change.finding for change in changes if change.status is status)


def _tally_of(findings: Iterable[AnyFinding]) -> Tally:
    found = {(_source(finding), finding.id): finding for finding in findings}
    actions = [finding.decision.action for finding in found.values()]
    exploited = sum(finding.is_exploited for finding in found.values())
    return Tally(exploited, actions.count(Action.FAIL), actions.count(Action.WARN), len(found))


def _source(finding: AnyFinding) -> tuple[str, str]:
    if isinstance(finding, ImageFinding):
        return ("", "")
    return finding.package.type, finding.package.source_name or finding.package.name


def _size(image: Image | None, layers: int) -> int:
    """Bytes of the lowest layers as they are stored; -1 where one of them does not tell."""
    sizes = [layer.size for layer in image.layers[:layers]] if image else []
    return sum(sizes) if sizes and min(sizes) >= 0 else -1


def _order(one: Candidate) -> tuple[bool, int, int, int, int, int, int, str]:
    """Those that could be weighed, by what they leave: exploited, failing, blocking problems, warning, all; then by
    size and name."""
    left = one.leaves
    size = one.size if one.size >= 0 else 1 << 62
    return bool(one.problem), left.exploited, left.failing, one.blocking, left.warning, left.total, size, one.name
