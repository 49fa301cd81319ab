"""Databases from feeds: equal whatever the order, replaced in one step, whole whatever happens."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from pratique.errors import NotFound, StorageError, Unreadable, UsageError
from pratique.model import DatabaseStatus
from pratique.version import key
from pratique.vuln.build import Options, build, sweep
from pratique.vuln.database import Database
from pratique.vuln.extent import Declared, Extent, Extents
from vuln.feeds import TODAY, fixed, record, write

ONE = record("A-1", "x", *fixed("2"))
TWO = record("A-2", "y", *fixed("2"), summary="prose")


def feeds(status: DatabaseStatus) -> set[str]:
    return {feed.name for feed in status.feeds}


def test_status_tells_what_is_in_it(tmp_path: Path) -> None:
    source = write(tmp_path / "feeds", {"PyPI": [ONE, TWO]}, epss={"CVE-1": 0.1})
    status = build(source, tmp_path / "db", options=Options(name="mine"))
    assert (status.name, status.path, status.starter) == ("mine", str(tmp_path / "db"), False)
    assert feeds(status) == {"PyPI", "kev", "epss", "eol", "cvss"}
    (pypi,) = [feed for feed in status.feeds if feed.name == "PyPI"]
    assert (pypi.date, pypi.records, pypi.ranges, pypi.complete, pypi.note) == (TODAY, 2, 2, True, "")
    assert Database.open(tmp_path / "db").status == status


def test_the_digest_is_the_contents_not_the_order(tmp_path: Path) -> None:
    first = build(write(tmp_path / "a", {"PyPI": [ONE, TWO]}), tmp_path / "1")
    second = build(write(tmp_path / "b", {"PyPI": [TWO, ONE]}), tmp_path / "2")
    third = build(write(tmp_path / "c", {"PyPI": [ONE]}), tmp_path / "3")
    assert first.digest == second.digest != third.digest
    files = [{path.name: path.read_bytes() for path in (tmp_path / name).glob("*.sqlite")} for name in "12"]
    assert files[0] == files[1]


def test_a_part_is_built_anew_and_the_rest_stays(tmp_path: Path) -> None:
    write(tmp_path / "feeds", {"PyPI": [ONE], "npm": []})
    before = build(tmp_path / "feeds", tmp_path / "db")
    write(tmp_path / "feeds", {"PyPI": [ONE, TWO], "npm": []})
    after = build(tmp_path / "feeds", tmp_path / "db", ecosystems=["PyPI"])
    assert feeds(after) == feeds(before)
    assert [feed.digest for feed in after.feeds if feed.name == "npm"] == [
        feed.digest for feed in before.feeds if feed.name == "npm"
    ]
    assert [feed.records for feed in after.feeds if feed.name == "PyPI"] == [2]


def test_a_whole_build_drops_what_the_source_has_not(tmp_path: Path) -> None:
    build(write(tmp_path / "a", {"PyPI": [ONE], "npm": []}), tmp_path / "db")
    assert "npm" not in feeds(build(write(tmp_path / "b", {"PyPI": [ONE]}), tmp_path / "db"))


def test_options(tmp_path: Path) -> None:
    source = write(tmp_path / "feeds", {"PyPI": [ONE, TWO]}, epss={"CVE-1": 0.1})
    status = build(
        source, tmp_path / "db", options=Options(starter=True, prose=False, skip=("A-1",), feeds=("osv", "kev"))
    )
    assert status.starter
    assert feeds(status) == {"PyPI", "kev", "cvss"}
    shard = Database.open(tmp_path / "db").shard("osv", "PyPI")
    assert shard is not None
    found = [each.advisory for each in shard.affecting("", "y", key("pypi", "1"))]
    assert [(advisory.id, advisory.summary) for advisory in found] == [("A-2", "")]
    assert not shard.holds("", "x")


def test_coverage_is_declared_beside_the_listing_or_by_the_caller(tmp_path: Path) -> None:
    source = write(tmp_path / "feeds", {"PyPI": [ONE]}, coverage={"PyPI": {"complete": False, "note": "a few"}})
    (feed,) = [feed for feed in build(source, tmp_path / "db").feeds if feed.name == "PyPI"]
    assert (feed.complete, feed.note) == (False, "a few")
    whole = Extents((Declared("PyPI", Extent()),))
    (feed,) = [feed for feed in build(source, tmp_path / "db", coverage=whole).feeds if feed.name == "PyPI"]
    assert feed.complete


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    source = write(tmp_path / "feeds", {"PyPI": [ONE, TWO]})
    build(source, tmp_path / "db", progress=lambda shard, done, total: told.append((shard, done, total)))
    assert ("PyPI", 2, 2) in told


def test_a_source_without_feeds(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no feeds at"):
        build(tmp_path, tmp_path / "db")
    with pytest.raises(NotFound, match="'Quux'"):
        build(write(tmp_path / "feeds", {"PyPI": []}), tmp_path / "db", ecosystems=["Quux"])


@pytest.mark.parametrize("text", ["[]", "{", '{"PyPI": {"compleat": true}}', '{"PyPI": 1}'])
def test_a_misspelt_coverage_is_refused(tmp_path: Path, text: str) -> None:
    source = write(tmp_path / "feeds", {"PyPI": []})
    (source / "coverage.json").write_text(text)
    with pytest.raises(UsageError, match="does not declare coverage"):
        build(source, tmp_path / "db")


def test_what_cannot_be_read_leaves_the_old_database(tmp_path: Path) -> None:
    source = write(tmp_path / "feeds", {"PyPI": [ONE]})
    before = build(source, tmp_path / "db")
    (source / "PyPI" / "all.zip").write_bytes(b"PK")
    with pytest.raises(Unreadable, match="no zip archive"):
        build(source, tmp_path / "db")
    assert Database.open(tmp_path / "db").status == before
    Database.open(tmp_path / "db").verify()
    assert not [path for path in (tmp_path / "db").iterdir() if path.name.startswith(".build")]


def test_a_target_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "db").write_text("a file")
    with pytest.raises(StorageError, match="cannot write"):
        build(write(tmp_path / "feeds", {"PyPI": [ONE]}), tmp_path / "db")


def test_a_reader_keeps_the_database_that_it_opened(tmp_path: Path) -> None:
    build(write(tmp_path / "a", {"PyPI": [ONE]}), tmp_path / "db")
    opened = Database.open(tmp_path / "db")
    build(write(tmp_path / "b", {"PyPI": [TWO]}), tmp_path / "db")
    shard = opened.shard("osv", "PyPI")
    assert shard is not None
    assert shard.holds("", "x")


def test_old_shards_are_swept_when_nobody_can_hold_them(tmp_path: Path) -> None:
    build(write(tmp_path / "a", {"PyPI": [ONE]}), tmp_path / "db")
    (old,) = (tmp_path / "db").glob("PyPI.*")
    os.utime(old, (0, 0))
    left = tmp_path / "db" / ".build-left"
    left.mkdir()
    os.utime(left, (0, 0))
    build(write(tmp_path / "b", {"PyPI": [TWO]}), tmp_path / "db")
    assert old.exists()  # the manifest before this one named it
    build(write(tmp_path / "c", {"PyPI": [ONE, TWO]}), tmp_path / "db")
    assert not old.exists()
    assert not left.exists()


def test_what_vanishes_while_it_is_swept_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / ".build-gone").symlink_to(tmp_path / "nowhere")  # listed, and not there when it is looked at
    sweep(tmp_path, set())
    build(write(tmp_path / "feeds", {"PyPI": [ONE]}), tmp_path)
    Database.open(tmp_path).verify()


def _build_in_process(source: Path, target: Path) -> None:
    build(source, target)


def test_two_processes_build_at_once(tmp_path: Path) -> None:
    sources = [write(tmp_path / str(index), {"PyPI": [ONE, TWO][: index + 1], "npm": []}) for index in range(2)]
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_build_in_process, args=(source, tmp_path / "db")) for source in sources * 2]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 4
    Database.open(tmp_path / "db").verify()


def test_a_build_that_is_killed_leaves_the_old_database(shared: Path, tmp_path: Path) -> None:
    before = build(write(tmp_path / "feeds", {"PyPI": [ONE]}), tmp_path / "db")
    worker = multiprocessing.get_context("spawn").Process(
        target=_build_in_process, args=(shared / "feeds", tmp_path / "db")
    )
    worker.start()
    assert worker.pid is not None
    while worker.is_alive() and not [*(tmp_path / "db").glob(".build-*/*.sqlite")]:
        time.sleep(0.01)
    os.kill(worker.pid, signal.SIGKILL)
    worker.join(60)
    assert Database.open(tmp_path / "db").status == before
    Database.open(tmp_path / "db").verify()


def test_a_feed_that_has_lost_most_of_its_records_leaves_the_old_database(tmp_path: Path) -> None:
    def feed(count: int) -> Path:
        return write(tmp_path / "feeds", {"PyPI": [record(f"A-{at}", "x", *fixed("2")) for at in range(count)]})

    before = build(feed(201), tmp_path / "db")
    with pytest.raises(Unreadable, match="the PyPI feed has 100 records, it had 201") as told:
        build(feed(100), tmp_path / "db")
    assert told.value.hint == "the old database is as it was; if that is right, remove it and do this again"
    assert Database.open(tmp_path / "db").status.digest == before.digest
    build(feed(101), tmp_path / "db")


def test_a_source_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotFound, match=r"no feeds at '.*file'"):
        build(tmp_path / "file", tmp_path / "db")


def test_an_ecosystem_that_the_source_has_not(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no feed of 'npm'") as told:
        build(write(tmp_path / "feeds", {"PyPI": [ONE]}), tmp_path / "db", ecosystems=["npm"])
    assert told.value.hint == "it has PyPI"


def test_a_file_where_the_database_should_go(tmp_path: Path) -> None:
    (tmp_path / "db").touch()
    with pytest.raises(StorageError, match="a file lies there"):
        build(write(tmp_path / "feeds", {"PyPI": [ONE]}), tmp_path / "db")


def test_a_damaged_export_is_to_be_fetched_again(tmp_path: Path) -> None:
    source = write(tmp_path / "feeds", {"PyPI": [ONE]})
    (source / "PyPI" / "all.zip").write_bytes((source / "PyPI" / "all.zip").read_bytes()[:-30])
    with pytest.raises(Unreadable, match="no zip archive") as told:
        build(source, tmp_path / "db")
    assert told.value.hint == f"the old database is as it was; fetch what lies at {str(source)!r} again"
