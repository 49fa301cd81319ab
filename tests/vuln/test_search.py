from __future__ import annotations

from pathlib import Path

import pytest

from pratique.errors import NotFound, UsageError
from pratique.vuln.database import Database
from pratique.vuln.search import advice, search, speaking
from vuln.feeds import database, fixed, record

FEEDS = {
    "PyPI": [
        record("PYSEC-2026-1", "My.Package", *fixed("2"), aliases=["CVE-2026-1", "GHSA-abcd-abcd-abcd"], summary="one"),
        record("PYSEC-2026-2", "my-package", {"introduced": "1"}, {"last_affected": "1.5"}),
        record("PYSEC-2026-3", "my-package", *fixed("9"), withdrawn="2026-01-01T00:00:00Z"),
        record("PYSEC-2026-4", "my-package", *fixed("not a version")),
    ],
    "npm": [record("GHSA-npm1-npm1-npm1", "@scope/name", *fixed("2.0.0"), ecosystem="npm", aliases=["CVE-2026-1"])],
    "Debian": [
        record("DSA-1-1", "openssl", *fixed("1.1-2"), ecosystem="Debian:12", upstream=["CVE-2026-1"]),
        record("DSA-2-1", "openssl", *fixed("1.1-1"), ecosystem="Debian:11"),
        record("DEBIAN-CVE-2026-7777", "zlib", *fixed("1.1-1"), ecosystem="Debian:11"),
        record("DEBIAN-CVE-2026-77771", "zlib", *fixed("1.1-1"), ecosystem="Debian:11"),
    ],
    "Ubuntu": [
        record("UBUNTU-CVE-2026-2", "netty", *fixed("2"), ecosystem="Ubuntu:22.04:LTS"),
        record("USN-1", "netty", *fixed("3"), ecosystem="Ubuntu:Pro:22.04:LTS"),
        record("USN-2", "netty", *fixed("3"), ecosystem="Ubuntu:24.04:LTS"),
    ],
    "SUSE": [
        record("SUSE-SU-1", "netty", *fixed("3"), ecosystem="SUSE:Linux Enterprise Server 15 SP5"),
        record("SUSE-SU-2", "netty", *fixed("3"), ecosystem="SUSE:Linux Enterprise Server 15 SP4"),
    ],
    "openEuler": [
        record("OESA-1", "netty", *fixed("3"), ecosystem="openEuler:22.03-LTS"),
        record("OESA-2", "netty", *fixed("3"), ecosystem="openEuler:22.03-LTS-SP1"),
        record("OESA-3", "netty", *fixed("3"), ecosystem="openEuler:20.03-LTS-SP1"),
    ],
    "Wolfi": [record("CGA-1", "netty", *fixed("3"), ecosystem="Wolfi")],
    "Maven": [
        record("GHSA-mvn1-mvn1-mvn1", "org.x:y", *fixed("2"), ecosystem="Maven"),
        record("GHSA-mvn2-mvn2-mvn2", "org.z:y", *fixed("2"), ecosystem="Maven"),
        record("GHSA-mvn3-mvn3-mvn3", "org.z:not-y", {"introduced": "0"}, {"limit": "3"}, ecosystem="Maven"),
    ],
    "AlmaLinux": [record("ALSA-1", "bash", *fixed("3-1"), ecosystem="AlmaLinux:9")],
    "NVD": [record("CVE-2021-23017", "f5:nginx", *fixed("1.20.1"), ecosystem="NVD")],
    "Go": [record("GO-2026-1", "example.org/x/y", *fixed("1.2.0"), ecosystem="Go", kind="SEMVER")],
}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return database(tmp_path_factory.mktemp("search"), FEEDS, kev=["CVE-2026-1"], epss={"CVE-2026-1": 0.5})


def ids(known: Database, text: str, *ecosystems: str) -> list[str]:
    return [found.id for found in search(known, text, ecosystems)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CVE-2026-1", ["DSA-1-1", "PYSEC-2026-1", "GHSA-npm1-npm1-npm1"]),
        ("GHSA-abcd-abcd-abcd", ["PYSEC-2026-1"]),
        ("DSA-2-1", ["DSA-2-1"]),
        ("PYSEC-2026-3", ["PYSEC-2026-3"]),
        ("CVE-2026-99", []),
        ("CVE-2026", []),
        ("my_package", ["PYSEC-2026-1", "PYSEC-2026-2", "PYSEC-2026-4"]),
        ("@scope/name", ["GHSA-npm1-npm1-npm1"]),
        ("openssl", ["DSA-1-1", "DSA-2-1"]),
        ("quux", []),
        ("CVE-2026-7777", ["DEBIAN-CVE-2026-7777"]),
        ("y", ["GHSA-mvn1-mvn1-mvn1", "GHSA-mvn2-mvn2-mvn2"]),
        ("org.z:y", ["GHSA-mvn2-mvn2-mvn2"]),
        ("pkg:pypi/My_Package", ["PYSEC-2026-1", "PYSEC-2026-2", "PYSEC-2026-4"]),
        ("pkg:pypi/my-package@1.5", ["PYSEC-2026-1", "PYSEC-2026-2", "PYSEC-2026-4"]),
        ("pkg:pypi/my-package@1.6", ["PYSEC-2026-1", "PYSEC-2026-4"]),
        ("pkg:npm/%40scope/name@1.9.9", ["GHSA-npm1-npm1-npm1"]),
        ("pkg:npm/%40scope/name@2.0.0", []),
        ("pkg:maven/org.x/y@1", ["GHSA-mvn1-mvn1-mvn1"]),
        ("pkg:golang/example.org/x/y@v1.1.0", ["GO-2026-1"]),
        ("pkg:deb/debian/openssl", ["DSA-1-1", "DSA-2-1"]),
        ("pkg:deb/debian/openssl@1.1-1", ["DSA-1-1"]),
        ("pkg:deb/debian/openssl@1.1-0?distro=debian-11", ["DSA-2-1"]),
        ("pkg:deb/debian/openssl@1.1-0?arch=amd64&distro=debian-12", ["DSA-1-1"]),
        ("pkg:deb/debian/openssl@1.1-0?epoch=1", []),
        ("pkg:deb/debian/openssl@1.1-0?distro=bullseye", ["DSA-2-1"]),
        ("pkg:deb/debian/openssl@1.1-0?distro=debian-bookworm", ["DSA-1-1"]),
        ("cve-2026-1", ["DSA-1-1", "PYSEC-2026-1", "GHSA-npm1-npm1-npm1"]),
        ("ghsa-ABCD-abcd-abcd", ["PYSEC-2026-1"]),
        ("pkg:deb/ubuntu/netty?distro=ubuntu-22.04", ["UBUNTU-CVE-2026-2", "USN-1"]),
        ("pkg:deb/ubuntu/netty@2?distro=ubuntu-22.04", ["USN-1"]),
        ("pkg:deb/ubuntu/netty?distro=jammy", ["UBUNTU-CVE-2026-2", "USN-1"]),
        ("pkg:rpm/suse/netty?distro=sles-15.5", ["SUSE-SU-1"]),
        ("pkg:rpm/openeuler/netty?distro=openEuler-22.03", ["OESA-1", "OESA-2"]),
        ("pkg:apk/wolfi/netty?distro=wolfi-20230201", ["CGA-1"]),
        ("pkg:deb/debian/libssl3@1.1-0?upstream=openssl&distro=debian-12", ["DSA-1-1"]),
        ("pkg:deb/debian/libssl3@9?upstream=openssl@1.1-0&distro=debian-12", ["DSA-1-1"]),
        ("pkg:deb/debian/libssl3@1.1-0?upstream=openssl@9&distro=debian-12", []),
        ("pkg:rpm/suse/libnetty1@2-1?epoch=0&distro=sles-15.5&upstream=netty-2-1.src.rpm", ["SUSE-SU-1"]),
        ("pkg:rpm/almalinux/bash-libs@1-1?upstream=bash-1-1.src.rpm", []),
        ("cpe:2.3:a:nginx:nginx:1.20.0:*:*:*:*:*:*:*", ["CVE-2021-23017"]),
    ],
)
def test_what_is_found(known: Database, text: str, found: list[str]) -> None:
    assert ids(known, text) == found


def test_only_in_some_ecosystems(known: Database) -> None:
    assert ids(known, "CVE-2026-1", "npm") == ["GHSA-npm1-npm1-npm1"]
    assert ids(known, "pkg:pypi/my-package", "npm") == []
    with pytest.raises(NotFound, match="'Quux'"):
        ids(known, "CVE-2026-1", "Quux")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pkg:deb/debian/openssl@1.1-0?distro=no-such", "release 'no-such'"),
        ("pkg:deb/debian/openssl@1.1-0?distro=debian-99", "release 'debian-99'"),
        ("pkg:rpm/redhat/openssl", "no feed of 'Red Hat'"),
        ("pkg:gem/rails", "no feed of 'RubyGems'"),
    ],
)
def test_whom_the_database_cannot_ask_is_told(known: Database, text: str, said: str) -> None:
    with pytest.raises(NotFound, match=said):
        search(known, text)


def test_how_many_records_speak_of_a_package_whatever_its_version(known: Database) -> None:
    assert ids(known, "pkg:pypi/my-package@99") == ["PYSEC-2026-4"]  # which cannot be compared
    assert ids(known, "pkg:deb/debian/openssl@99") == []
    assert speaking(known, "pkg:deb/debian/openssl@99") == 2
    assert speaking(known, "pkg:deb/debian/openssl@99?distro=debian-12") == 1
    assert speaking(known, "pkg:deb/debian/openssl@99", ["npm"]) == 0
    assert speaking(known, "pkg:deb/debian/opensssl@99") == speaking(known, "openssl") == 0


def test_advice_is_of_the_feed_that_is_asked() -> None:
    assert "Debian names source packages" in advice("pkg:deb/debian/libssl3@3.0.9-1?distro=debian-12")
    for other in ("pkg:deb/debian/libssl3?upstream=x", "pkg:rpm/almalinux/bash", "pkg:npm/x", "CVE-2026-1", "x"):
        assert "spells it" in advice(other)


def test_what_is_told_of_a_record(known: Database) -> None:
    (found,) = search(known, "PYSEC-2026-1")
    assert (found.ecosystem, found.aliases, found.summary) == ("PyPI", ("CVE-2026-1", "GHSA-abcd-abcd-abcd"), "one")
    assert found.kev is not None
    assert found.epss is not None
    assert found.epss.score == 0.5
    assert [(each.package, each.fixed, each.release) for each in found.stated] == [("my-package", "2", "")]
    (found,) = search(known, "DSA-1-1")
    assert [(each.package, each.fixed, each.release) for each in found.stated] == [("openssl", "1.1-2", "12")]
    (found,) = search(known, "PYSEC-2026-2")
    assert [(each.introduced, each.last) for each in found.stated] == [("1", "1.5")]
    (found,) = search(known, "PYSEC-2026-4")
    assert "not a version" in found.stated[0].why
    (found,) = search(known, "PYSEC-2026-3")
    assert found.withdrawn
    (found,) = search(known, "not-y")
    assert [(each.fixed, each.limit) for each in found.stated] == [("", "3")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "pkg:",
        "pkg:npm",
        "pkg:quux/x@1",
        "pkg:deb/x@1",
        "pkg:deb/quux/x@1",
        "pkg:pypi/my-package@not-a-version",
    ],
)
def test_what_cannot_be_looked_for(known: Database, text: str) -> None:
    with pytest.raises(UsageError):
        search(known, text)


@pytest.mark.parametrize("text", ["\0", "\ud800", "'; DROP TABLE record", "%", "CVE-%", "x" * 100_000])
def test_strange_names_find_nothing(known: Database, text: str) -> None:
    assert search(known, text) == ()


def test_a_real_database(shared: Path, tmp_path: Path) -> None:
    from pratique.vuln.build import build

    build(shared / "feeds", tmp_path / "db", ecosystems=["PyPI"])
    with Database.open(tmp_path / "db") as real:
        (found,) = search(real, "CVE-2020-11978", ["PyPI"])
        assert {each.package for each in found.stated} == {"apache-airflow"}
        assert found.id in ids(real, "pkg:pypi/apache-airflow@1.10.10")
        assert found.id not in ids(real, "pkg:pypi/apache-airflow@1.10.11")
