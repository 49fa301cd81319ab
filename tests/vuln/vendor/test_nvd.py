"""NVD's CVE 2.0 JSON: a file after the published ones, ranges and configurations, and files that are none."""

from __future__ import annotations

import contextlib
import gzip
import json
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import Unreadable
from pratique.limits import DEFAULT, Limits
from pratique.model import FixState, Level
from pratique.version import key
from pratique.vuln.bulletin import Bulletin, Remote, Scope, Statement, Unread
from pratique.vuln.ecosystem import BY_NAME
from pratique.vuln.vendor.nvd import VENDOR

DOCUMENT = Path(__file__).parent / "nvd" / "nvdcve-2.0-2021.json"
NAME = "nvdcve-2.0-2021.json.gz"


def source(folder: Path, data: bytes, name: str = NAME) -> Path:
    (folder / "nvd").mkdir(parents=True, exist_ok=True)
    (folder / "nvd" / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return folder


def read(folder: Path, limits: Limits = DEFAULT) -> tuple[dict[str, Bulletin], list[Unread]]:
    found = list(VENDOR.read(folder, limits))
    bulletins = [each for each in found if isinstance(each, Bulletin)]
    assert len({each.id for each in bulletins}) == len(bulletins)
    return {each.id: each for each in bulletins}, [each for each in found if isinstance(each, Unread)]


def feed(*cves: dict[str, object]) -> bytes:
    return json.dumps({"vulnerabilities": [{"cve": each} for each in cves]}).encode()


def cve(*configurations: object, id_: str = "CVE-2024-1000", **fields: object) -> dict[str, object]:
    return {"id": id_, "configurations": list(configurations), **fields}


def node(*matches: object, **fields: object) -> dict[str, object]:
    return {"operator": "OR", "negate": False, "cpeMatch": list(matches), **fields}


def match(criteria: str, vulnerable: bool = True, **versions: str) -> dict[str, object]:
    return {"vulnerable": vulnerable, "criteria": criteria, "matchCriteriaId": "x", **versions}


def name(
    product: str = "acme:server", part: str = "a", version: str = "*", update: str = "*", target: str = "*"
) -> str:
    return f"cpe:2.3:{part}:{product}:{version}:{update}:*:*:*:{target}:*:*"


def statements(folder: Path, *configurations: object) -> tuple[Statement, ...]:
    bulletins, unread = read(source(folder, feed(cve(*configurations))))
    assert not unread
    return bulletins["CVE-2024-1000"].statements


def test_a_file_as_published(tmp_path: Path) -> None:
    assert VENDOR.present(source(tmp_path, DOCUMENT.read_bytes()))
    bulletins, unread = read(tmp_path)
    assert not unread
    assert {id_: len(each.statements) for id_, each in bulletins.items()} == {
        "CVE-1999-0095": 1,
        "CVE-2021-23814": 1,
        "CVE-2021-46973": 0,  # an operating system's kernel is not the image's
        "CVE-2024-2049": 0,  # firmware of an appliance
    }
    found = bulletins["CVE-1999-0095"]
    assert (found.published, found.modified) == ("1988-10-01T04:00:00.000Z", "2025-04-03T01:03:51.193Z")
    assert (found.withdrawn, found.upstream, found.aliases) == ("", (), ())
    assert found.statements == (Statement("", "eric_allman:sendmail", introduced="5.58", last="5.58"),)


def test_the_primary_vectors_go_before_the_others(tmp_path: Path) -> None:
    bulletins, _ = read(source(tmp_path, DOCUMENT.read_bytes()))
    scores = {id_: (each.severity.level, each.severity.score) for id_, each in bulletins.items()}
    assert scores["CVE-2021-23814"] == (Level.HIGH, 8.8)
    assert scores["CVE-2024-2049"] == (Level.MEDIUM, 5.3)
    assert scores["CVE-1999-0095"] == (Level.HIGH, 10.0)  # version 2 knows no "critical"
    assert scores["CVE-2021-46973"] == (Level.UNKNOWN, None)


def test_metrics_of_every_version(tmp_path: Path) -> None:
    four = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
    three = "CVSS:3.0/AV:L/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N"
    metrics = {
        "cvssMetricV40": [{"type": "Secondary", "cvssData": {"vectorString": four}}],
        "cvssMetricV30": [{"type": "Primary", "cvssData": {"vectorString": three}}],
        "cvssMetricV2": [{"type": "Primary", "cvssData": {"vectorString": "broken"}}],
        "ssvcV203": [{"source": "x"}],
    }
    bulletins, unread = read(source(tmp_path, feed(cve(metrics=metrics))))
    assert bulletins["CVE-2024-1000"].severity.vector == three
    del metrics["cvssMetricV30"]
    bulletins, unread = read(source(tmp_path, feed(cve(metrics=metrics))))
    assert bulletins["CVE-2024-1000"].severity.vector == four
    assert not unread


@pytest.mark.parametrize(
    ("criteria", "versions", "wanted"),
    [
        (name(), {}, Statement("", "acme:server")),
        (
            name(),
            {"versionStartIncluding": "1.0", "versionEndExcluding": "1.5"},
            Statement("", "acme:server", introduced="1.0", fixed="1.5", state=FixState.FIXED),
        ),
        (
            name(),
            {"versionStartExcluding": "1.0", "versionEndIncluding": " 1.5"},
            Statement("", "acme:server", after="1.0", last="1.5"),
        ),
        (name(version="1.0"), {}, Statement("", "acme:server", introduced="1.0", last="1.0")),
        (name(version="1.0", update="-"), {}, Statement("", "acme:server", introduced="1.0", last="1.0")),
        (name(version="1.0", update="rc1"), {}, Statement("", "acme:server", introduced="1.0-rc1", last="1.0-rc1")),
        (
            name(r"gnu:gcc\+\+", version=r"3.1\(1k\)"),
            {},
            Statement("", "gnu:gcc++", introduced="3.1(1k)", last="3.1(1k)"),
        ),
        (name(r"a\:b:c"), {}, Statement("", "a:b:c")),
        (name(target="node.js"), {}, Statement("", "acme:server", scope=Scope(flavour="node.js"))),
        (name(target="linux"), {}, Statement("", "acme:server")),
    ],
)
def test_versions(tmp_path: Path, criteria: str, versions: dict[str, str], wanted: Statement) -> None:
    assert statements(tmp_path, {"nodes": [node(match(criteria, **versions))]}) == (wanted,)


def test_every_version_has_a_key_of_the_ecosystems_scheme(tmp_path: Path) -> None:
    scheme = BY_NAME["NVD"].scheme
    (found,) = statements(
        tmp_path, {"nodes": [node(match(name(), versionStartExcluding="1.1.0", versionEndExcluding="1.1.1k"))]}
    )
    assert key(scheme, found.after) < key(scheme, "1.1.1-pre8") < key(scheme, "1.1.1j") < key(scheme, found.fixed)


@pytest.mark.parametrize(
    "criteria",
    [
        name(version="-"),
        name(part="o"),
        name(part="h"),
        name(target="windows"),
        name(target="android"),
    ],
)
def test_what_no_program_of_a_container_is(tmp_path: Path, criteria: str) -> None:
    assert statements(tmp_path, {"nodes": [node(match(criteria))]}) == ()


@pytest.mark.parametrize(
    ("platforms", "meant"),
    [
        ([name("linux:linux_kernel", "o", "-")], True),
        ([name("microsoft:windows", "o", "-")], False),
        ([name("microsoft:windows_10_1809", "o", "-")], False),
        ([name("apple:macos", "o", "-"), name("apple:mac_os_x", "o", "-")], False),
        ([name("microsoft:windows", "o", "-"), name("linux:linux_kernel", "o", "-")], True),
        ([name("acme:appliance", "h", "-")], False),
        ([name("oracle:jre", "a")], True),
        ([name("debian:debian_linux", "o", "10.0")], True),
        (["no CPE"], True),
    ],
)
def test_running_on(tmp_path: Path, platforms: list[str], meant: bool) -> None:
    nodes = [node(match(name())), node(*(match(each, vulnerable=False) for each in platforms))]
    found = statements(tmp_path, {"operator": "AND", "negate": False, "nodes": nodes})
    assert found == ((Statement("", "acme:server"),) if meant else ())
    assert statements(tmp_path, {"operator": "OR", "nodes": nodes}) == (Statement("", "acme:server"),)


def test_two_that_are_vulnerable_together(tmp_path: Path) -> None:
    nodes = [node(match(name())), node(match(name("acme:plugin")))]
    found = statements(tmp_path, {"operator": "AND", "nodes": nodes}, {"nodes": nodes})
    assert [each.name for each in found] == ["acme:server", "acme:plugin"]


@pytest.mark.parametrize(
    ("configuration", "why"),
    [
        ({"negate": True, "nodes": [node(match(name()))]}, "negated"),
        ({"nodes": [node(match(name()), negate=True)]}, "negated"),
        ({"nodes": [node(match(name(version="1.2.*")))]}, "pattern"),
        ({"nodes": [node(match("cpe:/a:acme:server"))]}, "no CPE 2.3 name"),
        ({"nodes": [node(match(name("a" * 600)))]}, "feed_text"),
    ],
)
def test_what_cannot_be_compared_is_told_of(tmp_path: Path, configuration: object, why: str) -> None:
    good = {"nodes": [node(match(name("acme:other")))]}
    bulletins, unread = read(source(tmp_path, feed(cve(configuration, good))))
    assert [each.name for each in bulletins["CVE-2024-1000"].statements] == ["acme:other"]
    assert [each.where for each in unread] == ["CVE-2024-1000"]
    assert why in unread[0].why


def test_a_rejected_one_is_withdrawn(tmp_path: Path) -> None:
    text = feed(
        cve(id_="CVE-2024-1001", vulnStatus="Rejected", lastModified="2024-02-03T04:05:06.789"),
        cve(id_="CVE-2024-1002", vulnStatus="Rejected"),
        cve(id_="CVE-2024-1003", vulnStatus="Awaiting Analysis", lastModified="2024-02-03T04:05:06.789"),
    )
    bulletins, _ = read(source(tmp_path, text))
    withdrawn = {id_: each.withdrawn for id_, each in bulletins.items()}
    assert withdrawn == {
        "CVE-2024-1001": "2024-02-03T04:05:06.789Z",
        "CVE-2024-1002": "unknown",
        "CVE-2024-1003": "",
    }


def test_of_one_in_several_files_the_last_change_holds(tmp_path: Path) -> None:
    def changed(day: int, product: str) -> bytes:
        configuration = {"nodes": [node(match(name(product)))]}
        return feed(cve(configuration, lastModified=f"2024-02-0{day}T00:00:00.000"))

    source(tmp_path, changed(2, "acme:year"), "nvdcve-2.0-2024.json.gz")
    source(tmp_path, changed(3, "acme:modified"), "nvdcve-2.0-modified.json.gz")
    source(tmp_path, changed(1, "acme:recent"), "nvdcve-2.0-recent.json")
    source(tmp_path, changed(9, "acme:again"), "nvdcve-2.0-2025.json.gz")  # no year holds another one's
    bulletins, _ = read(tmp_path)
    assert [each.name for each in bulletins["CVE-2024-1000"].statements] == ["acme:modified"]
    source(tmp_path, changed(4, "acme:year"), "nvdcve-2.0-2024.json.gz")
    bulletins, _ = read(tmp_path)
    assert [each.name for each in bulletins["CVE-2024-1000"].statements] == ["acme:year"]
    (tmp_path / "nvd" / "nvdcve-2.0-2024.json.gz").unlink()
    (tmp_path / "nvd" / "nvdcve-2.0-2025.json.gz").unlink()
    bulletins, _ = read(tmp_path)
    assert [each.name for each in bulletins["CVE-2024-1000"].statements] == ["acme:modified"]


def test_a_record_that_is_none_does_not_stop_the_others(tmp_path: Path) -> None:
    text = feed(cve(id_="CVE-2024/../../x-0001"), {"id": 7}, cve(), cve(id_="CVE-2024-1001", configurations="x"))
    bulletins, unread = read(source(tmp_path, text))
    assert set(bulletins) == {"CVE-2024-1000"}
    assert [each.where for each in unread] == [f"nvd/{NAME}"] * 3


def test_a_broken_year_does_not_stop_the_others(tmp_path: Path) -> None:
    source(tmp_path, b"<html>", "nvdcve-2.0-2020.json.gz")
    source(tmp_path, DOCUMENT.read_bytes())
    bulletins, unread = read(tmp_path)
    assert "CVE-2021-23814" in bulletins
    assert [each.where for each in unread] == ["nvd/nvdcve-2.0-2020.json.gz"]


def test_more_versions_than_the_limit(tmp_path: Path) -> None:
    limits = msgspec.structs.replace(DEFAULT, feed_bounds=10)
    many = [match(name(version=f"1.{number}")) for number in range(11)]
    bulletins, unread = read(source(tmp_path, feed(cve({"nodes": [node(*many)]}), cve(id_="CVE-2024-1001"))), limits)
    assert set(bulletins) == {"CVE-2024-1001"}
    assert "feed_bounds" in unread[0].why


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"<!DOCTYPE html>",
        b'{"vulnerabilities": []}',
        b'{"vulnerabilities": [{"cve"',
        b'{"vulnerabilities":' + b"[" * 100_000,
        b"\xff",
        b'{"vulnerabilities": [{"cve": {"id": "\xff"}}]}',
    ],
)
def test_what_is_no_file_of_theirs(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(source(tmp_path, data))


def test_a_file_that_is_cut_or_a_bomb(tmp_path: Path) -> None:
    path = source(tmp_path, DOCUMENT.read_bytes()) / "nvd" / NAME
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Unreadable, match="damaged"):
        read(tmp_path)
    limits = msgspec.structs.replace(DEFAULT, feed_file=1 << 20)
    with pytest.raises(Unreadable, match="feed_file"):
        read(source(tmp_path, bytes(64 << 20)), limits)


def test_years_are_fetched_once_a_week_and_changes_each_time() -> None:
    def get(remote: Remote) -> bytes:
        raise AssertionError(remote)

    days = [date(2026, 12, 28) + timedelta(days=number) for number in range(9)]
    asked = [{remote.path: remote.version for remote in VENDOR.remotes(get, day)} for day in days]
    assert {each["nvd/nvdcve-2.0-modified.json.gz"] for each in asked} == {""}
    versions = [each["nvd/nvdcve-2.0-2002.json.gz"] for each in asked]
    assert versions == ["2026-W53"] * 7 + ["2027-W01"] * 2  # within the eight days that the changes go back
    assert "nvd/nvdcve-2.0-2027.json.gz" not in asked[3]
    assert "nvd/nvdcve-2.0-2027.json.gz" in asked[4]
    assert all(name.startswith("nvd/nvdcve-2.0-") for name in asked[0])


@settings(deadline=None)
@given(st.data())
def test_nothing_that_is_changed_in_it_crashes(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole = bytearray(DOCUMENT.read_bytes())
    part = st.sampled_from([b"", b"[]", b'"', b"null", b"1", b"x", b":", b"\\\\"])
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 5))] = data.draw(part)
    with contextlib.suppress(Unreadable):
        read(source(tmp_path_factory.getbasetemp() / "fuzz", bytes(whole)))
