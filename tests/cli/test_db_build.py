from __future__ import annotations

import json
from pathlib import Path

from commands import Run


def test_a_database_is_built_where_asked_and_told_on_stderr(feeds: Path, run: Run, tmp_path: Path) -> None:
    code, out, err = run("db", "build", "--from", feeds, "--db", tmp_path / "db")
    assert (code, out) == (0, "")
    assert err.startswith(f"pratique: built {tmp_path / 'db'}: ")


def test_the_user_s_own_database_is_the_one_that_is_asked_then(
    feeds: Path, image: Path, run: Run, tmp_path: Path
) -> None:
    assert json.loads(run("db", "status", "--format=json")[1])["starter"] is True
    assert run("db", "build", "--from", feeds)[0] == 0
    status = json.loads(run("db", "status", "--format=json")[1])
    assert status["path"] == str(tmp_path / "xdg_data_home/pratique/db")
    assert "starter" not in status
    assert run("scan", image)[0] == 1


def test_feeds_that_are_none(run: Run, tmp_path: Path) -> None:
    code, out, err = run("db", "build", "--from", tmp_path / "nothing", "--db", tmp_path / "db")
    assert (code, out) == (2, "")
    assert "nothing" in err


def test_a_feed_that_cannot_be_read_leaves_the_old_database(feeds: Path, image: Path, run: Run, tmp_path: Path) -> None:
    assert run("db", "build", "--from", feeds, "--db", tmp_path / "db")[0] == 0
    (feeds / "PyPI" / "all.zip").write_bytes(b"PK\x03\x04 no more")
    code, out, err = run("db", "build", "--from", feeds, "--db", tmp_path / "db")
    assert (code, out) == (3, "")
    assert "all.zip" in err
    assert run("scan", image, "--db", tmp_path / "db")[0] == 1
