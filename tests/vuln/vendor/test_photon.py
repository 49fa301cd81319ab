"""Photon OS's metadata after https://packages.vmware.com/photon/photon_cve_metadata/: what each row says."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import NotFound, Unreadable
from pratique.limits import DEFAULT, Limits
from pratique.model import FixState, Level, Package, Severity
from pratique.vuln.build import build
from pratique.vuln.bulletin import Bulletin, Remote, Statement, Unread
from pratique.vuln.database import Database
from pratique.vuln.vendor.photon import VENDOR, remotes

# Rows of cve_data_photon3.0.json and …4.0.json as they are published; older files have no status.
THREE = [
    {
        "cve_id": "CVE-2019-0199",
        "pkg": "apache-tomcat",
        "cve_score": 7.5,
        "aff_ver": "all versions before 8.5.40-1.ph3 are vulnerable",
        "res_ver": "8.5.40-1.ph3",
    },
    {
        "cve_id": "CVE-2025-0725",
        "pkg": "curl",
        "cve_score": 7.3,
        "aff_ver": "NA",
        "res_ver": "NA",
        "status": "Not Affected",
    },
]
FOUR = [
    {
        "cve_id": "CVE-2019-0199",
        "pkg": "apache-tomcat",
        "cve_score": 9.8,
        "aff_ver": "all versions before 8.5.41-1.ph4 are vulnerable",
        "res_ver": "8.5.41-1.ph4",
        "status": "Fixed",
    },
    {
        "cve_id": "CVE-2023-50447",
        "pkg": "python3",
        "cve_score": None,
        "aff_ver": "NA",
        "res_ver": "NA",
        "status": "Fixed",
    },
    {"cve_id": "BDSA-2025-0719", "pkg": "krb5-devel", "cve_score": 7.5, "aff_ver": "", "res_ver": "1.17-15.ph4"},
]


def source(folder: Path, **releases: object) -> Path:
    """A source folder with a file a release, ``r3_0`` standing for 3.0."""
    (folder / "photon").mkdir(parents=True, exist_ok=True)
    for name, rows in releases.items():
        data = rows if isinstance(rows, bytes) else json.dumps(rows).encode()
        path = folder / "photon" / f"cve_data_photon{name.removeprefix('r').replace('_', '.')}.json"
        path.write_bytes(data)
        os.utime(path, (1_780_000_000, 1_780_000_000))
    return folder


def read(folder: Path, limits: Limits = DEFAULT) -> tuple[dict[str, Bulletin], list[Unread]]:
    found = list(VENDOR.read(folder, limits))
    bulletins = [each for each in found if isinstance(each, Bulletin)]
    assert len({each.id for each in bulletins}) == len(bulletins)
    return {each.id: each for each in bulletins}, [each for each in found if isinstance(each, Unread)]


def test_a_bulletin_tells_of_all_releases(tmp_path: Path) -> None:
    assert VENDOR.present(source(tmp_path, r3_0=THREE, r4_0=FOUR))
    bulletins, unread = read(tmp_path)
    assert not unread
    found = bulletins["CVE-2019-0199"]
    assert set(found.statements) == {
        Statement("3.0", "apache-tomcat", fixed="8.5.40-1.ph3", state=FixState.FIXED),
        Statement("4.0", "apache-tomcat", fixed="8.5.41-1.ph4", state=FixState.FIXED),
    }
    assert found.severity == Severity(Level.CRITICAL, 9.8)
    assert set(bulletins) == {"CVE-2019-0199", "CVE-2025-0725", "CVE-2023-50447", "BDSA-2025-0719"}


def test_without_a_build_that_mends_nothing_is_affected(tmp_path: Path) -> None:
    bulletins, _ = read(source(tmp_path, r3_0=THREE, r4_0=FOUR))
    assert bulletins["CVE-2025-0725"].statements == (Statement("3.0", "curl", state=FixState.NOT_AFFECTED),)
    assert bulletins["CVE-2023-50447"].statements == (Statement("4.0", "python3", state=FixState.NOT_AFFECTED),)
    assert bulletins["CVE-2023-50447"].severity == Severity()


def test_the_feed_is_as_old_as_its_newest_file(tmp_path: Path) -> None:
    """It has no date of its own, and a feed without one would block every verdict."""
    source(tmp_path, r3_0=THREE, r4_0=FOUR)
    os.utime(tmp_path / "photon" / "cve_data_photon4.0.json", (1_790_000_000, 1_790_000_000))
    assert {each.modified for each in read(tmp_path)[0].values()} == {"2026-09-21T14:13:20Z"}


def test_a_folder_with_nothing_else_makes_a_database(tmp_path: Path) -> None:
    status = build(source(tmp_path / "feeds", r3_0=THREE, r4_0=FOUR), tmp_path / "db")
    assert {feed.name: feed.date for feed in status.feeds}["Photon OS"] == "2026-05-28T20:26:40Z"
    shard = Database.open(tmp_path / "db").shard("osv", "Photon OS")
    assert shard is not None
    assert {release.name for release in shard.facts.releases} == {"3.0", "4.0"}
    assert Package("rpm", "krb5-devel", "1").name in {name for _, name in shard.packages({"BDSA-2025-0719"})}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"cve_id": "Re", "pkg": "curl"}, "a vulnerability is called 'Re'"),
        ({"cve_id": "CVE-2024-1 x", "pkg": "curl"}, "called"),
        ({"cve_id": "CVE-2024-1000", "pkg": ""}, "the package is ''"),
        ({"cve_id": "CVE-2024-1000", "pkg": "a" * 600}, "feed_text"),
        ({"cve_id": "CVE-2024-1000", "pkg": "a", "res_ver": "1" * 600}, "feed_text"),
        ({"cve_id": "CVE-2024-1000", "pkg": "a", "status": "Maybe"}, "the status of 'a' is 'Maybe'"),
        ({"cve_id": "CVE-2024-1000"}, "missing required field"),
        ([], "Expected `object`"),
        ({"cve_id": "CVE-2024-1000", "pkg": 7}, "Expected `str`"),
    ],
)
def test_a_row_that_cannot_be_read_is_told_of(tmp_path: Path, row: object, why: str) -> None:
    bulletins, unread = read(source(tmp_path, r4_0=[row, *FOUR]))
    assert len(bulletins) == 3
    assert [each.where for each in unread] == ["photon/cve_data_photon4.0.json"]
    assert why in unread[0].why


@pytest.mark.parametrize("score", [0, -1, 11, 1e300])
def test_what_is_no_score_rates_nothing(tmp_path: Path, score: float) -> None:
    rows = [{"cve_id": "CVE-2024-1000", "pkg": "a", "cve_score": score, "res_ver": "1-1.ph4"}]
    assert read(source(tmp_path, r4_0=rows))[0]["CVE-2024-1000"].severity == Severity()


def test_one_file_that_cannot_be_read_does_not_hide_the_other(tmp_path: Path) -> None:
    bulletins, unread = read(source(tmp_path, r3_0=b"<!DOCTYPE html>", r4_0=FOUR))
    assert len(bulletins) == 3
    assert [each.where for each in unread] == ["photon/cve_data_photon3.0.json"]


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"<html>", b'[{"cve_id"', b"\xff\xfe", b"[" * 100_000, b"[null]"])
def test_what_is_no_document(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Unreadable, match="Photon"):
        read(source(tmp_path, r4_0=data))


def test_a_document_that_is_too_large(tmp_path: Path) -> None:
    limits = msgspec.structs.replace(DEFAULT, feed_file=100)
    with pytest.raises(Unreadable, match="feed_file"):
        read(source(tmp_path, r4_0=FOUR), limits)


def test_as_a_mirror_may_keep_it_compressed(tmp_path: Path) -> None:
    source(tmp_path)
    (tmp_path / "photon" / "cve_data_photon4.0.json.gz").write_bytes(gzip.compress(json.dumps(FOUR).encode()))
    assert len(read(tmp_path)[0]) == 3


def test_other_files_are_none_of_it(tmp_path: Path) -> None:
    assert not VENDOR.present(tmp_path)
    assert not VENDOR.present(source(tmp_path))
    (tmp_path / "photon" / "photon_versions.json").write_text('{"branches": []}')
    assert not VENDOR.present(tmp_path)


def test_an_update_fetches_what_the_list_of_releases_names() -> None:
    def get(remote: Remote) -> bytes:
        assert remote.url == "https://packages.vmware.com/photon/photon_cve_metadata/photon_versions.json"
        return b'{"branches": ["4.0", "5.0"]}'

    assert remotes(get, date(2026, 6, 1)) == tuple(
        Remote(
            f"photon/cve_data_photon{release}.json",
            f"https://packages.vmware.com/photon/photon_cve_metadata/cve_data_photon{release}.json",
        )
        for release in ("4.0", "5.0")
    )


@pytest.mark.parametrize("data", [b"", b"<html>", b"[]", b'{"branches": ["../../etc"]}', b'{"branches": [5.0]}'])
def test_a_list_of_releases_that_is_none(data: bytes) -> None:
    with pytest.raises(Unreadable, match="photon_versions"):
        remotes(lambda remote: data, date(2026, 6, 1))


def test_a_mirror_without_it() -> None:
    def get(remote: Remote) -> bytes:
        raise NotFound("no")

    with pytest.raises(NotFound):
        remotes(get, date(2026, 6, 1))


@settings(deadline=None)
@given(st.data())
def test_nothing_that_is_changed_in_it_crashes(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole = bytearray(json.dumps(FOUR).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 5))] = data.draw(
            st.sampled_from([b"", b"[]", b'"', b"null", b"1", b"x", b"\xff"])
        )
    with contextlib.suppress(Unreadable):
        read(source(tmp_path_factory.getbasetemp() / "photon", r4_0=bytes(whole)))
