"""A report on an image, not decided yet, in; the findings of the image itself out: of its base, its age, its coverage.

They have no package. ``docs/bases.md`` tells each identifier, its level and what to do. A plain folder, and a document
that tells of no layers, have no base.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from pratique.model import (
    AnyImageFinding,
    Base,
    BaseImageFinding,
    CoverageFinding,
    Image,
    Level,
    NotAssessed,
    Problem,
    Report,
    Severity,
)
from pratique.oci.reference import is_reference
from pratique.policy.subject import age_days

IDENTIFIERS = (
    "base-end-of-life",
    "base-mismatch",
    "base-old",
    "base-unknown",
    "base-unpinned",
    "base-unproven",
    "executables-unaccounted",
    "image-old",
    "packages-not-assessed",
)
"""All that these findings may be called, which a suppression may name without a package."""

OLD_DAYS = 30
"""From how many days on an image is told to be old; a rule may ask for more (``image.age_days > 90``)."""

_LOW, _MEDIUM, _HIGH = Severity(Level.LOW), Severity(Level.MEDIUM), Severity(Level.HIGH)
_REBUILD = "rebuild it on the newest build of its base"
_NAMED = 3


def image_findings(report: Report, now: datetime) -> tuple[AnyImageFinding, ...]:
    """All, in the order of their identifiers; none of a target that could not be read."""
    image = report.image
    if image is None:
        return ()
    today = now.astimezone(UTC).date()
    found = [*_coverage(report), *_support(report.problems)]
    if image.layers and (image.digest or image.config_digest):
        found += [*_base(report.base), *_ages(image, report.base, today)]
    return tuple(sorted(found, key=lambda one: one.id))


def _base(base: Base | None) -> Iterator[AnyImageFinding]:
    """Whether it is told which image this one was built on, and exactly which."""
    if base is not None and base.contradicts:
        title = f"the image says that it was built on {base.contradicts}, and its layers are not those"
        hint = "build it anew, and let the builder write the annotations of the base"
        yield BaseImageFinding("base-mismatch", _HIGH, title, hint=hint)
    if base is None or not (base.name or base.digest):
        hint = "name the base with --base, or learn it with pratique base learn and give --known-bases"
        yield BaseImageFinding("base-unknown", _LOW, "nothing tells which image it was built on", hint=hint)
    elif not base.digest:
        hint = f"name it by its digest: FROM {_written(base.name)}@sha256:…"
        title = f"it was built on {base.name}, and nothing tells on which build of it"
        yield BaseImageFinding("base-unpinned", _MEDIUM, title, hint=hint)
    elif not base.is_shown:
        hint = f"show it by its layers: --base {_written(f'{base.name}@{base.digest}')}, or --known-bases FILE"
        who = "a document" if base.stated else "the image itself"
        title = f"only {who} says that it was built on {base.name or base.digest}"
        yield BaseImageFinding("base-unproven", _LOW, title, hint=hint)


def _written(name: str) -> str:
    """A name in a command that somebody may copy: who made the image chose it."""
    return name if is_reference(name) else "IMAGE"


def _ages(image: Image, base: Base | None, today: date) -> Iterator[AnyImageFinding]:
    age = age_days(image.config.created, today)
    if age is not None and age > OLD_DAYS:
        title = f"the image was built {age:,} days ago, on {image.config.created[:10]}"
        yield BaseImageFinding("image-old", _LOW, title, hint=_REBUILD)
    below = age_days(base.created, today) if base is not None else None
    if base is not None and below is not None and below > OLD_DAYS:
        title = f"its base{f' {base.name}' if base.name else ''} was built {below:,} days ago, on {base.created[:10]}"
        yield BaseImageFinding("base-old", _LOW, title, hint=_REBUILD)


def _support(problems: tuple[Problem, ...]) -> Iterator[AnyImageFinding]:
    """That the distribution's support has ended, as the match told."""
    for problem in problems:
        if problem.ended:
            yield BaseImageFinding("base-end-of-life", _HIGH, problem.what, hint=problem.hint)


def _coverage(report: Report) -> Iterator[AnyImageFinding]:
    """What nothing speaks for."""
    coverage = report.coverage
    strays = coverage.executables - coverage.accounted
    if strays > 0:
        more = ", …" if strays > _NAMED else ""
        names = f" ({', '.join(coverage.strays[:_NAMED])}{more})" if coverage.strays else ""
        title = f"{_of(strays, coverage.executables, 'executable')} belong to no package{names}"
        hint = "install them as packages, or say in an SBOM of the build what they are"
        yield CoverageFinding("executables-unaccounted", _LOW, title, hint=hint)
    missed = sum(one.count for one in coverage.not_assessed)
    if missed:
        title = f"{_of(missed, coverage.packages, 'package')} could not be assessed: {_reasons(coverage.not_assessed)}"
        hint = "docs/database.md tells which feeds there are; a vendor's own may be added"
        yield CoverageFinding("packages-not-assessed", _LOW, title, hint=hint)


def _reasons(missed: Sequence[NotAssessed]) -> str:
    """Why, of most packages first; each with their number where there are several."""
    if len(missed) == 1:
        return missed[0].reason
    found = sorted(missed, key=lambda one: (-one.count, one.reason))
    return "; ".join(f"{one.reason} ({one.count:,})" for one in found[:_NAMED]) + ("; …" if found[_NAMED:] else "")


def _of(part: int, whole: int, noun: str) -> str:
    return f"{part:,} of {whole:,} {noun}{'' if whole == 1 else 's'}"
