"""Inventories against small databases: what is found, in distributions and in languages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pratique.model import (
    Distro,
    Epss,
    Evidence,
    Fix,
    FixState,
    Inventory,
    Kev,
    Level,
    Malware,
    NotAssessed,
    Package,
    Severity,
    Vulnerability,
)
from pratique.vuln.match import Matches, hits
from vuln.feeds import NOW, database, fixed, record
from vuln.matching import DEBIAN, blocking, debian, matches, one

V31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


def test_a_notice_of_ubuntu_is_told_by_the_cves_that_it_mends(tmp_path: Path) -> None:
    notice = record("USN-1", "x", *fixed("2"), ecosystem="Ubuntu:25.10", upstream=["UBUNTU-CVE-2026-1234"])
    found = matches(
        tmp_path,
        {"Ubuntu": [notice]},
        Package("deb", "x", "1"),
        distro=Distro("ubuntu", "25.10"),
        kev=["CVE-2026-1234"],
        coverage={"Ubuntu": {"complete": True}},
    )
    finding = one(found)
    assert (finding.id, finding.fix.versions) == ("CVE-2026-1234", ("2",))
    assert finding.kev is not None


def test_a_vulnerability_and_all_that_is_known_of_it(tmp_path: Path) -> None:
    known = record(
        "PYSEC-1",
        "x",
        *fixed("2.0"),
        aliases=["CVE-2025-1", "GHSA-a"],
        summary="it leaks",
        severity=[{"type": "CVSS_V3", "score": V31}],
    )
    package = Package("pypi", "X", "1.5", path="lib/x/METADATA", layer=3)
    found = matches(tmp_path, {"PyPI": [known]}, package, kev=["CVE-2025-1"], epss={"CVE-2025-1": 0.75})
    assert one(found) == Vulnerability(
        id="CVE-2025-1",
        severity=Severity(Level.CRITICAL, 9.8, V31, "PyPA"),
        title="it leaks",
        path="lib/x/METADATA",
        layer=3,
        package=package,
        aliases=("GHSA-a", "PYSEC-1"),
        fix=Fix(FixState.FIXED, ("2.0",)),
        kev=Kev("2025-12-01", "2025-12-22", ransomware=True),
        epss=Epss(0.75, 0.5, "2026-01-09"),
        evidence=(Evidence("PYSEC-1", "PyPI", "x", "1.5", "pypi", fixed="2.0"),),
        published="2026-01-09T00:00:00Z",
        modified="2026-01-09T00:00:00Z",
    )
    assert (found.problems, found.assessed, found.not_assessed, found.packages) == ((), 1, (), (package,))


def test_nothing_is_known_against_it(tmp_path: Path) -> None:
    found = matches(tmp_path, {"PyPI": [record("PYSEC-1", "x", *fixed("2.0"))]}, Package("pypi", "x", "2.0"))
    assert found == Matches(assessed=1, packages=(Package("pypi", "x", "2.0"),))


def test_an_empty_inventory(tmp_path: Path) -> None:
    assert matches(tmp_path, {"PyPI": []}) == Matches()


def test_malware_is_no_vulnerability(tmp_path: Path) -> None:
    evil = record("MAL-2025-1", "evil", {"introduced": "0"}, aliases=["GHSA-b"])
    (finding,) = matches(tmp_path, {"PyPI": [evil]}, Package("pypi", "evil", "1.0")).findings
    assert isinstance(finding, Malware)
    assert (finding.id, finding.aliases) == ("MAL-2025-1", ("GHSA-b",))


def test_each_place_of_a_package_has_its_finding(tmp_path: Path) -> None:
    places = [Package("pypi", "x", "1", path=path, layer=layer) for layer, path in enumerate(("a", "b"))]
    found = matches(tmp_path, {"PyPI": [record("PYSEC-1", "x", *fixed("2"))]}, *places)
    assert [(finding.path, finding.layer) for finding in found.findings] == [("a", 0), ("b", 1)]


def test_the_severity_of_a_cve_comes_from_any_feed_that_scores_it(tmp_path: Path) -> None:
    scored = record(
        "BIT-y", "y", *fixed("2"), ecosystem="Bitnami", aliases=["CVE-2025-1"], severity=[{"type": "", "score": V31}]
    )
    unscored = record("PYSEC-1", "x", *fixed("2"), aliases=["CVE-2025-1"])
    found = matches(tmp_path, {"PyPI": [unscored], "Bitnami": [scored]}, Package("pypi", "x", "1"))
    assert one(found).severity == Severity(Level.CRITICAL, 9.8, V31, "Bitnami")


def test_hits_are_what_is_compared_before_merging(tmp_path: Path) -> None:
    records = [
        record("PYSEC-1", "x", *fixed("2"), aliases=["CVE-1"]),
        record("GHSA-1", "x", *fixed("3"), aliases=["CVE-1"]),
    ]
    inventory = Inventory(packages=(Package("pypi", "x", "1"), Package("nuget", "x", "1")))
    found = hits(inventory, database(tmp_path, {"PyPI": records}), NOW)
    assert sorted((hit.record, hit.package.type, hit.found.affects.fixed) for hit in found) == [
        ("GHSA-1", "pypi", "3"),
        ("PYSEC-1", "pypi", "2"),
    ]


# --- distributions ----------------------------------------------------------------------------


def test_debian_is_asked_by_source_and_its_namespace_filled(tmp_path: Path) -> None:
    erratum = record(
        "DSA-1-1", "openssl", *fixed("3.0.2-1"), ecosystem="Debian:12", upstream=["CVE-2025-1", "CVE-2025-2"]
    )
    package = Package("deb", "libssl3", "3.0.1-1+b1", source_name="openssl", source_version="3.0.1-1")
    found = matches(tmp_path, debian(erratum), package, distro=DEBIAN, kev=["CVE-2025-2"])
    assert [(finding.id, finding.package.namespace) for finding in found.findings] == [
        ("CVE-2025-1", "debian"),
        ("CVE-2025-2", "debian"),
    ]
    first, second = found.findings
    assert isinstance(first, Vulnerability)
    assert isinstance(second, Vulnerability)
    assert (first.kev, second.kev is not None) == (None, True)
    assert first.fix == Fix(FixState.FIXED, ("3.0.2-1",), "2026-01-09")
    assert first.evidence[0].version == "3.0.1-1"
    assert found.problems == ()


def test_almalinux_is_asked_by_binary_package(tmp_path: Path) -> None:
    erratum = record("ALSA-1", "curl", *fixed("2-1"), ecosystem="AlmaLinux:9", related=["CVE-2025-1"], summary="Low: x")
    package = Package("rpm", "curl", "1-1", source_name="other")
    found = matches(tmp_path, {"AlmaLinux": [erratum]}, package, distro=Distro("almalinux", "9.4"))
    assert (one(found).id, one(found).severity) == ("CVE-2025-1", Severity(Level.LOW, source="AlmaLinux"))


def test_an_erratum_for_bugs_is_no_vulnerability(tmp_path: Path) -> None:
    erratum = record("ALBA-1", "curl", *fixed("2-1"), ecosystem="AlmaLinux:9")
    package = Package("rpm", "curl", "1-1")
    assert matches(tmp_path, {"AlmaLinux": [erratum]}, package, distro=Distro("almalinux", "9.4")).findings == ()


def test_records_without_a_release_speak_for_all(tmp_path: Path) -> None:
    package = Package("deb", "x", "1-1")
    found = matches(tmp_path, debian(record("DSA-2", "x", *fixed("2-1"), ecosystem="Debian")), package, distro=DEBIAN)
    assert one(found).fix.versions == ("2-1",)


@pytest.mark.parametrize(
    ("distro", "what"),
    [
        (None, "no os-release names"),
        (Distro("hannah-montana", "1"), "'hannah-montana' is not known"),
        (Distro("fedora", "42", name="Fedora Linux 42"), "no feed speaks for Fedora (Fedora Linux 42)"),
        (Distro("rocky", "9.4", name="Rocky Linux 9.4"), "the database has no feed of Rocky Linux (Rocky Linux 9.4)"),
        (Distro("alpine", "3.19.1"), "the database has no feed of Alpine"),
        (Distro("debian"), "a testing or rolling release"),
        (Distro("debian", codename="duke"), "does not know its release '15'"),
        (Distro("debian", "13"), "does not know its release '13'"),
        (Distro("debian", "\udcff"), "does not know its release"),
    ],
)
def test_a_distribution_that_nobody_speaks_for_blocks(tmp_path: Path, distro: Distro | None, what: str) -> None:
    found = matches(tmp_path, debian(), Package("deb", "x", "1-1"), distro=distro)
    assert any(what in problem for problem in blocking(found))
    assert found.assessed == 0
    assert [each.count for each in found.not_assessed] == [1]


def test_without_packages_of_a_distribution_none_is_missed(tmp_path: Path) -> None:
    assert blocking(matches(tmp_path, {"PyPI": [record("A-1", "y", *fixed("2"))]}, Package("pypi", "x", "1"))) == []


def test_a_feed_without_any_record_speaks_for_nothing(tmp_path: Path) -> None:
    assert blocking(matches(tmp_path, {"PyPI": []}, Package("pypi", "x", "1"))) != []


def test_an_ended_release_blocks_and_is_still_matched(tmp_path: Path) -> None:
    package = Package("deb", "x", "1-1")
    feeds = {"Debian": [record("DSA-1", "x", *fixed("2-1"), ecosystem="Debian:11")]}
    found = matches(tmp_path / "a", feeds, package, distro=Distro("debian", "11"))
    assert blocking(found) == []
    last = datetime(2026, 8, 31, 23, tzinfo=UTC)
    found = matches(tmp_path / "c", feeds, package, distro=Distro("debian", "11"), now=last, date=last.isoformat())
    assert not any("security support" in what for what in blocking(found))
    later = datetime(2026, 9, 1, tzinfo=UTC)
    found = matches(tmp_path / "b", feeds, package, distro=Distro("debian", "11"), now=later, date=later.isoformat())
    assert "Debian 11 (bullseye) has had no free security support since 2026-08-31" in blocking(found)
    assert len(found.findings) == 1


def test_a_package_of_another_distributions_kind_is_not_assessed(tmp_path: Path) -> None:
    found = matches(tmp_path, debian(), Package("rpm", "x", "1-1"), distro=DEBIAN)
    assert found.not_assessed == (NotAssessed("Debian has no packages of type 'rpm'", 1, ("x",)),)


# --- languages --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ecosystem", "stored", "package"),
    [
        ("npm", "@scope/x", Package("npm", "x", "1.0.0", namespace="@scope")),
        ("npm", "@scope/x", Package("npm", "@scope/x", "1.0.0")),
        ("Maven", "org.x:y", Package("maven", "y", "1.0", namespace="org.x")),
        ("Go", "example.org/x/y", Package("golang", "example.org/x/y", "v1.0.0")),
        ("Go", "example.org/x/y", Package("golang", "y", "v1.0.0", namespace="example.org/x")),
        ("Go", "stdlib", Package("golang", "stdlib", "go1.0.1 X:boringcrypto")),
        ("PyPI", "zope.interface", Package("pypi", "Zope_Interface", "1.0")),
        ("Packagist", "Symfony/Yaml", Package("composer", "yaml", "1.0", namespace="symfony")),
        ("crates.io", "x", Package("cargo", "x", "1.0.0")),
        ("RubyGems", "x", Package("gem", "x", "1.0.0")),
    ],
)
def test_names_as_each_ecosystem_spells_them(tmp_path: Path, ecosystem: str, stored: str, package: Package) -> None:
    kind = "SEMVER" if ecosystem in ("npm", "Go", "crates.io") else "ECOSYSTEM"
    known = record("X-1", stored, *fixed("2.0.0"), ecosystem=ecosystem, kind=kind)
    found = matches(tmp_path, {ecosystem: [known]}, package)
    assert [finding.id for finding in found.findings] == ["X-1"]


@pytest.mark.parametrize(
    ("package", "reason", "told"),
    [
        (Package("pypi", "x", "not a version"), "its version cannot be read", True),
        (Package("pypi", "x", ""), "its version is not known", True),
        (Package("golang", "example.org/x", "(devel)"), "its version is not known", True),
        (Package("maven", "x", "1"), "its group is not known", True),
        (Package("generic", "x", "1"), "no feed speaks for packages of type 'generic'", False),
    ],
)
def test_what_cannot_be_asked_for_is_told_and_counted(
    tmp_path: Path, package: Package, reason: str, told: bool
) -> None:
    feeds = {"PyPI": [record("A-1", "x", *fixed("9"))], "Go": [record("G-1", "x", *fixed("9"), ecosystem="Go")]}
    feeds["Maven"] = [record("M-1", "a:x", *fixed("9"), ecosystem="Maven")]
    found = matches(tmp_path, feeds, package)
    assert (found.findings, found.assessed) == ((), 0)
    assert found.not_assessed == (NotAssessed(reason, 1, (package.name,)),)
    where = f"{package.type} {package.name}"  # it has no path
    assert [(problem.where, problem.blocking) for problem in found.problems] == [(where, False)] * told


def test_an_ecosystem_without_its_feed_blocks(tmp_path: Path) -> None:
    found = matches(tmp_path, {"PyPI": []}, Package("npm", "x", "1.0.0"), Package("npm", "y", "1.0.0"))
    assert blocking(found) == ["the database has no feed of npm: 2 packages are not assessed"]
    assert found.not_assessed == (NotAssessed("the database has no feed of npm", 2, ("x", "y")),)


def test_at_most_five_examples(tmp_path: Path) -> None:
    packages = [Package("generic", f"p{index}", "1") for index in range(9)]
    (reason,) = matches(tmp_path, {"PyPI": []}, *packages).not_assessed
    assert (reason.count, reason.examples) == (9, ("p0", "p1", "p2", "p3", "p4"))


def test_of_a_package_that_the_distribution_owns_its_word_holds_where_it_has_one(tmp_path: Path) -> None:
    mended = record("DSA-9", "x", *fixed("1-1+deb12u1"), ecosystem="Debian:12", upstream=["CVE-2026-1"])
    feeds = debian(mended) | {
        "PyPI": [
            record("PYSEC-1", "x", *fixed("2"), aliases=["CVE-2026-1"]),
            record("PYSEC-2", "x", *fixed("2"), aliases=["CVE-2026-2"]),
        ]
    }
    owner = Package("deb", "python3-x", "1-1+deb12u1", source_name="x")
    owned = Package("pypi", "x", "1", owner="python3-x")
    found = matches(tmp_path / "a", feeds, owned, owner, distro=DEBIAN)
    assert [(finding.id, finding.package.type) for finding in found.findings] == [("CVE-2026-2", "pypi")]
    assert found.assessed == 2
    # Where the distribution is not assessed, it has no word.
    found = matches(tmp_path / "b", feeds, owned, owner, distro=Distro("fedora", "42"))
    assert [finding.id for finding in found.findings] == ["CVE-2026-1", "CVE-2026-2"]
