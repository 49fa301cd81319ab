from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pratique.vuln.used import DAYS, learn, recent

TODAY = date(2026, 11, 22)


def test_what_was_asked_for_of_late(tmp_path: Path) -> None:
    path = tmp_path / "data" / "ecosystems.json"
    assert recent(path, TODAY) == ()
    learn(path, {"npm", "Debian"}, TODAY)
    learn(path, {"PyPI"}, date.fromordinal(TODAY.toordinal() + DAYS))
    assert recent(path, TODAY) == ("Debian", "PyPI", "npm")
    assert recent(path, date.fromordinal(TODAY.toordinal() + DAYS + 1)) == ("PyPI",)


def test_a_clock_that_goes_back_forgets_nothing(tmp_path: Path) -> None:
    learn(tmp_path / "x", {"npm"}, TODAY)
    learn(tmp_path / "x", {"npm", "PyPI"}, date(2001, 1, 1))
    assert recent(tmp_path / "x", TODAY) == ("npm",)


def test_nothing_is_written_twice_a_day(tmp_path: Path) -> None:
    learn(tmp_path / "x", {"npm", "PyPI"}, TODAY)
    before = (tmp_path / "x").stat()
    learn(tmp_path / "x", {"npm"}, TODAY)
    assert (tmp_path / "x").stat().st_ino == before.st_ino


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[", b'{"ecosystems": {"npm": 1}}', b"[" * 100_000, b"\xff", b'{"ecosystems": {"\xff": ""}}'],
)
def test_what_is_damaged_is_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert recent(tmp_path / "x", TODAY) == ()
    learn(tmp_path / "x", {"npm"}, TODAY)
    assert recent(tmp_path / "x", TODAY) == ("npm",)


def test_where_nothing_can_be_written_nothing_is_learnt(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    learn(tmp_path / "file" / "x", {"npm"}, TODAY)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
