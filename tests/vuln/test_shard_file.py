from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pratique.errors import DatabaseError
from pratique.limits import DEFAULT
from pratique.vuln import manifest, shard_file
from vuln.carried import made


def test_all_that_is_built_is_whole(tmp_path: Path) -> None:
    folder = made(tmp_path)
    entries = manifest.read(folder, DEFAULT).shards
    assert shard_file.damaged(folder, entries) == []
    assert shard_file.damaged(tmp_path, entries) == list(entries)


def test_a_byte_of_a_row_is_noticed(tmp_path: Path) -> None:
    folder = made(tmp_path)
    entry = next(each for each in manifest.read(folder, DEFAULT).shards if each.name == "npm")
    data = (folder / entry.file).read_bytes()
    assert data.count(b"B-1") > 0
    (folder / entry.file).write_bytes(data.replace(b"B-1", b"B-7"))
    assert shard_file.is_here(folder, entry)
    assert shard_file.damaged(folder, (entry,)) == [entry]


def test_where_there_is_no_checksum_the_rows_tell(tmp_path: Path) -> None:
    folder = made(tmp_path)
    before = [msgspec.structs.replace(each, crc=None) for each in manifest.read(folder, DEFAULT).shards]
    assert shard_file.damaged(folder, before) == []
    entry = next(each for each in before if each.name == "npm")
    path = folder / entry.file
    path.write_bytes(path.read_bytes().replace(b"B-1", b"B-7"))
    assert shard_file.damaged(folder, before) == [entry]


def test_what_may_not_be_read_is_not_called_damaged(tmp_path: Path) -> None:
    entry = next(each for each in manifest.read(made(tmp_path), DEFAULT).shards if each.name == "npm")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(DatabaseError, match=r"cannot read the shard .*Too many levels"):
        shard_file.connect(tmp_path / "loop", entry)
    with pytest.raises(DatabaseError, match="is missing"):
        shard_file.connect(tmp_path / "none", entry)
