"""Ends of support: the shipped tables are well-formed, and Debian's part is that of the package that it installs."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.plugins import load
from pratique.vuln.answer import Release
from pratique.vuln.build import build
from pratique.vuln.database import Database
from pratique.vuln.distro._shape import Distribution
from pratique.vuln.feed.eol import TABLES, distro_info, parse, shipped, subscribed
from pratique.vuln.shard import Shard
from vuln.feeds import database, write

INSTALLED = Path("/usr/share/distro-info")
DEBIAN = "version,codename,series,created,release,eol,eol-lts,eol-elts\n"
OURS = ("eol", "runtimes")
SOURCE = re.compile(r"# ([a-z0-9 -]+): (https://\S+)(?: https://\S+)*$")


def lines(name: str) -> list[str]:
    return resources.files("pratique.vuln.feed").joinpath(f"{name}.csv").read_text("utf-8").splitlines()


def shard(folder: Path) -> Shard:
    found = Database.open(folder).shard("eol", "eol")
    assert found is not None
    return found


def source(folder: Path, **tables: str) -> Path:
    """A source folder with these tables in it."""
    made = write(folder, {"Debian": []})
    (made / "distro-info").mkdir(exist_ok=True)
    for name, text in tables.items():
        (made / "distro-info" / f"{name}.csv").write_text(text)
    return made


# --- the tables that ship ---------------------------------------------------------------------


@pytest.mark.parametrize("name", OURS)
def test_a_table_is_dated_and_names_the_page_of_every_row(name: str) -> None:
    table = parse(lines(name), DEFAULT)
    assert date(2026, 8, 22) <= date.fromisoformat(table.date) <= date.today()
    told = {each for line in lines(name) if (found := SOURCE.match(line)) for each in found[1].split()}
    assert {row[0] for row in table.rows} == told
    assert len({row[:2] for row in table.rows}) == len(table.rows)
    assert all(date.fromisoformat(row[3]) for row in table.rows if row[3])


@pytest.mark.parametrize("name", OURS)
def test_releases_stand_in_their_order(name: str) -> None:
    """So that a person finds the place of the next one."""
    rows = parse(lines(name), DEFAULT).rows
    kinds = list(dict.fromkeys(row[0] for row in rows))
    assert [row[0] for row in rows] == [kind for kind in kinds for row in rows if row[0] == kind]
    for kind in kinds:
        numbers = [[int(each) for each in re.findall(r"\d+", row[1])] for row in rows if row[0] == kind]
        if kind != "opensuse":  # 15 came after 42
            assert numbers == sorted(numbers), kind


@pytest.mark.parametrize(("paid", "free"), [("ubuntu-esm", "ubuntu"), ("rhel-els", "rhel"), ("sles-ltss", "sles")])
def test_what_is_subscribed_to_lasts_longer(paid: str, free: str) -> None:
    ends = {row[:2]: row[3] for row in shipped()}
    extended = [version for name, version in ends if name == paid]
    assert extended
    for version in extended:
        assert ends[free, version] < ends[paid, version]


CURRENT = {
    "AlmaLinux": "9.4 10.0",
    "Alpine": "3.22.1 3.23.0",
    "Amazon Linux": "2 2023.6.20250303",
    "Azure Linux": "3.0",
    "Debian": "12 13",
    "Oracle Linux": "8.10 9.4 10.0",
    "Photon OS": "4.0 5.0",
    "Red Hat": "8.10 9.4 10.0",
    "Rocky Linux": "8.10 9.4 10.0",
    "SUSE": "15.7 16.0",
    "Ubuntu": "22.04 24.04 25.10 26.04",
    "openEuler": "24.03",
    "openSUSE": "16.0",
    "Mageia": "9 10",
}
"""VERSION_ID of releases that were supported when the table was made."""

ALL: dict[str, Distribution] = dict(load("pratique.vuln.distro", "DISTRO"))
ROLLING = {"Chainguard", "CleanStart", "Echo", "MinimOS", "Wolfi", "Alpaquita", "BellSoft Hardened Containers"}


def test_every_distribution_that_is_assessed_is_looked_at_here() -> None:
    assert {each.ecosystem for each in ALL.values() if each.ecosystem} <= {*CURRENT, *ROLLING}
    assert {each.ecosystem for each in ALL.values() if each.table or each.terms} - {""} <= {*CURRENT}


# --- what is read -----------------------------------------------------------------------------


@pytest.mark.parametrize("distro", ["debian", "ubuntu"])
def test_the_shipped_table_is_that_of_distro_info_data(distro: str) -> None:
    table = INSTALLED / f"{distro}.csv"
    if not table.exists():
        pytest.skip("no distro-info-data on this machine")
    made, dated = (
        datetime.fromtimestamp(table.stat().st_mtime, UTC).date().isoformat(),
        parse(lines("eol"), DEFAULT).date,
    )
    if made > dated:  # Debian adds releases to it as long as it supports its own
        pytest.skip(f"distro-info-data of {made} is newer than our table of {dated}")
    text = table.read_text().splitlines()
    ours = {row[:2]: row for row in shipped()}
    theirs = {row[:2]: row for row in (*distro_info(distro, text), *subscribed(distro, text))}
    assert {key: row for key, row in ours.items() if key in theirs} == theirs


def test_free_support_ends_with_lts_in_debian_and_before_esm_in_ubuntu(tmp_path: Path) -> None:
    found = database(tmp_path, {"Debian": []}).shard("eol", "eol")
    assert found is not None
    assert found.distro_release("debian", version="11") == Release("11", "bullseye", "2026-08-31")
    assert found.distro_release("debian", codename="trixie") == Release("13", "trixie", "2030-06-30")
    assert found.distro_release("ubuntu", version="20.04") == Release("20.04", "focal", "2025-05-29")
    assert found.distro_release("ubuntu-esm", version="20.04") == Release("20.04", "focal", "2030-04-23")
    assert found.distro_release("debian", version="15") == Release("15", "duke", "")
    assert found.distro_release("debian", version="99") is None


def test_the_feed_is_dated_and_tells_what_is_in_it(tmp_path: Path) -> None:
    status = build(source(tmp_path / "feeds"), tmp_path / "db")
    (eol,) = [feed for feed in status.feeds if feed.name == "eol"]
    table, runtimes = (parse(lines(name), DEFAULT) for name in OURS)
    assert eol.date == f"{table.date}T00:00:00Z"
    assert eol.records == len(table.rows) + len(runtimes.rows)
    assert f"language runtimes: {len(runtimes.rows)} releases, {runtimes.date}" in eol.note
    assert shard(tmp_path / "db").distro_release("python", version="3.9") == Release("3.9", "", "2025-10-31")


def test_a_table_in_the_source_goes_before_ours(tmp_path: Path) -> None:
    debian = f"{DEBIAN}12,Bookworm,bookworm,2021-08-14,2023-06-10,2026-07-11,2031-01-01\n"
    build(source(tmp_path / "feeds", debian=debian), tmp_path / "db")
    found = shard(tmp_path / "db")
    assert found.distro_release("debian", version="12") == Release("12", "bookworm", "2031-01-01")
    assert found.distro_release("debian", version="11") == Release("11", "bullseye", "2026-08-31")


def test_of_two_tables_of_ours_the_younger_one_holds(tmp_path: Path) -> None:
    text = "# date: {}\ndistro,version,codename,end\nalpine,3.22,,2099-01-01\nalpine,3.99,,2098-01-01\n"
    build(source(tmp_path / "feeds", eol=text.format("2096-01-01")), tmp_path / "db")
    found = shard(tmp_path / "db")
    assert found.facts.date == "2096-01-01T00:00:00Z"
    assert found.distro_release("alpine", version="3.22") == Release("3.22", "", "2099-01-01")
    assert found.distro_release("alpine", version="3.21") == Release("3.21", "", "2026-11-01")
    build(source(tmp_path / "feeds", eol=text.format("2020-01-01")), tmp_path / "db")
    found = shard(tmp_path / "db")
    assert found.distro_release("alpine", version="3.22") == Release("3.22", "", "2027-05-01")
    assert found.distro_release("alpine", version="3.99") == Release("3.99", "", "2098-01-01")


def test_a_mirror_may_have_all_of_them() -> None:
    assert set(TABLES) == {f"distro-info/{name}.csv" for name in ("debian", "ubuntu", "eol", "runtimes")}


def test_another_kind_of_table_stops_the_build(tmp_path: Path) -> None:
    made = source(tmp_path / "feeds")
    (made / "distro-info" / "ubuntu.csv").write_bytes(b"\xff\xfe\0")
    with pytest.raises(Unreadable, match="columns"):
        build(made, tmp_path / "db")


HEAD = "# date: 2026-01-01\ndistro,version,codename,end\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "0 rows and the date ''"),
        ("<html>", "line 1 .*<html>|0 rows"),
        (HEAD, "0 rows"),
        ("distro,version,codename,end\na,1,,2026-01-01\n", "the date ''"),
        (f"{HEAD}a,1,,soon\n", "line 3 .*'a,1,,soon'"),
        (f"{HEAD}a,1,,2026-02-30x\n", "line 3"),
        (f"{HEAD}a,1,2026-01-01\n", "line 3"),
        (f"{HEAD},1,,2026-01-01\n", "line 3"),
        (f"{HEAD}a,{'1' * 600},,2026-01-01\n", "line 3"),
        ("# date: 2026-01-01\ndistro,version,end\na,1,2026-01-01\n", "line 3"),
    ],
)
def test_what_is_no_table_of_ours(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        parse(text.splitlines(), DEFAULT)
    with pytest.raises(Unreadable):
        build(source(tmp_path, eol=text), tmp_path / "db")


def test_a_table_that_is_too_large(tmp_path: Path) -> None:
    with pytest.raises(LimitExceeded, match="feed_file"):
        build(source(tmp_path, eol=HEAD * 99), tmp_path / "db", limits=msgspec.structs.replace(DEFAULT, feed_file=1000))


def test_a_cell_without_an_end(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="releases: field larger"):
        build(source(tmp_path, debian=f'{DEBIAN}12,"{"x" * 200_000}'), tmp_path / "db")


@given(st.lists(st.text(max_size=40), max_size=6))
def test_no_text_crashes_it(rows: list[str]) -> None:
    try:
        parse([*HEAD.splitlines(), *rows], DEFAULT)
    except Unreadable:
        return
