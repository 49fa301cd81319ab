"""What has changed between two reports, against sets computed by hand and a property over generated ones."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pratique.difference import FindingStatus, PackageStatus, compare
from pratique.model import Kev, Level, Malware, Package, Report, Severity, Vulnerability

BASH = Package("deb", "bash", "5.1", namespace="debian", path="var/lib/dpkg/status", licences=("GPL-3.0-or-later",))


def report(*packages: Package, findings: tuple[Vulnerability | Malware, ...] = ()) -> Report:
    return Report("app", "2026-11-21T12:00:00Z", packages=packages, findings=findings)


def newer(package: Package, version: str) -> Package:
    return msgspec.structs.replace(package, version=version)


def statuses(old: Report, new: Report) -> list[tuple[str, str]]:
    return [(one.finding.id, one.status.value) for one in compare(old, new).findings]


def test_packages() -> None:
    zlib, six = Package("deb", "zlib1g", "1.2", namespace="debian"), Package("pypi", "six", "1.16", licences=("MIT",))
    free = msgspec.structs.replace(six, licences=("GPL-2.0-only",))
    found = compare(report(BASH, zlib, six), report(newer(BASH, "5.2"), free, Package("npm", "x", "1"))).packages
    assert [(one.status, one.name, one.old, one.new) for one in found] == [
        (PackageStatus.CHANGED, "bash", ("5.1",), ("5.2",)),
        (PackageStatus.REMOVED, "zlib1g", ("1.2",), ()),
        (PackageStatus.ADDED, "x", (), ("1",)),
        (PackageStatus.LICENCE, "six", ("1.16",), ("1.16",)),
    ]
    assert (found[3].old_licences, found[3].new_licences) == (("MIT",), ("GPL-2.0-only",))


def test_a_package_of_the_same_name_in_two_versions() -> None:
    one, two = Package("npm", "x", "1"), Package("npm", "x", "2")
    (found,) = compare(report(one, two), report(two)).packages
    assert (found.status, found.old, found.new) == (PackageStatus.CHANGED, ("1", "2"), ("2",))


def test_a_vulnerability_that_a_newer_version_still_has_is_not_new() -> None:
    old, new = Vulnerability("CVE-1", package=BASH), Vulnerability("CVE-1", package=newer(BASH, "5.2"))
    assert statuses(report(findings=(old,)), report(findings=(new,))) == [("CVE-1", "unchanged")]


def test_names_and_their_aliases() -> None:
    old = Vulnerability("GHSA-1", package=BASH)
    new = Vulnerability("CVE-1", package=BASH, aliases=("GHSA-1",))
    assert statuses(report(findings=(old,)), report(findings=(new,))) == [("CVE-1", "unchanged")]
    assert statuses(report(findings=(new,)), report(findings=(old,))) == [("GHSA-1", "unchanged")]


def test_introduced_fixed_and_changed() -> None:
    one = Vulnerability("CVE-1", package=BASH)
    two = Vulnerability("CVE-2", package=BASH, severity=Severity(Level.LOW))
    worse = Vulnerability("CVE-2", package=BASH, severity=Severity(Level.HIGH, 8.0))
    evil = Malware("MAL-1", package=Package("npm", "x", "1"))
    assert statuses(report(findings=(one, two)), report(findings=(worse, evil))) == [
        ("MAL-1", "introduced"),
        ("CVE-2", "changed"),
        ("CVE-1", "fixed"),
    ]
    exploited = Vulnerability("CVE-1", package=BASH, kev=Kev("2026-01-01"))
    assert statuses(report(findings=(one,)), report(findings=(exploited,))) == [("CVE-1", "changed")]


def test_one_source_is_one_subject() -> None:
    binaries = [Package("deb", name, "1", source_name="glibc") for name in ("libc6", "libc-bin")]
    findings = tuple(Vulnerability("CVE-1", package=one) for one in binaries)
    (found,) = compare(report(findings=findings[:1]), report(findings=findings)).findings
    assert (found.status, [one.name for one in found.packages]) == (FindingStatus.UNCHANGED, ["libc-bin", "libc6"])


FINDINGS = st.lists(
    st.builds(
        Vulnerability,
        st.sampled_from(["CVE-1", "CVE-2", "GHSA-1"]),
        package=st.builds(Package, st.just("npm"), st.sampled_from(["a", "b"]), st.sampled_from(["1", "2"])),
    ),
    max_size=5,
).map(tuple)


@given(FINDINGS, FINDINGS)
def test_introduced_one_way_is_fixed_the_other_way(
    old: tuple[Vulnerability, ...], new: tuple[Vulnerability, ...]
) -> None:
    there, back = (
        compare(report(findings=old), report(findings=new)),
        compare(report(findings=new), report(findings=old)),
    )

    def named(status: FindingStatus, found: object) -> set[tuple[str, str]]:
        changes = there.findings if found is there else back.findings
        return {(one.finding.id, one.packages[0].name) for one in changes if one.status is status}

    assert named(FindingStatus.INTRODUCED, there) == named(FindingStatus.FIXED, back)
    assert named(FindingStatus.UNCHANGED, there) == named(FindingStatus.UNCHANGED, back)
    before, after = ({(one.id, one.package.name) for one in some} for some in (old, new))
    assert named(FindingStatus.INTRODUCED, there) == after - before
    assert named(FindingStatus.FIXED, there) == before - after


def test_without_findings() -> None:
    found = compare(report(BASH), report(BASH, findings=(Vulnerability("CVE-1", package=BASH),)), findings=False)
    assert (found.findings, found.compared) == ((), False)
