"""Members of archives, whole, damaged and hostile; against ``zipfile``."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT, Limits
from pratique.vuln.feed._zip import Member, members, slices


def read(path: Path, limits: Limits = DEFAULT, size: int = 100) -> list[Member]:
    return [member for part in slices(path, limits, size) for member in members(path, part, limits)]


def made(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_members_as_they_were_put_in(tmp_path: Path, method: int) -> None:
    content = {f"{index}.json": bytes([index]) * index for index in range(50)}
    path = made(tmp_path / "a.zip", content, method)
    assert {member.name: member.data for member in read(path)} == content
    parts = slices(path, DEFAULT, 100)
    assert len(parts) > 1
    assert sum(part.count for part in parts) == 50
    assert [part.first for part in parts] == [sum(part.count for part in parts[:at]) for at in range(len(parts))]


def test_what_is_no_record_is_left_alone(tmp_path: Path) -> None:
    assert read(made(tmp_path / "a.zip", {"README": b"x", "a/": b""})) == []


def test_the_real_archives_as_zipfile_reads_them(shared: Path) -> None:
    path = shared / "feeds" / "npm" / "all.zip"
    with zipfile.ZipFile(path) as theirs:
        assert {each.name: each.data for each in read(path)} == {name: theirs.read(name) for name in theirs.namelist()}


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"x" * 1000])
def test_what_is_no_archive(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(Unreadable, match="no zip archive"):
        read(tmp_path / "a.zip")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot read"):
        read(tmp_path / "a.zip")


def test_a_truncated_archive(tmp_path: Path) -> None:
    path = made(tmp_path / "a.zip", {"a.json": b"x" * 1000})
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(Unreadable):
        read(path)


def test_a_damaged_member_does_not_hide_the_others(tmp_path: Path) -> None:
    path = made(tmp_path / "a.zip", {"a.json": b"a" * 100, "b.json": b"b" * 100}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"a" * 100, b"a" * 99 + b"!"))
    first, second = read(path)
    assert first.data is None
    assert "not those that the directory names" in first.why
    assert second.data == b"b" * 100


def test_a_member_that_inflates_to_more_than_it_says(tmp_path: Path) -> None:
    path = made(tmp_path / "a.zip", {"a.json": b"\0" * 1_000_000})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\1\2") + 24  # APPNOTE 4.3.12: uncompressed size
    data[at : at + 4] = struct.pack("<I", 10)
    path.write_bytes(data)
    (member,) = read(path)
    assert member.data is None


def test_bounds(tmp_path: Path) -> None:
    path = made(tmp_path / "a.zip", {"a.json": b"x" * 1000, "b.json": b"y"})
    assert [member.data for member in read(path, Limits(feed_record=10))] == [None, b"y"]
    with pytest.raises(LimitExceeded, match="feed_records"):
        read(path, Limits(feed_records=1))
    with pytest.raises(LimitExceeded, match="feed_archive"):
        read(path, Limits(feed_archive=10))


def test_an_encrypted_member(tmp_path: Path) -> None:
    path = made(tmp_path / "a.zip", {"a.json": b"x"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    (member,) = read(path)
    assert (member.data, "encrypted" in member.why) == (None, True)
