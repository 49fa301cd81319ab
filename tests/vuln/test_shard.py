"""Look-ups in a shard: damage is told, threads may share it."""

from __future__ import annotations

import sqlite3
import sys
import threading
from pathlib import Path

import pytest

from pratique.errors import DatabaseError
from pratique.version import key
from pratique.vuln.database import Database
from vuln.feeds import of_one_record, seal, shard_of_pypi


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return of_one_record(tmp_path)


def test_a_shard_that_is_damaged_inside(folder: Path) -> None:
    path = shard_of_pypi(folder)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xaa" * (len(data) - 4096)
    path.write_bytes(data)
    seal(folder)
    shard = Database.open(folder).shard("osv", "PyPI")
    assert shard is not None
    with pytest.raises(DatabaseError, match="damaged"):
        list(shard.affecting("", "x", key("pypi", "1")))


def test_values_of_another_type_are_damage(folder: Path) -> None:
    connection = sqlite3.connect(shard_of_pypi(folder))
    connection.execute("UPDATE record SET level = 'dire'")
    connection.commit()
    connection.close()
    seal(folder)
    shard = Database.open(folder).shard("osv", "PyPI")
    assert shard is not None
    with pytest.raises(DatabaseError, match="damaged"):
        list(shard.affecting("", "x", key("pypi", "1")))


def test_what_was_met_is_not_read_again(folder: Path) -> None:
    shard = Database.open(folder).shard("osv", "PyPI")
    assert shard is not None
    version = key("pypi", "1")
    shard.meet([("", "x", version), ("", "no such package", version), ("no such release", "x", version)])
    shard.close()
    assert len(shard.affecting("", "x", version)) == 1
    assert shard.affecting("", "no such package", version) == []


def test_threads_share_a_database(folder: Path) -> None:
    database = Database.open(folder)
    found: list[int] = []

    def ask() -> None:
        shard = database.shard("osv", "PyPI")
        assert shard is not None
        found.append(sum(len(list(shard.affecting("", "x", key("pypi", "1")))) for _ in range(50)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # each thread gives way to the others wherever it can
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert found == [50] * 8
