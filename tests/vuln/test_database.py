"""Opening databases: quick, lazy, and a clear word for what is missing or damaged."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec
import pytest

from pratique.errors import DatabaseError
from pratique.limits import DEFAULT
from pratique.vuln import manifest
from pratique.vuln.build import build
from pratique.vuln.database import Database
from vuln.feeds import of_one_record, seal, shard_of_pypi, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return of_one_record(tmp_path)


def test_shards_are_opened_when_asked(folder: Path) -> None:
    shard_of_pypi(folder).unlink()
    with Database.open(folder) as database:
        assert database.shard("kev", "kev") is not None
        with pytest.raises(DatabaseError, match="missing"):
            database.shard("osv", "PyPI")


def test_a_shard_that_the_database_has_not(folder: Path) -> None:
    assert Database.open(folder).shard("osv", "Quux") is None


def test_nothing_is_written_beside_a_database_that_is_read(folder: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    with Database.open(folder) as database:
        database.verify()
    folder.chmod(0o755)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_no_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="no vulnerability database") as caught:
        Database.open(tmp_path / "none")
    assert "pratique db update" in caught.value.hint


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\xff", b'{"schema": 1}', b'{"schema":1,"shards":[],"new":1}', b"[" * 99999]
)
def test_a_damaged_manifest(folder: Path, data: bytes) -> None:
    (folder / manifest.NAME).write_bytes(data)
    with pytest.raises(DatabaseError, match="damaged") as caught:
        Database.open(folder)
    assert caught.value.hint


def test_a_manifest_of_another_schema_whatever_else_is_in_it(folder: Path) -> None:
    (folder / manifest.NAME).write_text('{"schema": 99, "shards": "another shape"}')
    with pytest.raises(DatabaseError, match="schema 99"):
        Database.open(folder)


def test_a_huge_manifest(folder: Path) -> None:
    (folder / manifest.NAME).write_bytes(b" " * (5 << 20))
    with pytest.raises(DatabaseError, match="larger than"):
        Database.open(folder)


@pytest.mark.parametrize("name", ["../PyPI.sqlite", "/etc/passwd", "", ".hidden", "a/b"])
def test_a_manifest_that_names_files_elsewhere(folder: Path, name: str) -> None:
    bound = Database.open(folder).manifest
    shards = tuple(msgspec.structs.replace(shard, file=name) for shard in bound.shards)
    manifest.write(folder, msgspec.structs.replace(bound, shards=shards))
    with pytest.raises(DatabaseError, match="names the file"):
        Database.open(folder)


def test_a_truncated_shard(folder: Path) -> None:
    path = shard_of_pypi(folder)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DatabaseError, match="the manifest says"):
        Database.open(folder).shard("osv", "PyPI")


def test_any_byte_that_was_changed_is_noticed_before_a_row_is_read(folder: Path) -> None:
    path = shard_of_pypi(folder)
    whole = path.read_bytes()
    for at in (*range(24, 28), *range(0, len(whole), 997)):  # bytes 24 to 27 count changes, and SQLite reads over them
        path.write_bytes(whole[:at] + bytes((whole[at] ^ 1,)) + whole[at + 1 :])
        with pytest.raises(DatabaseError, match="damaged"):
            Database.open(folder).shard("osv", "PyPI")
    path.write_bytes(whole)
    assert Database.open(folder).shard("osv", "PyPI") is not None


def test_a_database_of_before_has_no_checksums(folder: Path) -> None:
    bound = manifest.read(folder, DEFAULT)
    old = tuple(msgspec.structs.replace(each, crc=None) for each in bound.shards)
    manifest.write(folder, msgspec.structs.replace(bound, shards=old))
    assert Database.open(folder).shard("osv", "PyPI") is not None


def test_a_shard_of_rubbish(folder: Path) -> None:
    path = shard_of_pypi(folder)
    path.write_bytes(b"x" * path.stat().st_size)
    seal(folder)
    with pytest.raises(DatabaseError, match="no shard"):
        Database.open(folder).shard("osv", "PyPI")


def test_a_shard_of_another_schema(folder: Path) -> None:
    connection = sqlite3.connect(shard_of_pypi(folder))
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    seal(folder)
    with pytest.raises(DatabaseError, match="schema 99"):
        Database.open(folder).shard("osv", "PyPI")


def test_rows_that_were_changed_are_found_out(folder: Path) -> None:
    connection = sqlite3.connect(shard_of_pypi(folder))
    connection.execute("UPDATE release SET ranges = 7")
    connection.commit()
    connection.close()
    seal(folder)
    with pytest.raises(DatabaseError, match=r"the rows of .* are not those that the manifest names"):
        Database.open(folder).verify()


def test_odd_folder_names(tmp_path: Path) -> None:
    target = tmp_path / "a folder?mode=rw#%41 ü"
    build(write(tmp_path / "feeds", {"PyPI": []}), target)
    Database.open(target).verify()
