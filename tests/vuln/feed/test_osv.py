"""OSV records into rows: real exports whole, odd and hostile ones told of."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import Limits
from pratique.model import FixState
from pratique.version import key
from pratique.vuln.build import build
from pratique.vuln.bulletin import Scope, Symbols
from pratique.vuln.database import Database
from pratique.vuln.feed.osv import shards
from pratique.vuln.shard import Shard
from vuln.feeds import database, fixed, record, write


def shard_of(folder: Path, *records: dict[str, object], ecosystem: str = "PyPI") -> Shard:
    shard = database(folder, {ecosystem: records}).shard("osv", ecosystem)
    assert shard is not None
    return shard


def affecting(shard: Shard, name: str, version: str, release: str = "", scheme: str = "pypi") -> list[str]:
    return sorted(each.advisory.id for each in shard.affecting(release, name, key(scheme, version)))


def test_a_range(tmp_path: Path) -> None:
    shard = shard_of(tmp_path, record("A-1", "x", *fixed("1.5")))
    assert affecting(shard, "x", "1.4") == ["A-1"]
    assert affecting(shard, "x", "1.5") == []
    assert affecting(shard, "y", "1.4") == []


def test_names_are_stored_as_they_are_asked_for(tmp_path: Path) -> None:
    assert affecting(shard_of(tmp_path, record("A-1", "Ruamel__Yaml.X", *fixed("2"))), "ruamel-yaml-x", "1") == ["A-1"]


def test_withdrawn_records_are_kept_and_match_nothing(tmp_path: Path) -> None:
    shard = shard_of(tmp_path, record("A-1", "x", *fixed("2"), withdrawn="2025-01-01T00:00:00Z"))
    assert affecting(shard, "x", "1") == []
    assert shard.facts.records == 1
    assert shard.holds("", "x")


def test_other_ecosystems_in_a_record_have_their_own_shards(tmp_path: Path) -> None:
    both = record("A-1", "x", *fixed("2"))
    both["affected"] += record("A-1", "x", *fixed("2"), ecosystem="npm")["affected"]
    shard = shard_of(tmp_path, both)
    assert [release.packages for release in shard.facts.releases] == [1]


@pytest.mark.parametrize(
    ("imports", "symbols"),
    [
        ([{"path": "a/b"}], (Symbols("a/b"),)),
        ([{"path": "a/b", "symbols": None, "goos": None, "goarch": None}], (Symbols("a/b"),)),
        (
            [{"path": "a", "symbols": ["F"], "goos": ["windows"]}, {"path": "b", "goarch": ["386", "arm"]}],
            (Symbols("a", ("F",), ("windows",)), Symbols("b", (), (), ("386", "arm"))),
        ),
        ([{"path": "a/b", "symbols": ["F"], "goos": "windows"}], ()),  # of another shape
    ],
)
def test_imports_of_go(tmp_path: Path, imports: list[object], symbols: tuple[Symbols, ...]) -> None:
    one = record("GO-1", "example.org/a", *fixed("2.0.0"), ecosystem="Go", kind="SEMVER")
    one["affected"][0]["ecosystem_specific"] = {"imports": imports}
    (found,) = shard_of(tmp_path, one, ecosystem="Go").statements("", "example.org/a")
    assert found.scope == Scope(symbols=symbols)


@pytest.mark.parametrize(
    ("told", "cves"),
    [
        ({"cves": [{"id": "CVE-2026-1234"}]}, ("CVE-2026-1234",)),
        ({"cves": [{"id": "CVE-2026-1234"}, {"id": "CVE-2026-5678"}]}, ()),  # all of them
        ({"cves": [{"id": "CVE-2026-9999"}]}, ()),  # none of the record's
        ({"cves": [{"id": "CVE-2026-5678"}, {"id": "CVE-2026-9999"}]}, ("CVE-2026-5678",)),
        ({"cves": None}, ()),
        ({"cves": ["CVE-2026-1234"]}, ()),  # of another shape
        ([], ()),
    ],
)
def test_of_which_release_a_cve_of_a_notice_of_ubuntu_is(tmp_path: Path, told: object, cves: tuple[str, ...]) -> None:
    upstream = ["UBUNTU-CVE-2026-1234", "UBUNTU-CVE-2026-5678"]
    one = record("USN-1", "x", *fixed("2"), ecosystem="Ubuntu:24.04:LTS", upstream=upstream)
    one["affected"][0]["database_specific"] = {"cves_map": told}
    (found,) = shard_of(tmp_path, one, ecosystem="Ubuntu").statements("24.04:LTS", "x")
    assert found.scope == Scope(cves=cves)


def test_releases_are_told_apart(tmp_path: Path) -> None:
    shard = shard_of(
        tmp_path,
        record("A-1", "x", *fixed("2-1"), ecosystem="Debian:11"),
        record("A-2", "x", *fixed("3-1"), ecosystem="Debian:12"),
        ecosystem="Debian",
    )
    assert affecting(shard, "x", "1-1", "11", "deb") == ["A-1"]
    assert affecting(shard, "x", "2.5-1", "12", "deb") == ["A-2"]
    assert [release.name for release in shard.facts.releases] == ["11", "12"]


def test_almalinux_names_its_cves_as_related_and_others_do_not_mean_it_so(tmp_path: Path) -> None:
    alma = record("ALSA-1", "x", *fixed("2"), ecosystem="AlmaLinux:9", related=["CVE-2025-1"])
    (advisory,) = [
        each.advisory
        for each in shard_of(tmp_path / "a", alma, ecosystem="AlmaLinux").affecting("9", "x", key("rpm", "1"))
    ]
    assert advisory.upstream == "CVE-2025-1"
    pypi = shard_of(tmp_path / "b", record("A-1", "x", *fixed("2"), related=["CVE-2025-1"]))
    assert [each.advisory.upstream for each in pypi.affecting("", "x", key("pypi", "1"))] == [""]


def test_mageia_names_its_cves_as_related_too(tmp_path: Path) -> None:
    old = record("MGASA-1", "x", *fixed("2"), ecosystem="Mageia:8", related=["CVE-2025-1"])
    (found,) = shard_of(tmp_path, old, ecosystem="Mageia").affecting("8", "x", key("rpm", "1"))
    assert found.advisory.upstream == "CVE-2025-1"


def test_a_record_of_one_architecture_is_of_that(tmp_path: Path) -> None:
    one = record("CGA-1", "x", *fixed("2"), ecosystem="Chainguard")
    (affected,) = one["affected"]
    one["affected"] = [
        {**affected, "package": {**affected["package"], "purl": f"pkg:apk/chainguard/x{told}"}}
        for told in ("?arch=x86_64", "?distro=a&arch=aarch64", "")
    ]
    one["affected"].append({**affected, "package": {**affected["package"], "purl": None}})
    found = shard_of(tmp_path / "a", one, ecosystem="Chainguard").affecting("", "x", key("apk", "1"))
    assert sorted(each.scope.arches for each in found) == [(), ("aarch64",), ("x86_64",)]
    one = record("MGASA-1", "x", *fixed("2"), ecosystem="Mageia:9")
    one["affected"][0]["package"]["purl"] = "pkg:rpm/mageia/x?arch=source&distro=mageia-9"
    (other,) = shard_of(tmp_path / "b", one, ecosystem="Mageia").affecting("9", "x", key("rpm", "1"))
    assert other.scope.arches == ()


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (["detection"], FixState.UNDER_INVESTIGATION),
        (["fix_not_planned", "fix_not_planned"], FixState.WILL_NOT_FIX),
        (["pending_upstream_fix"], FixState.DEFERRED),
        (["true_positive_determination"], FixState.AFFECTED),
        (["detection", "fix_not_planned"], FixState.AFFECTED),
        (["what is to come"], FixState.AFFECTED),
        ([], FixState.AFFECTED),
    ],
)
def test_how_far_chainguard_is_with_a_component(tmp_path: Path, said: list[str], state: FixState) -> None:
    one = record("CGA-1", "x", {"introduced": "0"}, ecosystem="Chainguard")
    one["affected"][0]["ecosystem_specific"] = {"components": [{"latest_event_status": each} for each in said]}
    (found,) = shard_of(tmp_path / "a", one, ecosystem="Chainguard").affecting("", "x", key("apk", "1"))
    assert found.state is state
    one["affected"][0]["ecosystem_specific"] = {"components": said}
    (found,) = shard_of(tmp_path / "b", one, ecosystem="Chainguard").affecting("", "x", key("apk", "1"))
    assert found.state is FixState.AFFECTED
    one = record("CGA-1", "x", *fixed("2"), ecosystem="Chainguard")
    one["affected"][0]["ecosystem_specific"] = {"components": [{"latest_event_status": "fixed"}]}
    (found,) = shard_of(tmp_path / "c", one, ecosystem="Chainguard").affecting("", "x", key("apk", "1"))
    assert found.state is FixState.FIXED


def test_versions_inside_the_ranges_are_not_stored_again(tmp_path: Path) -> None:
    listed = record("A-1", "x", *fixed("2"))
    listed["affected"][0]["versions"] = ["1.0", "1.5", "3.0"]
    shard = shard_of(tmp_path, listed)
    assert shard.facts.ranges == 2
    assert affecting(shard, "x", "3") == ["A-1"]


def test_what_cannot_be_compared_is_counted_and_told(tmp_path: Path) -> None:
    shard = shard_of(
        tmp_path,
        record("A-1", "x", *fixed("one point five")),
        record("A-2", "x", *fixed("a1b2"), kind="GIT"),
        record("A-3", "x", *fixed("2")),
    )
    assert (shard.facts.unknown_versions, shard.facts.unassessable) == (1, 2)
    assert [each.record for each in shard.unassessable("", "x")] == ["A-1", "A-2"]
    assert "'one point five'" in shard.unassessable("", "x")[0].why
    assert any("one point five" in example for example in shard.facts.examples)


def test_members_that_are_no_record_are_counted(tmp_path: Path) -> None:
    source = write(tmp_path / "feeds", {"PyPI": [record("A-1", "x", *fixed("2"))]})
    deep = b'{"id":"A-9","affected":' + b"[" * 200_000
    bad = [
        b"",
        b"{",
        b"[]",
        b'{"id": 5}',
        b'{"id": ""}',
        b'{"id": "a b"}',
        b"\xff\xfe",
        b'{"id": "\xff"}',
        deep,
        b'{"id": "A-\\ud800"}',
    ]
    with zipfile.ZipFile(source / "PyPI" / "all.zip", "a") as archive:
        for index, data in enumerate(bad):
            archive.writestr(f"bad{index}.json", data)
    status = build(source, tmp_path / "db")
    shard = Database.open(tmp_path / "db").shard("osv", "PyPI")
    assert shard is not None
    assert (shard.facts.records, shard.facts.unreadable) == (1, len(bad))
    assert f"{len(bad)} records unreadable" in next(feed.note for feed in status.feeds if feed.name == "PyPI")


def test_an_archive_without_any_record_stops_the_build(tmp_path: Path) -> None:
    source = write(tmp_path / "feeds", {"PyPI": []})
    with zipfile.ZipFile(source / "PyPI" / "all.zip", "w") as archive:
        archive.writestr("a.json", b"{}")
    with pytest.raises(Unreadable, match="none of the 1 files"):
        build(source, tmp_path / "db")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("newest_first", [True, False])
def test_of_two_records_with_one_id_the_newer_holds(tmp_path: Path, newest_first: bool) -> None:
    old = record("A-1", "x", *fixed("2")) | {"modified": "2024-01-01T00:00:00Z"}
    new = record("A-1", "y", *fixed("2")) | {"modified": "2025-01-01T00:00:00Z"}
    shard = shard_of(tmp_path, *([new, old] if newest_first else [old, new]))
    assert (affecting(shard, "x", "1"), affecting(shard, "y", "1")) == ([], ["A-1"])
    assert not shard.holds("", "x")
    assert (shard.facts.records, shard.facts.unreadable) == (1, 1)


def test_absurd_sizes_are_bounded(tmp_path: Path) -> None:
    long = record("A-1", "x", *fixed("1" * 600))
    many = record("A-2", "x", *fixed("2"))
    many["affected"][0]["versions"] = [str(number) for number in range(100)]
    source = write(tmp_path / "feeds", {"PyPI": [long, many, record("A" * 600, "x", *fixed("2"))]})
    build(source, tmp_path / "db", limits=Limits(feed_bounds=50))
    shard = Database.open(tmp_path / "db").shard("osv", "PyPI")
    assert shard is not None
    assert (shard.facts.records, shard.facts.unreadable, shard.facts.unassessable) == (1, 2, 1)
    with pytest.raises(LimitExceeded):
        build(source, tmp_path / "db", limits=Limits(feed_records=1))


def test_odd_values_do_no_harm(tmp_path: Path) -> None:
    odd = record("A-1", "x", *fixed("2"), aliases=["CVE-1 CVE-2", "", "CVE-2025-1"], summary="s" * 9999)
    odd |= {"modified": "yesterday", "severity": None, "credits": {"any": "thing"}}
    odd["affected"] += [{"package": None}, {"versions": ["1"]}, {"package": {"ecosystem": "PyPI", "name": "y"}}]
    shard = shard_of(tmp_path, odd)
    (affects,) = shard.affecting("", "x", key("pypi", "1"))
    advisory = affects.advisory
    assert (advisory.aliases, advisory.modified, len(advisory.summary)) == ("CVE-2025-1", "", 200)
    assert [each.why for each in shard.unassessable("", "y")] == ["it names no version"]


def test_an_ecosystem_without_a_scheme_is_listed_as_not_covered(tmp_path: Path) -> None:
    status = build(write(tmp_path / "feeds", {"PyPI": [], "Quux": []}), tmp_path / "db")
    (feed,) = [feed for feed in status.feeds if feed.name == "Quux"]
    assert (feed.complete, feed.note) == (False, "its version scheme is not known")


def test_shards_are_the_listed_ecosystems_without_their_releases(tmp_path: Path) -> None:
    (tmp_path / "ecosystems.txt").write_text("Debian\nDebian:12\nGitHub Actions\n\n../evil\n.x\na/b\na\0b\n")
    assert shards(tmp_path) == ("Debian", "GitHub Actions")


def test_without_a_listing_the_folders_tell(tmp_path: Path) -> None:
    source = write(tmp_path, {"PyPI": [], "Go": []})
    (source / "ecosystems.txt").unlink()
    assert shards(source) == ("Go", "PyPI")


def test_every_real_record_is_stored_or_counted(shared: Path, tmp_path: Path) -> None:
    build(shared / "feeds", tmp_path, ecosystems=["PyPI", "RubyGems", "crates.io"])
    opened = Database.open(tmp_path)
    for name in ("PyPI", "RubyGems", "crates.io"):
        shard = opened.shard("osv", name)
        assert shard is not None
        with zipfile.ZipFile(shared / "feeds" / name / "all.zip") as archive:
            records = [json.loads(archive.read(member)) for member in archive.namelist()]
        assert (shard.facts.records, shard.facts.unreadable) == (len(records), 0)
        assert shard.facts.date == max(each["modified"] for each in records)


VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
VENDORS = Path(__file__).parents[1] / "vendor"


def put(folder: Path, path: str, data: bytes) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(data)


def built(folder: Path, ecosystem: str) -> tuple[Database, Shard]:
    build(folder / "feeds", folder / "db")
    opened = Database.open(folder / "db")
    shard = opened.shard("osv", ecosystem)
    assert shard is not None
    return opened, shard


def test_osvs_records_are_left_out_beside_a_feed_that_stands_alone(tmp_path: Path) -> None:
    release = "enterprise_linux:8::baseos"
    erratum = record("RHSA-2024:3269", "glibc", *fixed("0:2.28-251.el8_10.1"), ecosystem=f"Red Hat:{release}")
    other = record("RHSA-2024:0001", "other", *fixed("2"), ecosystem=f"Red Hat:{release}")
    feeds = write(tmp_path / "feeds", {"Red Hat": [erratum, other]})
    opened, shard = built(tmp_path, "Red Hat")
    assert affecting(shard, "glibc", "2.28-236.el8_9.13", release, "rpm") == ["RHSA-2024:3269"]
    assert [feed.note for feed in opened.status.feeds if feed.name == "Red Hat"] == [""]

    put(feeds, "redhat/vex/2024/cve-2024-2961.json", (VENDORS / "redhat" / "cve-2024-2961.json").read_bytes())
    opened, shard = built(tmp_path, "Red Hat")
    assert affecting(shard, "glibc", "2.28-236.el8_9.13", release, "rpm") == []
    assert set(affecting(shard, "glibc", "2.28-236.el8_9.12", release, "rpm")) == {"CVE-2024-2961"}
    assert not shard.holds(release, "other")
    (note,) = [feed.note for feed in opened.status.feeds if feed.name == "Red Hat"]
    assert note == "Red Hat's own feed, in place of OSV's export"


def test_a_vendors_record_keeps_the_dates_and_the_vector_that_only_osv_has(tmp_path: Path) -> None:
    told = {"modified": "2026-01-05T00:00:00Z", "published": "2025-12-31T00:00:00Z", "summary": "one"}
    severity = [{"type": "CVSS_V3", "score": VECTOR}]
    of_osv = record("DEBIAN-CVE-2026-1111", "x", *fixed("9"), ecosystem="Debian:12", severity=severity) | told
    feeds = write(tmp_path / "feeds", {"Debian": [of_osv]})
    tracker = {"x": {id_: {"releases": {"bookworm": {"status": "open"}}} for id_ in ("CVE-2026-1111", "CVE-2026-2222")}}
    put(feeds, "debian/tracker.json", json.dumps(tracker).encode())
    _, shard = built(tmp_path, "Debian")
    first, second = shard.records(["DEBIAN-CVE-2026-1111", "DEBIAN-CVE-2026-2222"])
    assert (first.feed, first.vector, first.score, first.level.value) == ("debian", VECTOR, 9.8, "critical")
    assert (first.published, first.modified, first.summary) == (told["published"], told["modified"], "one")
    assert (second.feed, second.vector, second.published) == ("debian", "", "")
    assert [each.fixed for each in shard.statements("12", "x")] == ["", ""]  # what is stated is the vendor's
