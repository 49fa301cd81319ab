"""Every distribution: identifiers, package URLs and releases; real os-release files find theirs."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from pratique.model import DISTRIBUTION_TYPES, Distro, Inventory, Package
from pratique.plugins import load
from pratique.version import key
from pratique.vuln.build import build
from pratique.vuln.database import STARTER, Database
from pratique.vuln.distro._shape import Distribution
from pratique.vuln.ecosystem import BY_NAME
from pratique.vuln.ground import stand
from pratique.vuln.match import match
from vuln.feeds import fixed, record, write

ALL: dict[str, Distribution] = dict(load("pratique.vuln.distro", "DISTRO"))
NOW = datetime(2021, 1, 1, tzinfo=UTC)


def test_each_identifier_has_one_distribution() -> None:
    ids = [id_ for each in ALL.values() for id_ in each.ids]
    assert len(ids) == len(set(ids))
    assert {"debian", "ubuntu", "alpine", "wolfi", "chainguard", "almalinux"} <= set(ids)
    assert {"rocky", "rhel", "centos", "fedora", "sles", "mariner", "azurelinux", "amzn", "ol", "photon"} <= set(ids)


@pytest.mark.parametrize("name", sorted(ALL))
def test_each_is_whole(name: str) -> None:
    distribution = ALL[name]
    assert distribution.type in DISTRIBUTION_TYPES
    assert distribution.namespace
    if distribution.ecosystem:
        assert key(BY_NAME[distribution.ecosystem].scheme, "1.0-r1" if distribution.type == "apk" else "1.0-1")


@pytest.mark.parametrize(
    ("name", "version", "releases"),
    [
        ("debian", "12", ("12",)),
        ("debian", "12.5", ("12",)),
        ("ubuntu", "24.04", ("24.04:LTS", "24.04")),
        ("alpine", "3.19.1", ("v3.19",)),
        ("alpine", "3.7.0", ("v3.7",)),
        ("alpine", "3.21_alpha20240923", ("edge",)),
        ("alpine", "3.15.0_alpha20210804", ("edge",)),
        ("alpine", "edge", ("edge",)),
        ("alpine", "rolling", ()),
        ("almalinux", "9.4", ("9",)),
        ("almalinux", "10", ("10",)),
        ("oracle", "8.10", ("8",)),
        ("oracle", "10.0", ("10",)),
        ("amazon", "2018.03", ("1",)),
        ("amazon", "2", ("2",)),
        ("amazon", "2022", ("2022",)),
        ("amazon", "2023", ("2023",)),
        ("amazon", "2023.6.20250303", ("2023",)),
        ("amazon", "tip", ()),
    ],
)
def test_releases_as_osv_writes_them(name: str, version: str, releases: tuple[str, ...]) -> None:
    assert ALL[name].releases(version) == releases


@pytest.mark.parametrize(
    ("version", "flavour"),
    [
        ("2:2.28-151.0.1.ksplice2.el8", "ksplice"),
        ("2:2.39-121.0.1.ksplice1.el10_2", "ksplice"),
        ("10:3.6.16-4.0.1.el8_fips", "fips"),
        ("5.4.17-2102.203.5.el8uek", "uek"),
        ("0:2.6.39-400.290.2.el5uek", "uek"),
        ("5.15.0-206.153.7.el9uek", "uek"),
        ("7.3.0-427.el9", ""),
        ("1.0-1.fipsy.el8", ""),
        ("", ""),
    ],
)
def test_oracle_marks_its_other_builds_in_the_release(version: str, flavour: str) -> None:
    assert ALL["oracle"].flavour(version) == flavour
    assert ALL["almalinux"].flavour(version) == ""


@pytest.mark.parametrize("name", ["wolfi", "chainguard"])
def test_rolling_ones_have_no_release(name: str) -> None:
    assert ALL[name].rolling


@pytest.mark.parametrize(
    ("file", "where"),
    [
        ("debian_7", "7"),
        ("debian_8", "8"),
        ("debian_9", "9"),
        ("debian_unstable", "no feed speaks for a testing or rolling release of Debian"),
        ("ubuntu_18_04", "the database has no feed of Ubuntu"),
        ("alpine_3_7_0", "the database has no feed of Alpine"),
        ("centos_7", "no feed speaks for CentOS"),
        ("redhat_7", "the database has no feed of Red Hat Enterprise Linux"),
        ("oraclelinux_7_5", "the database has no feed of Oracle Linux"),
        ("sles_15", "the database has no feed of SUSE"),
    ],
)
def test_real_os_release_files(shared: Path, file: str, where: str) -> None:
    pairs = [part.partition("=") for part in shlex.split((shared / "corpus" / "os-release" / file).read_text())]
    fields = {name: value for name, _, value in pairs}
    distro = Distro(fields["ID"], fields.get("VERSION_ID", ""), fields.get("VERSION_CODENAME", ""))
    with Database.open(STARTER) as starter:
        ground = stand(distro, [Package("deb", "x", "1")], starter, NOW)
    assert (ground.release.name if ground.release else ground.reason) == where
    assert bool(ground.problems) == (ground.release is None or file in ("debian_7", "debian_8"))
    assert all(problem.blocking for problem in ground.problems)


@pytest.mark.parametrize(
    ("distro", "release", "package"),
    [
        (Distro("mageia", "9"), "Mageia:9", Package("rpm", "lib64x1", "1.0-1.mga9", vendor="Mageia.Org")),
        (Distro("alpaquita", "stream"), "Alpaquita:stream", Package("apk", "x-libs", "1.0-r1")),
        (Distro("alpaquita", "23"), "Alpaquita:23", Package("apk", "x-libs", "1.0-r1")),
        (
            Distro("bellsoft-hardened-containers", "25"),
            "BellSoft Hardened Containers:25",
            Package("apk", "x-libs", "1.0-r1"),
        ),
    ],
    ids=str,
)
def test_each_feed_names_sources_of_its_own_release(
    tmp_path: Path, distro: Distro, release: str, package: Package
) -> None:
    """As https://ossf.github.io/osv-schema/#defined-ecosystems has them."""
    name = release.partition(":")[0]
    records = [
        record("A-1", "x", *fixed("1.0-r2" if package.type == "apk" else "1.0-2"), ecosystem=release),
        record("A-2", "x", *fixed("1.0-r1" if package.type == "apk" else "1.0-1"), ecosystem=release),
        record("A-3", "x", *fixed("9"), ecosystem=f"{name}:7"),
        record("A-4", package.name, *fixed("9"), ecosystem=release),
    ]
    held = msgspec.structs.replace(package, source_name="x", source_version=package.version)
    build(write(tmp_path / "feeds", {name: records}), tmp_path / "db")
    with Database.open(tmp_path / "db") as database:
        found = match(Inventory(distro=distro, packages=(held,)), database, datetime(2026, 1, 10, tzinfo=UTC))
    assert [finding.id for finding in found.findings] == ["A-1"]
    assert found.packages[0].namespace == distro.id


def test_testing_is_known_by_its_codename() -> None:
    with Database.open(STARTER) as starter:
        ground = stand(Distro("debian", codename="bookworm"), [], starter, NOW)
    assert ground.release is not None
    assert ground.release.name == "12"


@pytest.mark.parametrize(
    ("name", "vendor", "version", "seen", "own"),
    [
        ("almalinux", "AlmaLinux", "1-1.el9", True, True),
        ("almalinux", "Docker", "1-1.el9", True, False),
        ("almalinux", "", "1-1.el9", True, False),
        ("almalinux", "", "1-1.el9", False, True),  # a list of components without vendors
        ("almalinux", "Docker", "1-1.el9", False, False),
        ("amazon", "", "1-1.amzn2023.0.1", True, True),
        ("amazon", "", "1-1.el9", True, False),
        ("amazon", "Docker", "1-1.amzn2023", True, False),
        ("debian", "", "1-1", False, True),
        ("debian", "Docker <support@docker.com>", "1-1", False, False),
    ],
)
def test_whose_package_it_is(name: str, vendor: str, version: str, seen: bool, own: bool) -> None:
    distribution = ALL[name]
    package = Package(distribution.type, "x", version, vendor=vendor)
    assert distribution.is_own(package, names_itself=seen) is own
    assert distribution.is_named_by(package) is (vendor == "AlmaLinux")
