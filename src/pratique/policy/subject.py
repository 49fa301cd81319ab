"""A finding, its report and the day in; the row of values that a condition is asked of out.

The names are the policy's language and are documented in ``docs/policy.md``.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Literal

import msgspec

from pratique.expr import BOOL, DOUBLE, INT, STRING, STRINGS, Environment, Field, Row, Value
from pratique.model import (
    AnyFinding,
    Base,
    BaseImageFinding,
    Coverage,
    CoverageFinding,
    FixState,
    ImageFinding,
    Level,
    LicenceBreach,
    Malware,
    Misconfiguration,
    Package,
    Report,
    Secret,
    SignatureFinding,
    VexStatus,
    Vulnerability,
)

KINDS = ("vulnerability", "malware", "secret", "misconfiguration", "licence", "signature", "base-image", "coverage")

_KINDS: dict[type[AnyFinding], str] = {
    Vulnerability: "vulnerability",
    Malware: "malware",
    LicenceBreach: "licence",
    BaseImageFinding: "base-image",
    CoverageFinding: "coverage",
    Secret: "secret",
    Misconfiguration: "misconfiguration",
    SignatureFinding: "signature",
}
_DAY = len("2026-01-31")
_FIRST_IMAGE = date(2013, 3, 20)  # Docker's first release: an image cannot be older than what made it

_NO_ORDER = "versions do not sort as text; name them with == or in, or ask for finding.fixable"
_SEVERITY_ORDER = (
    'levels do not sort as text; name them, as in finding.severity in ["high", "critical"], '
    "or use the score finding.cvss"
)

_SHARE, _SCORE, _COUNT = (0, 1), (0, 10), (0, math.inf)

ENVIRONMENT = Environment(
    {
        "finding.id": Field(STRING, "the CVE where there is one"),
        "finding.aliases": Field(STRINGS, "its other names"),
        "finding.kind": Field(STRING, "what it is", choices=KINDS),
        "finding.severity": Field(
            STRING, "the level", choices=tuple(level.value for level in Level), unordered=_SEVERITY_ORDER
        ),
        "finding.cvss": Field(DOUBLE, "the CVSS base score", optional=True, between=_SCORE),
        "finding.path": Field(STRING, "the file that proves it", optional=True),
        "finding.layer": Field(INT, "the layer that it came with, from 0", optional=True, between=_COUNT),
        "finding.origin": Field(
            STRING, "whether its layer is the base image's or one's own", optional=True, choices=("base", "own")
        ),
        "finding.kev": Field(BOOL, "whether it is in CISA's KEV catalogue"),
        "finding.kev_ransomware": Field(BOOL, "whether KEV knows of its use in ransomware campaigns"),
        "finding.epss": Field(DOUBLE, "the EPSS probability, 0 to 1", optional=True, between=_SHARE),
        "finding.epss_percentile": Field(DOUBLE, "the EPSS percentile, 0 to 1", optional=True, between=_SHARE),
        "finding.vex": Field(
            STRING,
            "what a VEX document says of it",
            optional=True,
            choices=tuple(status.value for status in VexStatus),
        ),
        "finding.fixable": Field(BOOL, "whether a version is known that fixes it"),
        "finding.fix_state": Field(STRING, "what the feed says", choices=tuple(state.value for state in FixState)),
        "finding.fix_versions": Field(STRINGS, "the lowest versions that fix it"),
        "finding.fix_age_days": Field(INT, "days since the fix was published", optional=True, between=_COUNT),
        "finding.age_days": Field(INT, "days since it was published", optional=True, between=_COUNT),
        "finding.package.type": Field(
            STRING, "its package URL type: deb, rpm, apk, pypi, npm, maven, …", optional=True
        ),
        "finding.package.namespace": Field(STRING, "as in the package URL", optional=True),
        "finding.package.name": Field(STRING, "as in the package URL", optional=True),
        "finding.package.version": Field(STRING, "as installed", optional=True, unordered=_NO_ORDER),
        "finding.package.source": Field(STRING, "the source package; the name where there is none", optional=True),
        "finding.package.arch": Field(STRING, "the architecture", optional=True),
        "finding.package.vendor": Field(STRING, "who built it", optional=True),
        "finding.package.licences": Field(STRINGS, "as the package states them"),
        "finding.package.owner": Field(STRING, "the distribution's package whose file it is", optional=True),
        "target.env": Field(STRING, "the environment that it is meant for (--env)", optional=True),
        "target.namespace": Field(STRING, "the namespace that it is meant for (--namespace)", optional=True),
        "image.name": Field(STRING, "the reference without transport and digest", optional=True),
        "image.digest": Field(STRING, "of the manifest", optional=True),
        "image.base": Field(STRING, "the name of the base image", optional=True),
        "image.base_digest": Field(STRING, "the digest of the base image", optional=True),
        "image.base_age_days": Field(INT, "days since the base image was built", optional=True, between=_COUNT),
        "image.age_days": Field(INT, "days since the image was built", optional=True, between=_COUNT),
        "image.os": Field(STRING, "of the platform", optional=True),
        "image.architecture": Field(STRING, "of the platform", optional=True),
        "distro.id": Field(STRING, "ID of os-release", optional=True),
        "distro.version": Field(STRING, "VERSION_ID of os-release", optional=True, unordered=_NO_ORDER),
        "coverage.executables": Field(
            DOUBLE, "the share of executables that belong to a package", optional=True, between=_SHARE
        ),
        "coverage.packages": Field(
            DOUBLE, "the share of packages that could be assessed", optional=True, between=_SHARE
        ),
    }
)

_OF_PACKAGES = 'finding.kind in ["vulnerability", "malware", "licence"]'
IMPOSSIBLE = (
    "finding.kev_ransomware && !finding.kev",
    'finding.kind != "vulnerability" && (finding.kev || has(finding.epss) || has(finding.vex) || finding.fixable)',
    'finding.kind != "vulnerability" && (has(finding.fix_age_days) || finding.fix_state != "unknown")',
    "has(finding.epss) ? !has(finding.epss_percentile) : has(finding.epss_percentile)",
    "finding.fixable ? size(finding.fix_versions) == 0 : size(finding.fix_versions) > 0",
    f"{_OF_PACKAGES} ? !has(finding.package.name) : has(finding.package.name)",
    f"{_OF_PACKAGES} ? !has(finding.package.version) : has(finding.package.version)",
    f"{_OF_PACKAGES} ? !has(finding.package.type) : has(finding.package.type)",
)
"""Conditions that no row is ever given for which they hold."""


class Target(msgspec.Struct, frozen=True):
    """Where an image is meant to run: an environment, a namespace of Kubernetes; "" where nobody says."""

    env: str = ""
    namespace: str = ""


ANYWHERE = Target()


Origin = Literal["", "base", "own"]


class Shared(msgspec.Struct, frozen=True):
    """What all findings of a report share: the end of each row, and the base image, None where nobody tells. Those of
    packages are all of ``origin``, where that is set, whatever the base."""

    values: Row
    base: Base | None
    origin: Origin = ""

    def origin_of(self, finding: AnyFinding) -> Origin:
        """Whose layer it lies in, "" where nobody tells."""
        if self.origin and not isinstance(finding, ImageFinding):
            return self.origin
        return self.base.origin(finding.from_layer) if self.base else ""


def context(report: Report, today: date, target: Target = ANYWHERE) -> Shared:
    """What the report's findings share on that day."""
    image, distro, base = report.image, report.distro, report.base
    ofimage: Row = (None,) * 8
    if image is not None:
        platform = image.platform
        below = (base.name or None, base.digest or None, age_days(base.created, today)) if base else (None, None, None)
        age = age_days(image.config.created, today)
        ofimage = (image.name or None, image.digest or None, *below, age, platform.os, platform.architecture)
    ofdistro = (distro.id, distro.version or None) if distro else (None, None)
    meant = (target.env or None, target.namespace or None)
    return Shared((*meant, *ofimage, *ofdistro, *_shares(report.coverage)), base)


def image_row(shared: Shared) -> Row:
    """The values that hold for all findings of the report, with nothing in the place of a finding's."""
    return (*(None,) * (len(ENVIRONMENT.fields) - len(shared.values)), *shared.values)


def _shares(coverage: Coverage) -> Row:
    """Of the executables and of the packages; None of none."""
    return (
        coverage.accounted / coverage.executables if coverage.executables else None,
        coverage.assessed / coverage.packages if coverage.packages else None,
    )


def row(finding: AnyFinding, shared: Shared, today: date) -> Row:
    """The values of ``finding`` in the order of ``ENVIRONMENT``; ``shared`` is the report's ``context``."""
    if isinstance(finding, Vulnerability):
        kev, epss, fix = finding.kev, finding.epss, finding.fix
        known: Row = (
            kev is not None,
            kev is not None and kev.ransomware,
            epss.score if epss else None,
            epss.percentile if epss else None,
            finding.vex.status.value if finding.vex else None,
            bool(fix.versions),
            fix.state.value,
            fix.versions,
            days_since(fix.date, today),
        )
    else:
        known = (False, False, None, None, None, False, FixState.UNKNOWN.value, (), None)
    severity = finding.severity
    return (
        finding.id,
        finding.aliases,
        _KINDS[type(finding)],
        severity.level.value,
        severity.score,
        finding.path or None,
        finding.layer if finding.layer >= 0 else None,
        shared.origin_of(finding) or None,
        *known,
        days_since(finding.published, today),
        *(_NO_PACKAGE if isinstance(finding, ImageFinding) else _package(finding.package)),
        *shared.values,
    )


_NO_PACKAGE: tuple[Value, ...] = (None, None, None, None, None, None, None, (), None)


def _package(package: Package) -> tuple[Value, ...]:
    return (
        package.type,
        package.namespace or None,
        package.name,
        package.version,
        package.source_name or package.name,
        package.arch or None,
        package.vendor or None,
        package.licences,
        package.owner or None,
    )


def days_since(text: str, today: date) -> int | None:
    """Days from a date (YYYY-MM-DD, or an RFC 3339 time) to ``today``; None for no date, and for one in the future,
    which is not believed."""
    day = day_of(text)
    return (today - day).days if day is not None and day <= today else None


def age_days(created: str, today: date) -> int | None:
    """Days since an image was built; None where it does not tell, or tells of a day when there were no images, as
    builders do that leave the time out (0001-01-01, 1970-01-01)."""
    day = day_of(created)
    return days_since(created, today) if day is not None and day >= _FIRST_IMAGE else None


@lru_cache(maxsize=1 << 12)
def day_of(text: str) -> date | None:
    """The day that a feed names, UTC's where it names a time with its zone; None where it names none."""
    if not text:
        return None
    try:
        if len(text) > _DAY:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()
    except (ValueError, OverflowError):
        pass  # the day may be one all the same
    try:
        return date.fromisoformat(text[:_DAY])
    except ValueError:
        return None
