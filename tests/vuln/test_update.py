"""Updates over HTTP: what travels, and that it comes to what a build makes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from loopback import Reply, Request, serve
from pratique.errors import NotFound
from pratique.net.client import Client
from pratique.net.options import Options
from pratique.vuln.build import build
from pratique.vuln.database import Database
from pratique.vuln.feed import eol
from pratique.vuln.update import update
from vuln.feeds import Record, fixed, record, write
from vuln.mirrors import LIMITS, ONE, TODAY, TWO, Mirror, built, client, many, mirrored, run


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    with mirrored(tmp_path / "feeds") as served:
        yield served


def test_the_first_update_is_what_a_build_makes(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(ONE, TWO, epss={"CVE-1": 0.5})
    assert run(mirror, tmp_path / "db").status.digest == built(mirror, tmp_path / "built")


def test_without_a_change_no_feed_travels(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(ONE)
    before = run(mirror, tmp_path / "db").status
    after = run(mirror, tmp_path / "db").status
    assert after == before
    assert mirror.paths(200) == {"/ecosystems.txt"}
    assert mirror.paths(304) == {"/PyPI/modified_id.csv", "/known_exploited_vulnerabilities.json"}


def test_single_records_travel_where_the_mirror_has_them(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(ONE, TWO, single=True)
    run(mirror, tmp_path / "db")
    newer = record("A-1", "z", *fixed("3")) | {"modified": "2026-01-10T00:00:00Z"}
    third = record("A-3", "w", *fixed("not a version")) | {"modified": "2026-01-10T00:00:00Z"}
    mirror.publish(newer, third, single=True)
    database = run(mirror, tmp_path / "db")
    assert mirror.paths(200) >= {"/PyPI/A-1.json", "/PyPI/A-3.json"}
    assert "/PyPI/all.zip" not in mirror.paths(200)
    assert database.status.digest == built(mirror, tmp_path / "built")
    assert database.status.feeds == Database.open(tmp_path / "built").status.feeds


def test_a_malformed_record_does_not_make_the_whole_export_travel(mirror: Mirror, tmp_path: Path) -> None:
    bad = record("A-3", "z", *fixed("2"), severity="high")
    mirror.publish(ONE, bad, single=True)
    before = run(mirror, tmp_path / "db").status
    assert {feed.name: feed.note for feed in before.feeds}["PyPI"] == "1 record unreadable"
    newer = ONE | {"modified": "2026-02-01T00:00:00Z"}
    mirror.publish(newer, bad, TWO, single=True)
    after = run(mirror, tmp_path / "db").status
    assert after.digest == built(mirror, tmp_path / "built")
    assert {feed.name: feed.note for feed in after.feeds}["PyPI"] == "1 record unreadable"
    assert "/PyPI/all.zip" not in mirror.paths(200)
    worse = TWO | {
        "severity": "high",
        "modified": "2026-02-02T00:00:00Z",
    }  # it was well-formed: all is read, and it goes
    mirror.publish(newer, bad, worse, single=True)
    assert run(mirror, tmp_path / "db").status.digest == built(mirror, tmp_path / "built")
    assert "/PyPI/all.zip" in mirror.paths(200)


def test_the_whole_export_travels_where_the_mirror_has_no_single_records(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(ONE)
    run(mirror, tmp_path / "db")
    mirror.publish(ONE, TWO)
    assert run(mirror, tmp_path / "db").status.digest == built(mirror, tmp_path / "built")
    assert "/PyPI/A-2.json" in mirror.paths(404)
    assert "/PyPI/all.zip" in mirror.paths(200)


def test_records_that_are_gone_go(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(ONE, TWO)
    run(mirror, tmp_path / "db")
    mirror.publish(TWO)
    assert run(mirror, tmp_path / "db").status.digest == built(mirror, tmp_path / "built")
    assert "/PyPI/all.zip" not in mirror.paths(200)


def test_without_a_list_of_changes_the_export_is_asked_for_if_newer(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(ONE)
    (mirror.folder / "PyPI" / "modified_id.csv").unlink()
    before = run(mirror, tmp_path / "db").status
    assert run(mirror, tmp_path / "db").status == before
    assert "/PyPI/all.zip" in mirror.paths(304)


def test_an_export_behind_its_list_is_asked_for_again(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(ONE)
    (mirror.folder / "PyPI" / "modified_id.csv").write_text("2026-01-11T00:00:00Z,A-2\n2026-01-09T00:00:00Z,A-1\n")
    run(mirror, tmp_path / "db")
    run(mirror, tmp_path / "db")
    assert "/PyPI/modified_id.csv" in mirror.paths(200)


def test_a_database_built_otherwise_is_not_taken_for_the_mirrors(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(ONE)
    run(mirror, tmp_path / "db")
    build(write(tmp_path / "other", {"PyPI": [TWO]}), tmp_path / "db")
    assert run(mirror, tmp_path / "db").status.digest == built(mirror, tmp_path / "built")


def test_a_new_declaration_of_coverage_holds_at_once(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(ONE)
    run(mirror, tmp_path / "db")
    (mirror.folder / "coverage.json").write_text('{"PyPI": {"complete": false, "note": "a few"}}')
    (feed,) = [feed for feed in run(mirror, tmp_path / "db").status.feeds if feed.name == "PyPI"]
    assert (feed.complete, feed.note) == (False, "a few")


def test_what_one_mirror_said_is_no_word_of_anothers(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(ONE)
    run(mirror, tmp_path / "db")
    times = {path: path.stat().st_mtime for path in mirror.folder.rglob("*")}
    mirror.publish(TWO)
    for path, moment in times.items():
        os.utime(path, (moment, moment))
    mirror.url += "/."  # another address of the same server
    assert run(mirror, tmp_path / "db").status.digest == built(mirror, tmp_path / "built")


def test_only_some_ecosystems(mirror: Mirror, tmp_path: Path) -> None:
    write(mirror.folder, {"PyPI": [ONE], "npm": []})
    assert {feed.name for feed in run(mirror, tmp_path / "db", ecosystems=["npm"]).status.feeds} >= {"npm", "kev"}
    both = {feed.name for feed in run(mirror, tmp_path / "db", ecosystems=["PyPI"]).status.feeds}
    assert both >= {"npm", "PyPI"}
    with pytest.raises(NotFound, match="'Quux'"):
        run(mirror, tmp_path / "db", ecosystems=["Quux"])


def test_an_ecosystem_that_the_mirror_drops_is_dropped(mirror: Mirror, tmp_path: Path) -> None:
    write(mirror.folder, {"PyPI": [ONE], "npm": []})
    run(mirror, tmp_path / "db")
    write(mirror.folder, {"PyPI": [ONE]})
    assert "npm" not in {feed.name for feed in run(mirror, tmp_path / "db").status.feeds}


def test_the_catalogue_stays_where_the_mirror_has_lost_it(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(ONE, kev=["CVE-1"])
    run(mirror, tmp_path / "db")
    (mirror.folder / "known_exploited_vulnerabilities.json").unlink()
    assert run(mirror, tmp_path / "db").shard("kev", "kev") is not None


def test_without_a_change_there_are_a_few_small_requests(mirror: Mirror, tmp_path: Path) -> None:
    write(mirror.folder, {"PyPI": [ONE], "npm": [], "Go": []}, epss={"CVE-1": 0.5})
    run(mirror, tmp_path / "db", today=TODAY)
    run(mirror, tmp_path / "db", today=TODAY, learnt=("npm", "PyPI"))
    # What there is, how much it covers, the ends of releases; a list of changes an ecosystem, KEV and EPSS.
    small = {"/ecosystems.txt", "/coverage.json", *(f"/{table}" for table in eol.TABLES)}
    unchanged = {"/npm/modified_id.csv", "/PyPI/modified_id.csv"}
    files = {"/known_exploited_vulnerabilities.json", "/epss_scores-current.csv.gz"}
    assert sorted(path for path, _ in mirror.asked) == sorted(small | unchanged | files)
    assert mirror.paths(304) == unchanged | files


def test_only_what_scans_have_asked_for(mirror: Mirror, tmp_path: Path) -> None:
    write(mirror.folder, {"PyPI": [ONE], "npm": [], "Go": []})
    names = {feed.name for feed in run(mirror, tmp_path / "db", learnt=("npm", "Quux")).status.feeds}
    assert names & {"npm", "PyPI", "Go"} == {"npm"}
    run(mirror, tmp_path / "db")
    write(mirror.folder, {"PyPI": [ONE, TWO], "npm": [ONE | {"id": "N-1"}], "Go": []})
    times = {path: path.stat().st_mtime + 10 for path in mirror.folder.rglob("*.*")}
    for path, moment in times.items():
        os.utime(path, (moment, moment))
    status = run(mirror, tmp_path / "db", learnt=("PyPI",)).status
    assert {feed.name: feed.records for feed in status.feeds if feed.name in ("PyPI", "npm")} == {"PyPI": 2, "npm": 0}


def test_what_the_mirror_does_not_have_is_told(mirror: Mirror, tmp_path: Path) -> None:
    def lacking(**more: tuple[str, ...]) -> tuple[str, ...]:
        return update(mirror.url, tmp_path / "db", client(), **more).lacking  # type: ignore[arg-type]

    write(mirror.folder, {"PyPI": [ONE], "npm": []}, epss={"CVE-1": 0.5})
    assert lacking() == ()
    assert lacking(learnt=("npm", "Quux")) == ("Quux",)
    assert lacking(learnt=("npm", "NVD", "SUSE")) == ("NVD", "SUSE")  # which vendors publish, but not here
    for file in ("known_exploited_vulnerabilities.json", "epss_scores-current.csv.gz"):
        (mirror.folder / file).unlink()
    (mirror.folder / "ecosystems.txt").write_text("PyPI\n")
    assert lacking(ecosystems=("PyPI",)) == ("epss", "kev")
    assert lacking(learnt=("PyPI",)) == ("epss", "kev")
    assert lacking() == ("epss", "kev", "npm")
    assert lacking() == ("epss", "kev")  # npm's shard went with the last one


def test_a_vendors_feed_that_the_mirror_has_lost_is_told(mirror: Mirror, tmp_path: Path) -> None:
    write(mirror.folder, {"PyPI": [ONE]}, epss={"CVE-1": 0.5})
    own = mirror.folder / "debian" / "tracker.json"
    own.parent.mkdir()
    own.write_text(tracker("CVE-2024-1234"))
    assert update(mirror.url, tmp_path / "db", client()).lacking == ()
    own.unlink()
    updated = update(mirror.url, tmp_path / "db", client())
    assert updated.lacking == ("Debian",)
    assert "Debian" not in {feed.name for feed in updated.status.feeds}


def tracker(*cves: str) -> str:
    """Debian's tracker: https://security-tracker.debian.org/tracker/data/json."""
    issue = {"releases": {"bookworm": {"status": "open", "urgency": "low", "repositories": {"bookworm": "1-1"}}}}
    return json.dumps({"y": dict.fromkeys(cves, issue)})


def debian(mirror: Mirror, *records: Record, cves: tuple[str, ...] = (), age: int) -> None:
    write(mirror.folder, {"Debian": records}, kev=None)
    for each in records:
        (mirror.folder / "Debian" / f"{each['id']}.json").write_text(json.dumps(each))
    for path in (mirror.folder / "Debian").iterdir():
        os.utime(path, (1_700_000_000 + age,) * 2)
    if cves:
        path = mirror.folder / "debian" / "tracker.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(tracker(*cves))
        os.utime(path, (1_700_000_000 + age,) * 2)


DSA = record("DSA-1-1", "x", *fixed("2"), ecosystem="Debian:12")


def test_what_a_vendor_publishes_is_in_the_same_shard(mirror: Mirror, tmp_path: Path) -> None:
    debian(mirror, DSA, cves=("CVE-2026-1111",), age=0)
    before = run(mirror, tmp_path / "db", today=TODAY).status
    assert before.digest == built(mirror, tmp_path / "built")
    assert run(mirror, tmp_path / "db", today=TODAY).status == before
    assert mirror.paths(304) >= {"/debian/tracker.json", "/Debian/modified_id.csv"}
    assert "/Debian/all.zip" not in mirror.paths(304)
    debian(mirror, DSA, cves=("CVE-2026-1111", "CVE-2026-2222"), age=10)  # the vendor's file has changed: all is read
    assert run(mirror, tmp_path / "db", today=TODAY).status.digest == built(mirror, tmp_path / "built")
    newer = record("DSA-2-1", "z", *fixed("2"), ecosystem="Debian:12")
    debian(mirror, DSA, newer, age=20)  # only a record of the export is new
    assert run(mirror, tmp_path / "db", today=TODAY).status.digest == built(mirror, tmp_path / "built")
    assert "/Debian/DSA-2-1.json" in mirror.paths(200)
    assert "/Debian/all.zip" not in mirror.paths(200)


def test_what_a_vendor_does_not_publish_any_more_goes(mirror: Mirror, tmp_path: Path) -> None:
    debian(mirror, DSA, cves=("CVE-2026-1111",), age=0)
    run(mirror, tmp_path / "db", today=TODAY)
    (mirror.folder / "debian" / "tracker.json").unlink()
    assert run(mirror, tmp_path / "db", today=TODAY).status.digest == built(mirror, tmp_path / "built")


def test_an_export_that_a_vendors_feed_takes_the_place_of_does_not_travel(mirror: Mirror, tmp_path: Path) -> None:
    release = "Red Hat:enterprise_linux:8::baseos"
    write(mirror.folder, {"Red Hat": [record("RHSA-1", "glibc", *fixed("9-1"), ecosystem=release)]})
    run(mirror, tmp_path / "db", today=TODAY)
    document = (Path(__file__).parent / "vendor" / "redhat" / "cve-2024-2961.json").read_bytes()
    vex = mirror.folder / "redhat" / "vex" / "2024" / "cve-2024-2961.json"
    vex.parent.mkdir(parents=True)
    vex.write_bytes(document)
    files = {
        "archive_latest.txt": b"csaf_vex_2024-01-01.tar.zst",
        "changes.csv": b'"2024/cve-2024-2961.json","2024-08-20T17:24:27+00:00"\n',
    }
    for name, data in files.items():
        (mirror.folder / "redhat" / name).write_bytes(data)
    second = run(mirror, tmp_path / "db", today=TODAY).status
    assert second.digest == built(mirror, tmp_path / "built")
    assert {feed.name: feed.records for feed in second.feeds}["Red Hat"] == 1
    assert run(mirror, tmp_path / "db", today=TODAY).status == second
    assert not any(path.startswith("/Red%20Hat/") for path, _ in mirror.asked)
    for path in (vex, *(mirror.folder / "redhat" / name for name in files)):  # it is served no more
        path.unlink()
    third = run(mirror, tmp_path / "db", today=TODAY)
    assert third.status.digest == built(mirror, tmp_path / "built")
    shard = third.shard("osv", "Red Hat")
    assert shard is not None
    assert shard.records(["RHSA-1"])


def test_what_a_vendors_record_takes_from_osvs_stays_new(mirror: Mirror, tmp_path: Path) -> None:
    of_osv = record("DEBIAN-CVE-2026-1111", "y", *fixed("2"), ecosystem="Debian:12")
    debian(mirror, of_osv, cves=("CVE-2026-1111",), age=0)
    run(mirror, tmp_path / "db", today=TODAY)
    debian(mirror, of_osv | {"modified": "2026-02-01T00:00:00Z"}, age=10)
    after = run(mirror, tmp_path / "db", today=TODAY)
    assert after.status.digest == built(mirror, tmp_path / "built")
    shard = after.shard("osv", "Debian")
    assert shard is not None
    assert [each.modified for each in shard.records(["DEBIAN-CVE-2026-1111"])] == ["2026-02-01T00:00:00Z"]


def test_red_hats_list_of_repositories_travels_with_its_feed_only(mirror: Mirror, tmp_path: Path) -> None:
    write(mirror.folder, {"Red Hat": [record("RHSA-1", "x", *fixed("2-1"), ecosystem="Red Hat:enterprise_linux:9")]})
    (mirror.folder / "redhat").mkdir()
    listed = {"data": {"rhel-9": {"cpes": ["cpe:/o:redhat:enterprise_linux:9::baseos"]}}}
    (mirror.folder / "redhat" / "repository-to-cpe.json").write_text(json.dumps(listed))
    first = run(mirror, tmp_path / "db", today=TODAY)
    assert first.status.digest == built(mirror, tmp_path / "built")
    assert first.shard("repositories", "repositories") is not None
    run(mirror, tmp_path / "db", today=TODAY)
    assert "/redhat/repository-to-cpe.json" in mirror.paths(304)
    mirror.publish(ONE)
    other = run(mirror, tmp_path / "other", today=TODAY, ecosystems=["PyPI"])
    assert other.shard("repositories", "repositories") is None
    assert not any("repository-to-cpe" in path for path, _ in mirror.asked)


def test_a_vendor_without_an_export(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(ONE)
    path = mirror.folder / "debian" / "tracker.json"
    path.parent.mkdir()
    path.write_text(tracker("CVE-2026-1111"))
    first = run(mirror, tmp_path / "db", today=TODAY).status
    assert "Debian" in {feed.name for feed in first.feeds}
    assert run(mirror, tmp_path / "db", today=TODAY).status == first
    assert "/debian/tracker.json" in mirror.paths(304)
    path.unlink()
    assert "Debian" not in {feed.name for feed in run(mirror, tmp_path / "db", today=TODAY).status.feeds}
    with pytest.raises(NotFound, match="'Debian'"):
        run(mirror, tmp_path / "db", today=TODAY, ecosystems=["Debian"])


def test_many_changed_records_are_fetched_side_by_side(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(*many(300))
    run(mirror, tmp_path / "db")
    newer = [each | {"modified": "2026-02-01T00:00:00Z"} for each in many(300)[:220]]
    mirror.publish(*newer, *many(300)[220:], single=True)
    assert run(mirror, tmp_path / "db").status.digest == built(mirror, tmp_path / "built")
    assert "/PyPI/all.zip" not in mirror.paths(200)


def test_through_a_proxy(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(ONE)

    def proxy(request: Request) -> Reply:
        path = mirror.folder / request.path.removeprefix("http://feeds.invalid/osv/")
        return Reply(body=path.read_bytes()) if path.is_file() else Reply(404)

    with serve(proxy) as server:
        through = Client(Options(environment={"HTTP_PROXY": server.url}), LIMITS, sleep=lambda seconds: None)
        updated = update("http://feeds.invalid/osv", tmp_path / "db", through)
    assert updated.status.digest == built(mirror, tmp_path / "built")
