from __future__ import annotations

import json
from pathlib import Path

from commands import Run


def test_a_line_a_feed_with_its_age(feeds: Path, run: Run, tmp_path: Path) -> None:
    run("db", "build", "--from", feeds, "--db", tmp_path / "db")
    code, out, err = run("db", "status", "--db", tmp_path / "db")
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.split("\n")]
    assert ["PyPI", "2026-11-20", "1", "day", "1", "1"] in lines
    assert ["kev", "2026-11-20", "1", "day", "1"] in lines


def test_the_starter_says_that_it_is_one(run: Run) -> None:
    code, out, _ = run("db", "status")
    assert code == 0
    assert "the starter that comes with Pratique" in out.split("\n")[0]
    assert run("db", "status", "--verify")[0] == 0


def test_json_is_for_machines(run: Run) -> None:
    status = json.loads(run("db", "status", "--format=json")[1])
    assert {feed["name"] for feed in status["feeds"]} >= {"PyPI", "Debian", "kev"}


def test_a_folder_without_a_database_is_named_by_mistake(run: Run, tmp_path: Path) -> None:
    code, out, err = run("db", "status", "--db", tmp_path / "nothing")
    assert (code, out) == (2, "")
    assert "pratique db update" in err


def test_a_row_that_was_changed_is_found(feeds: Path, run: Run, tmp_path: Path) -> None:
    run("db", "build", "--from", feeds, "--db", tmp_path / "db")
    shard = next((tmp_path / "db").glob("PyPI.*"))
    shard.write_bytes(shard.read_bytes().replace(b"CVE-2026-4242", b"CVE-2026-4243"))
    assert run("db", "status", "--db", tmp_path / "db", "--verify")[0] == 3
