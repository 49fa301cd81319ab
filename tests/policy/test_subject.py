"""Each field of a row, by its name, for each kind of finding."""

from __future__ import annotations

from datetime import date

import pytest

from pratique.expr import Value, compile
from pratique.expr.environment import Kind
from pratique.model import (
    AnyFinding,
    Base,
    BaseImageFinding,
    Coverage,
    CoverageFinding,
    Distro,
    Epss,
    Fix,
    FixState,
    Image,
    ImageConfig,
    Kev,
    Level,
    Malware,
    Package,
    Platform,
    Report,
    Severity,
    Vex,
    VexStatus,
    Vulnerability,
)
from pratique.policy.subject import ANYWHERE, ENVIRONMENT, Target, age_days, context, day_of, days_since, image_row, row

TODAY = date(2026, 11, 21)
PACKAGE = Package(
    "maven",
    "log4j-core",
    "2.14.1",
    namespace="org.apache.logging.log4j",
    arch="all",
    source_name="log4j",
    licences=("Apache-2.0",),
    vendor="Apache",
    owner="liblog4j2-java",
)
WHOLE = Vulnerability(
    "CVE-2021-44228",
    severity=Severity(Level.CRITICAL, 10.0),
    path="app/a.jar",
    layer=4,
    package=PACKAGE,
    aliases=("GHSA-jfh8",),
    fix=Fix(FixState.FIXED, ("2.15.0", "2.12.2"), "2026-11-01"),
    kev=Kev("2021-12-10", ransomware=True),
    epss=Epss(0.94, 0.99),
    vex=Vex(VexStatus.UNDER_INVESTIGATION),
    published="2026-11-20T23:00:00Z",
)
REPORT = Report(
    "app:1",
    "2026-11-21",
    image=Image(
        "app:1",
        "app:1",
        digest="sha256:00",
        platform=Platform("linux", "arm64"),
        config=ImageConfig(created="2026-11-01T08:00:00Z"),
    ),
    distro=Distro("debian", "12"),
    base=Base("debian:12", "sha256:11", 4, "annotation", created="2026-10-22T00:00:00Z"),
    coverage=Coverage(8, 6, executables=10, accounted=9),
)
EXPECTED: dict[str, Value] = {
    "finding.id": "CVE-2021-44228",
    "finding.aliases": ("GHSA-jfh8",),
    "finding.kind": "vulnerability",
    "finding.severity": "critical",
    "finding.cvss": 10.0,
    "finding.path": "app/a.jar",
    "finding.layer": 4,
    "finding.origin": "own",
    "finding.kev": True,
    "finding.kev_ransomware": True,
    "finding.epss": 0.94,
    "finding.epss_percentile": 0.99,
    "finding.vex": "under_investigation",
    "finding.fixable": True,
    "finding.fix_state": "fixed",
    "finding.fix_versions": ("2.15.0", "2.12.2"),
    "finding.fix_age_days": 20,
    "finding.age_days": 1,
    "finding.package.type": "maven",
    "finding.package.namespace": "org.apache.logging.log4j",
    "finding.package.name": "log4j-core",
    "finding.package.version": "2.14.1",
    "finding.package.source": "log4j",
    "finding.package.arch": "all",
    "finding.package.vendor": "Apache",
    "finding.package.licences": ("Apache-2.0",),
    "finding.package.owner": "liblog4j2-java",
    "target.env": "prod",
    "target.namespace": "shop",
    "image.name": "app:1",
    "image.digest": "sha256:00",
    "image.base": "debian:12",
    "image.base_digest": "sha256:11",
    "image.base_age_days": 30,
    "image.age_days": 20,
    "image.os": "linux",
    "image.architecture": "arm64",
    "distro.id": "debian",
    "distro.version": "12",
    "coverage.executables": 0.9,
    "coverage.packages": 0.75,
}
KINDS = {
    Kind.BOOL: bool,
    Kind.INT: int,
    Kind.DOUBLE: float,
    Kind.STRING: str,
    Kind.LIST: tuple,
}


def named(finding: AnyFinding, report: Report, target: Target = ANYWHERE) -> dict[str, Value]:
    return dict(zip(ENVIRONMENT.fields, row(finding, context(report, TODAY, target), TODAY), strict=True))


def test_all_that_is_known() -> None:
    assert named(WHOLE, REPORT, Target("prod", "shop")) == EXPECTED


def test_the_row_of_an_image_is_that_of_its_findings_without_them() -> None:
    shared = context(REPORT, TODAY, Target("prod"))
    whole = row(WHOLE, shared, TODAY)
    for name, value, of_finding in zip(ENVIRONMENT.fields, image_row(shared), whole, strict=True):
        assert value == (None if name.startswith("finding.") else of_finding)


BARE = Vulnerability("CVE-1", package=Package("deb", "bash", "5"))
MALWARE = Malware("MAL-1", package=Package("npm", "left-padd", "1"))


STALE = BaseImageFinding("base-old")
STRAYS = CoverageFinding("executables-unaccounted")


@pytest.mark.parametrize("finding", [WHOLE, BARE, MALWARE, STALE, STRAYS])
@pytest.mark.parametrize("report", [REPORT, Report("app:1", "2026-11-21"), Report("", "", distro=Distro("arch"))])
def test_values_are_of_the_declared_type_and_only_optional_ones_are_missing(
    finding: AnyFinding, report: Report
) -> None:
    for name, value in named(finding, report).items():
        field = ENVIRONMENT.fields[name]
        if value is None:
            assert field.optional, name
        else:
            assert type(value) is KINDS[field.type.kind], name
            assert not field.choices or value in field.choices


@pytest.mark.parametrize(
    ("layer", "base", "found"),
    [
        (3, Base("", "", 4, "history"), "base"),
        (4, Base("", "", 4, "history"), "own"),
        (-1, Base("", "", 4, "history"), None),
        (0, Base("x", "", 0, "annotation"), None),
        (0, None, None),
    ],
)
def test_whose_layer_it_is(layer: int, base: Base | None, found: str | None) -> None:
    finding = Vulnerability("CVE-1", package=Package("deb", "bash", "5", layer=layer))
    assert named(finding, Report("", "", base=base))["finding.origin"] == found


def test_what_is_not_known_is_missing() -> None:
    found = named(BARE, Report("", ""))
    assert {name for name, field in ENVIRONMENT.fields.items() if field.optional and found[name] is not None} == {
        f"finding.package.{name}" for name in ("type", "name", "version", "source")
    }
    assert found["finding.package.source"] == "bash"
    assert not found["finding.fixable"]


def test_malware_has_a_kind_and_no_scores() -> None:
    found = named(MALWARE, REPORT)
    assert (found["finding.kind"], found["finding.kev"], found["finding.epss"]) == ("malware", False, None)


def test_a_condition_reads_a_row() -> None:
    condition = compile('finding.kev && finding.package.name == "log4j-core" && distro.id == "debian"', ENVIRONMENT)
    assert condition(row(WHOLE, context(REPORT, TODAY), TODAY))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-11-21", 0),
        ("2026-11-20", 1),
        ("2025-11-21", 365),
        ("2026-11-21T23:59:59Z", 0),
        ("2026-11-22", None),
        ("", None),
        ("soon", None),
        ("2026-02-30", None),
        ("0000-00-00", None),
    ],
)
def test_days_since(text: str, days: int | None) -> None:
    assert days_since(text, TODAY) == days
    assert day_of("2026-11-21") == TODAY


def test_what_is_of_the_image_has_no_package() -> None:
    found = named(STRAYS, REPORT)
    assert found["finding.kind"] == "coverage"
    assert named(STALE, REPORT)["finding.kind"] == "base-image"
    assert found["finding.package.licences"] == ()
    assert {value for name, value in found.items() if name.startswith("finding.package.") and value != ()} == {None}


@pytest.mark.parametrize(
    ("created", "days"),
    [
        ("2026-11-21T23:59:59Z", 0),
        ("2026-10-22", 30),
        ("2013-03-20", 4994),
        ("", None),
        ("soon", None),
        ("2026-11-22T00:00:00Z", None),  # of the future
        ("1970-01-01T00:00:00Z", None),  # built without the time of day
        ("0001-01-01T00:00:00Z", None),
        ("2013-03-19", None),
    ],
)
def test_the_age_of_an_image(created: str, days: int | None) -> None:
    assert age_days(created, TODAY) == days
