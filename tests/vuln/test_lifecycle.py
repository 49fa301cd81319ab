"""When the support of a release has ended, from os-release to the problem, by the tables that ship."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.model import Channel, Distro, Package, Problem
from pratique.vuln.build import build
from pratique.vuln.database import Database
from pratique.vuln.ground import stand
from vuln.feed.test_eol import ALL, CURRENT
from vuln.feeds import write

MADE = datetime(2026, 8, 22, tzinfo=UTC)
DAY = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    folder = tmp_path_factory.mktemp("lifecycle")
    build(write(folder / "feeds", {"Debian": []}), folder / "db")
    return Database.open(folder / "db")


def told(
    database: Database, distro: Distro, *channels: Channel, now: datetime = DAY, packages: tuple[Package, ...] = ()
) -> list[Problem]:
    """What is said of the release's support."""
    found = stand(distro, packages, database, now, channels).problems
    return [each for each in found if "not assessed" not in each.what]


ENDED = [
    (Distro("alpine", "3.19.1"), "Alpine 3.19 has had no security support since 2025-11-01"),
    (Distro("alpine", "3.10.9"), "Alpine 3.10 has had no security support since 2021-05-01"),
    (Distro("amzn", "2018.03"), "Amazon Linux 1 has had no security support since 2023-12-31"),
    (Distro("amzn", "2022"), "Amazon Linux 2022 has had no security support since 2023-03-15"),
    (Distro("centos", "7", name="CentOS Linux"), "CentOS 7 has had no security support since 2024-06-30"),
    (Distro("centos", "8", name="CentOS Linux"), "CentOS 8 has had no security support since 2021-12-31"),
    (Distro("centos", "8", name="CentOS Stream"), "CentOS 8 has had no security support since 2024-05-31"),
    (Distro("debian", "10"), "Debian 10 (buster) has had no free security support since 2024-06-30"),
    (Distro("fedora", "35"), "Fedora 35 has had no security support since 2022-12-13"),
    (Distro("mariner", "2.0"), "Azure Linux 2.0 has had no security support since 2025-07-31"),
    (Distro("ol", "7.9"), "Oracle Linux 7 has had no security support since 2024-12-31"),
    (Distro("openEuler", "22.03", name="openEuler 22.03 (LTS-SP3)"), "openEuler 22.03-LTS-SP3 has had no security"),
    (Distro("opensuse-leap", "15.5"), "openSUSE 15.5 has had no security support since 2024-12-31"),
    (Distro("opensuse", "42.3"), "openSUSE 42.3 has had no security support since 2019-07-01"),
    (Distro("photon", "3.0"), "Photon OS 3.0 has had no security support since 2024-03-01"),
    (Distro("rhel", "7.9"), "Red Hat Enterprise Linux 7 has had no maintenance support since 2024-06-30"),
    (Distro("sles", "15.5"), "SUSE 15.5 has had no general support since 2024-12-31"),
    (Distro("sles", "15"), "SUSE 15.0 has had no general support since 2019-12-31"),
    (Distro("sle-micro", "5.2"), "SUSE 5.2 has had no general support since 2026-04-30"),
    (Distro("ubuntu", "18.04"), "Ubuntu 18.04 (bionic) has had no free security support since 2023-05-31"),
]


@pytest.mark.parametrize(("distro", "what"), ENDED, ids=lambda value: str(getattr(value, "id", "")))
def test_a_release_that_has_ended_blocks_and_names_the_day(database: Database, distro: Distro, what: str) -> None:
    (problem,) = told(database, distro)
    assert problem.blocking
    assert problem.what.startswith(what)
    assert problem.hint.startswith("move to a release that is supported")


@pytest.mark.parametrize("name", sorted(ALL))
def test_releases_of_today_are_in_the_table_and_go_on(database: Database, name: str) -> None:
    each = ALL[name]
    for version in CURRENT.get(each.ecosystem, "").split():
        name_ = "openEuler 24.03 (LTS-SP3)" if each.ecosystem == "openEuler" else ""
        assert told(database, Distro(each.ids[-1 if name == "mageia" else 0], version, name=name_)) == [], version


@pytest.mark.parametrize(
    "distro",
    [
        Distro("alpine", "3.22_alpha20250101"),
        Distro("opensuse-tumbleweed", "20260101"),
        Distro("wolfi", "20230201"),
        Distro("chainguard", "20230214"),
        Distro("centos", "10", name="CentOS Stream"),
        Distro("fedora", "44"),
        Distro("debian", "", codename="forky"),
    ],
    ids=str,
)
def test_what_rolls_or_goes_on(database: Database, distro: Distro) -> None:
    assert told(database, distro) == []


def test_the_last_day_is_still_supported(database: Database) -> None:
    assert told(database, Distro("amzn", "2"), now=datetime(2026, 6, 30, 23, 59, tzinfo=UTC)) == []
    assert told(database, Distro("amzn", "2"), now=datetime(2026, 7, 1, tzinfo=UTC))[0].blocking


def test_the_repositories_branch_counts_in_alpine(database: Database) -> None:
    assert told(database, Distro("alpine", "3.19.1"), Channel("apk", "v3.22")) == []
    assert told(database, Distro("alpine", "3.19.1"), Channel("apk", "edge")) == []


def test_red_hats_extended_life_counts_where_its_content_sets_are(database: Database) -> None:
    seven, els = Distro("rhel", "7.9"), Channel("rpm", "rhel-7-server-els-rpms")
    (without,) = told(database, seven, Channel("rpm", "rhel-7-server-rpms"))
    assert without.hint.endswith("or draw upon extended life cycle support, until 2029-05-31")
    assert told(database, seven, els) == []
    assert told(database, seven, Channel("rpm", "rhel-8-for-x86_64-baseos-els-rpms")) == [without]
    (late,) = told(database, seven, els, now=datetime(2029, 6, 1, tzinfo=UTC))[:1]
    assert late.what.endswith("has had no extended life cycle support since 2029-05-31")


def test_a_minor_release_ends_with_the_major_one(database: Database) -> None:
    """Nine goes on: an image of 9.0 is out of date, which its findings tell."""
    assert told(database, Distro("rhel", "9.0"), Channel("rpm", "rhel-9-for-x86_64-baseos-eus-rpms__9_DOT_0")) == []


def test_ubuntus_esm_counts_where_it_is_enabled(database: Database) -> None:
    bionic = Distro("ubuntu", "18.04")
    assert told(database, bionic, Channel("ubuntu-pro", "esm-infra")) == []
    assert told(database, bionic, Channel("ubuntu-pro", "esm-apps"))[0].blocking
    assert "expanded security maintenance, until 2028-04-26" in told(database, bionic)[0].hint


def test_suses_long_term_support_counts_where_its_product_is(database: Database) -> None:
    assert told(database, Distro("sles", "15.5"), packages=(Package("rpm", "sles-ltss-release", "15.5-1"),)) == []
    assert told(database, Distro("sles_sap", "15.5")) == []
    assert told(database, Distro("sles", "15.3"), packages=(Package("rpm", "sles-ltss-release", "15.3-1"),))[0].blocking


@pytest.mark.parametrize("distro", [Distro("alpine", "3.99.1"), Distro("sles", "15.9"), Distro("ubuntu", "99.04")])
def test_a_release_that_the_table_does_not_know_is_told_of(database: Database, distro: Distro) -> None:
    (problem,) = told(database, distro)
    assert not problem.blocking
    assert problem.what.startswith("until when ")


@settings(deadline=None)
@given(
    st.sampled_from(sorted(id_ for each in ALL.values() for id_ in each.ids)),
    st.text(max_size=20) | st.from_regex(r"\A[0-9._-]{0,12}\Z"),
    st.text(max_size=20),
    st.tuples(st.sampled_from(["apk", "rpm", "ubuntu-pro"]), st.text(max_size=20)),
)
def test_no_os_release_crashes_it(
    database: Database, id_: str, version: str, name: str, channel: tuple[str, str]
) -> None:
    for problem in told(database, Distro(id_, version, name=name), Channel(*channel)):
        assert problem.what


def test_an_old_table_is_told_of(database: Database) -> None:
    assert told(database, Distro("debian", "13"), now=datetime(2027, 9, 20, tzinfo=UTC)) == []
    (problem,) = told(database, Distro("debian", "13"), now=datetime(2027, 10, 1, tzinfo=UTC))
    assert (problem.where, problem.blocking) == ("feed eol", False)
    assert problem.what == "the table of ends of support is of 2026-08-22, 405 days ago"


def test_a_database_without_the_table_says_nothing(tmp_path: Path) -> None:
    build(write(tmp_path / "feeds", {"Debian": []}), tmp_path / "db")
    with Database.open(tmp_path / "db") as whole:
        kept = tuple(shard for shard in whole.manifest.shards if shard.kind != "eol")
        bound = type(whole.manifest)(whole.manifest.schema, kept)
    assert told(Database(tmp_path / "db", bound), Distro("debian", "8")) == []
