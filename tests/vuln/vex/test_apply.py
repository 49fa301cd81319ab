"""Statements on findings: which hold, which of several, and what is told of those that cannot be used."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from pratique.model import AnyPackageFinding, Distro, Image, Malware, Package, VexStatus, Vulnerability
from pratique.vuln.vex.apply import Applied, Subject, apply
from pratique.vuln.vex.read import parse

NOW = datetime(2026, 11, 21, tzinfo=UTC)
IMAGE = Image("t", "registry.example/app:1", digest="sha256:ab", named="caller")
SSL = Package("deb", "libssl3", "3.0-1", source_name="openssl", namespace="debian")
CURL = Package("deb", "curl", "7-1", namespace="debian")
URLLIB = Package("pypi", "urllib3", "1.26", path="usr/lib/python3/urllib3", owner="python3-urllib3")
OWNER = Package("deb", "python3-urllib3", "1.26-1", namespace="debian")
BOOT = Package("maven", "boot", "1", namespace="org.x", path="app.jar")
LOG4J = Package("maven", "log4j-core", "2.14", namespace="org.y", path="app.jar!/BOOT-INF/lib/log4j-core.jar")
STRAY = Package("maven", "log4j-core", "2.14", namespace="org.y", path="other.jar")
SUBJECT = Subject(IMAGE, Distro("debian", "12", "bookworm"), (SSL, CURL, URLLIB, OWNER, BOOT, LOG4J, STRAY))


def finding(package: Package, id_: str = "CVE-2026-1", *aliases: str) -> Vulnerability:
    return Vulnerability(id_, package=package, aliases=aliases)


def statement(
    product: str, *parts: str, status: str = "not_affected", at: str = "2026-01-01", name: str = ""
) -> dict[str, object]:
    subcomponents = {"subcomponents": [{"@id": part} for part in parts]} if parts else {}
    return {
        "vulnerability": {"name": name or "CVE-2026-1"},
        "products": [{"@id": product, **subcomponents}],
        "status": status,
        "justification": "component_not_present",
        "timestamp": f"{at}T00:00:00Z" if at else "",
    }


def applied(findings: list[AnyPackageFinding], *statements: object) -> Applied:
    text = json.dumps({"@context": "https://openvex.dev/ns/v0.2.0", "author": "Ann", "statements": list(statements)})
    return apply(findings, SUBJECT, [(Path("a.json"), parse(text.encode(), "a.json"))], NOW)


def said(package: Package, *statements: object) -> VexStatus | None:
    (found,) = applied([finding(package)], *statements).findings
    assert isinstance(found, Vulnerability)
    return found.vex.status if found.vex else None


def test_a_statement_on_the_package() -> None:
    (found,) = applied([finding(SSL)], statement("pkg:deb/debian/libssl3@3.0-1")).findings
    assert isinstance(found, Vulnerability)
    assert found.vex is not None
    assert (found.vex.status, found.vex.author, found.vex.document) == (VexStatus.NOT_AFFECTED, "Ann", "a.json")
    assert found.vex.justification == "component_not_present"


def test_a_statement_on_the_image_is_of_all_that_is_in_it() -> None:
    assert said(SSL, statement("pkg:oci/app@sha256:ab")) is VexStatus.NOT_AFFECTED
    assert said(SSL, statement("pkg:oci/app@sha256:cd")) is None


def test_of_a_product_with_parts_only_these_are_meant() -> None:
    one = statement("pkg:oci/app", "pkg:deb/debian/libssl3")
    assert said(SSL, one) is VexStatus.NOT_AFFECTED
    assert said(CURL, one) is None


def test_parts_of_another_image_are_not_meant() -> None:
    assert said(SSL, statement("pkg:oci/other", "pkg:deb/debian/libssl3")) is None
    assert said(SSL, statement("pkg:oci/app@sha256:cd", "pkg:deb/debian/libssl3")) is None


def test_a_part_of_a_package_that_owns_or_holds_it() -> None:
    assert said(URLLIB, statement("pkg:deb/debian/python3-urllib3", "pkg:pypi/urllib3")) is VexStatus.NOT_AFFECTED
    nested = statement("pkg:maven/org.x/boot@1", "pkg:maven/org.y/log4j-core")
    assert said(LOG4J, nested) is VexStatus.NOT_AFFECTED
    assert said(STRAY, nested) is None


def part_of(part: Package, whole: Package) -> bool:
    """Whether what is said of a part of the whole is heard."""
    urls = [f"pkg:{each.type}/{each.namespace and each.namespace + '/'}{each.name}" for each in (whole, part)]
    text = {"@context": "https://openvex.dev/ns/v0.2.0", "statements": [statement(*urls)]}
    document = [(Path("a.json"), parse(json.dumps(text).encode(), "a.json"))]
    (found,) = apply([finding(part)], Subject(IMAGE, None, (part, whole)), document, NOW).findings
    assert isinstance(found, Vulnerability)
    return found.vex is not None


STATUS = "var/lib/dpkg/status"
LOCK = "srv/package-lock.json"


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        (
            Package("deb", "libssl3", "3.0-1", namespace="debian", path=STATUS),
            Package("deb", "curl", "7-1", namespace="debian", path=STATUS),
        ),
        (Package("npm", "a", "1", path=LOCK, declared=True), Package("npm", "b", "1", path=LOCK, declared=True)),
        (Package("composer", "a", "1", path="installed.json"), Package("composer", "b", "1", path="installed.json")),
        (
            Package("cargo", "a", "1", path="Cargo.lock", declared=True),
            Package("cargo", "b", "1", path="Cargo.lock", declared=True),
        ),
        (Package("pypi", "a", "1", path="a", owner="b"), Package("npm", "b", "1", path="b/package.json")),
        (Package("pypi", "a", "1", path="app"), Package("golang", "b", "1", path="app")),
    ],
)
def test_what_stands_side_by_side_in_one_file_is_no_part_of_one_another(part: Package, whole: Package) -> None:
    assert not part_of(part, whole)


@pytest.mark.parametrize("kind", ["cargo", "golang", "maven"])
def test_what_was_built_into_one_program_or_archive_is_a_part_of_it(kind: str) -> None:
    assert part_of(Package(kind, "a", "1", path="opt/app"), Package(kind, "b", "1", path="opt/app"))


def test_an_image_of_the_name_with_another_content_is_not_meant() -> None:
    one = statement("pkg:oci/app")
    assert said(SSL, {**one, "products": [{"@id": "pkg:oci/app", "hashes": {"sha-256": "cd"}}]}) is None
    assert said(SSL, {**one, "products": [{"@id": "pkg:oci/app", "hashes": {"sha-256": "ab"}}]}) is not None
    assert said(SSL, {**one, "products": [{"@id": "pkg:oci/app", "hashes": {"md5": "cd"}}]}) is not None


def test_an_image_that_only_calls_itself_so_is_not_meant() -> None:
    text = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "statements": [statement("pkg:oci/app"), statement("registry.example/app:1")],
    }
    document = [(Path("a.json"), parse(json.dumps(text).encode(), "a.json"))]
    for named, heard in (("caller", True), ("maker", False)):
        image = msgspec.structs.replace(IMAGE, named=named)
        done = apply([finding(SSL)], Subject(image, None, ()), document, NOW)
        (found,), problems = done.findings, done.problems
        assert isinstance(found, Vulnerability)
        assert (found.vex is not None) is heard
        told = (
            "only the image itself says that it is registry.example/app:1: what is said of that is not heard for 1 of"
        )
        assert [problem.what.startswith(told) for problem in problems] == ([] if heard else [True])


def test_what_tightens_is_heard_of_one_that_calls_itself_so() -> None:
    image = msgspec.structs.replace(IMAGE, named="maker")
    calm = statement("pkg:deb/debian/libssl3", status="not_affected", at="2026-01-01")
    grave = statement("pkg:oci/app", status="affected", at="2026-01-02")
    text = {"@context": "https://openvex.dev/ns/v0.2.0", "statements": [calm, grave]}
    document = [(Path("a.json"), parse(json.dumps(text).encode(), "a.json"))]
    applied = apply([finding(SSL)], Subject(image, None, ()), document, NOW)
    (found,) = applied.findings
    assert isinstance(found, Vulnerability)
    assert found.vex is not None
    assert found.vex.status is VexStatus.AFFECTED
    assert applied.problems == ()


def test_of_two_package_urls_the_one_with_a_version_tells_which_is_meant() -> None:
    one = statement("pkg:deb/debian/libssl3")
    for version, meant in (("3.0-1", True), ("3.0-2", False)):
        product = {"@id": "pkg:deb/debian/libssl3", "identifiers": {"purl": f"pkg:deb/debian/libssl3@{version}"}}
        assert (said(SSL, {**one, "products": [product]}) is not None) == meant


def test_a_package_as_product_with_parts_is_not_itself_meant() -> None:
    assert said(BOOT, statement("pkg:maven/org.x/boot@1", "pkg:maven/org.y/log4j-core")) is None


def test_another_vulnerability_is_not_meant_an_alias_is() -> None:
    one = statement("pkg:deb/debian/libssl3", name="GHSA-1")
    assert said(SSL, one) is None
    assert said(SSL, statement("pkg:deb/debian/libssl3", name="cve-2026-1")) is VexStatus.NOT_AFFECTED
    (found,) = applied([finding(SSL, "CVE-2026-9", "GHSA-1")], one).findings
    assert isinstance(found, Vulnerability)
    assert found.vex is not None


def test_the_latest_holds_and_of_one_time_the_gravest() -> None:
    url = "pkg:deb/debian/libssl3"
    assert said(SSL, statement(url, at="2026-02-01"), statement(url, status="affected")) is VexStatus.NOT_AFFECTED
    assert said(SSL, statement(url), statement(url, status="affected", at="2026-02-01")) is VexStatus.AFFECTED
    assert said(SSL, statement(url, status="affected"), statement(url)) is VexStatus.AFFECTED


def test_what_is_yet_to_come_or_has_no_date_is_not_used() -> None:
    found = applied(
        [finding(SSL)],
        statement("pkg:deb/debian/libssl3", at="2027-01-01"),
        statement("pkg:deb/debian/libssl3", at=""),
        statement("pkg:deb/", at="2026-01-01"),
    )
    (one,) = found.findings
    assert isinstance(one, Vulnerability)
    assert one.vex is None
    assert [problem.what for problem in found.problems] == [
        "not used: the statement on CVE-2026-1 is of 2027-01-01T00:00:00Z, which is yet to come",
        "not used: the statement on CVE-2026-1 does not say when it was made",
        "not used: 'pkg:deb/', of CVE-2026-1, is no package URL",
    ]
    assert not any(problem.blocking for problem in found.problems)


CPE = "cpe:2.3:a:openssl:openssl:3.0:*:*:*:*:*:*:*"


@pytest.mark.parametrize(
    ("products", "told"),
    [
        ([{"identifiers": {"cpe23": CPE}}], [repr(CPE)]),
        ([{}], ["a product without a name"]),
        ([{"identifiers": {"purl": "openssl"}}], ["'openssl'"]),
        ([{"@id": "pkg:oci/app", "subcomponents": [{"identifiers": {"cpe23": CPE}}]}], [repr(CPE)]),
        ([{"@id": "pkg:oci/app", "subcomponents": [{"@id": "openssl"}]}], ["'openssl'"]),
        ([{"@id": "pkg:oci/app", "subcomponents": [{"hashes": {"sha-256": "ab"}}]}], ["'sha256:ab'"]),
        ([{"identifiers": {"cpe23": CPE}}, {"@id": "pkg:deb/debian/curl"}], [repr(CPE)]),
        ([{"@id": "pkg:oci/app", "identifiers": {"cpe23": CPE}}, {"@id": "app"}, {"hashes": {"sha-256": "ee"}}], []),
    ],
)
def test_what_names_nothing_that_can_be_compared_is_told_of(products: object, told: list[str]) -> None:
    found = applied([finding(SSL)], {**_AFFECTED, "products": products})
    assert [problem.what for problem in found.problems] == [
        f"not used: {each}, of CVE-2026-1, names nothing that can be compared" for each in told
    ]


def test_a_cyclonedx_component_without_a_package_url_is_told_of() -> None:
    document = {
        "bomFormat": "CycloneDX",
        "metadata": {"timestamp": "2026-01-01T00:00:00Z"},
        "components": [{"bom-ref": "c", "type": "library", "name": "openssl", "version": "3.0"}],
        "vulnerabilities": [{"id": "CVE-2026-1", "analysis": {"state": "exploitable"}, "affects": [{"ref": "c"}]}],
    }
    found = apply([finding(SSL)], SUBJECT, [(Path("a.json"), parse(json.dumps(document).encode(), "a.json"))], NOW)
    (problem,) = found.problems
    assert problem.what == "not used: 'openssl', of CVE-2026-1, names nothing that can be compared"


_AFFECTED = {"vulnerability": {"name": "CVE-2026-1"}, "status": "affected", "timestamp": "2026-01-01T00:00:00Z"}


def test_malware_is_not_talked_away() -> None:
    evil = Malware("MAL-1", package=SSL)
    assert applied([evil], statement("pkg:deb/debian/libssl3", name="MAL-1")).findings == (evil,)
