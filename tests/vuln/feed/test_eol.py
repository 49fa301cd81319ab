"""Ends of releases: the shipped table against the one that Debian's package installs."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique.errors import Unreadable
from pratique.vuln.build import build
from pratique.vuln.database import Database, Release
from pratique.vuln.feed.eol import distro_info, shipped
from vuln.feeds import database, write

INSTALLED = Path("/usr/share/distro-info")
DEBIAN = "version,codename,series,created,release,eol,eol-lts,eol-elts\n"


@pytest.mark.parametrize("distro", ["debian", "ubuntu"])
def test_the_shipped_table_is_that_of_distro_info_data(distro: str) -> None:
    table = INSTALLED / f"{distro}.csv"
    if not table.exists():
        pytest.skip("no distro-info-data on this machine")
    ours = {row[1]: row for row in shipped() if row[0] == distro}
    theirs = {row[1]: row for row in distro_info(distro, table.read_text().splitlines())}
    assert {version: row for version, row in ours.items() if version in theirs} == theirs


def test_free_support_ends_with_lts_in_debian_and_before_esm_in_ubuntu(tmp_path: Path) -> None:
    shard = database(tmp_path, {"Debian": []}).shard("eol", "eol")
    assert shard is not None
    assert shard.distro_release("debian", version="11") == Release("11", "bullseye", "2026-08-31")
    assert shard.distro_release("debian", codename="trixie") == Release("13", "trixie", "2030-06-30")
    assert shard.distro_release("ubuntu", version="20.04") == Release("20.04", "focal", "2025-05-29")
    assert shard.distro_release("debian", version="15") == Release("15", "duke", "")
    assert shard.distro_release("debian", version="99") is None
    assert shard.distro_release("fedora", version="40") is None


def test_a_table_in_the_source_goes_before_ours(tmp_path: Path) -> None:
    source = write(tmp_path / "feeds", {"Debian": []})
    (source / "distro-info").mkdir()
    (source / "distro-info" / "debian.csv").write_text(
        f"{DEBIAN}12,Bookworm,bookworm,2021-08-14,2023-06-10,2026-07-11,2031-01-01\n"
    )
    build(source, tmp_path / "db")
    shard = Database.open(tmp_path / "db").shard("eol", "eol")
    assert shard is not None
    assert shard.distro_release("debian", version="12") == Release("12", "bookworm", "2031-01-01")
    assert shard.distro_release("debian", version="11") == Release("11", "bullseye", "2026-08-31")


def test_another_kind_of_table_stops_the_build(tmp_path: Path) -> None:
    source = write(tmp_path / "feeds", {"Debian": []})
    (source / "distro-info").mkdir()
    (source / "distro-info" / "ubuntu.csv").write_bytes(b"\xff\xfe\0")
    with pytest.raises(Unreadable, match="columns"):
        build(source, tmp_path / "db")
