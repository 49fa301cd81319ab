"""The bytes of a published file, however it is packed, and within the limits."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.vuln.bulletin import Bulletin, Unread
from pratique.vuln.vendor._source import CHUNK, chunks, demand, files, whole

PACKERS: list[Callable[[bytes], bytes]] = [bytes, gzip.compress, bz2.compress, lzma.compress]
DATA = bytes(range(256)) * 4096


@pytest.mark.parametrize("pack", PACKERS)
def test_whatever_packs_it(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "file"
    path.write_bytes(pack(DATA))
    assert whole(path, DEFAULT) == DATA
    assert max(map(len, chunks(path, DEFAULT))) <= CHUNK
    path.write_bytes(pack(b""))
    assert whole(path, DEFAULT) == b""


@pytest.mark.parametrize("pack", PACKERS[1:])
def test_several_streams_are_one_file(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "file"
    path.write_bytes(pack(b"one ") + pack(b"two"))
    assert whole(path, DEFAULT) == b"one two"


@pytest.mark.parametrize("pack", PACKERS)
def test_the_limit(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "file"
    path.write_bytes(pack(DATA))
    assert len(whole(path, msgspec.structs.replace(DEFAULT, feed_file=len(DATA)))) == len(DATA)
    with pytest.raises(LimitExceeded, match="feed_file"):
        whole(path, msgspec.structs.replace(DEFAULT, feed_file=len(DATA) - 1))


@pytest.mark.parametrize("pack", PACKERS[1:])
def test_what_is_cut_or_changed(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "file"
    packed = pack(DATA)
    path.write_bytes(packed[:-10])
    with pytest.raises(Unreadable):
        whole(path, DEFAULT)
    half = len(packed) // 2
    path.write_bytes(packed[:half] + bytes(64) + packed[half + 64 :])
    with pytest.raises(Unreadable):
        whole(path, DEFAULT)


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="No such file"):
        whole(tmp_path / "none", DEFAULT)
    with pytest.raises(Unreadable):
        whole(tmp_path, DEFAULT)


def test_files_of_a_folder(tmp_path: Path) -> None:
    assert files(tmp_path / "none", ".xml") == ()
    for name in ("b.xml", "a.xml", "c.json"):
        (tmp_path / name).touch()
    (tmp_path / "d.xml").mkdir()
    assert [path.name for path in files(tmp_path, ".xml")] == ["a.xml", "b.xml"]


def test_at_least_one_record_is_demanded() -> None:
    assert list(demand([Unread("a", "b"), Bulletin("x")], "it")) == [Unread("a", "b"), Bulletin("x")]
    with pytest.raises(Unreadable, match="nothing of it could be read: a: b"):
        list(demand([Unread("a", "b"), Unread("c", "d")], "it"))
    with pytest.raises(Unreadable, match="no record"):
        list(demand([], "it"))
