from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.oci.files import Archive, Folder, Member, normalise, open_range


def test_ranges(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(bytes(range(100)))
    member = Member(str(tmp_path / "f"), 10, 20)
    assert member.read(20, "f") == bytes(range(10, 30))
    with pytest.raises(LimitExceeded, match="'f' has 20 bytes, more than 19"):
        member.read(19, "f")
    with pickle.loads(pickle.dumps(member.opener()))() as stream:
        assert stream.read(5) == bytes(range(10, 15))
        assert stream.seek(-3, os.SEEK_END) == 17
        assert stream.read() == bytes(range(27, 30))
        assert stream.seek(3, os.SEEK_SET) == stream.tell() == 3
        assert stream.seek(2, os.SEEK_CUR) == 5
        assert stream.read(1) == bytes([15])


def test_a_file_that_has_become_shorter_just_ends(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"abc")
    with open_range(str(tmp_path / "f"), 1, 10) as stream:
        assert stream.read() == b"bc"


def test_only_regular_files_open(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "none", Path("/dev/zero")):
        with pytest.raises(Unreadable):
            open_range(str(path), 0, 1)


def test_a_folder_gives_what_lies_in_it(tmp_path: Path) -> None:
    (tmp_path / "in" / "a").mkdir(parents=True)
    (tmp_path / "out").write_text("secret")
    (tmp_path / "in" / "a" / "b").write_text("xy")
    (tmp_path / "in" / "link").symlink_to("a/b")  # Bazel's layouts are made of links
    files = Folder(tmp_path / "in")
    assert files.find("a/b") == files.find("./a//b") == files.find("/a/b") == Member(str(tmp_path / "in/a/b"), 0, 2)
    assert files.find("link") == Member(str(tmp_path / "in/link"), 0, 2)
    for name in ("../out", "a/../../out", "a", "none", "", ".", "..", "a\0b", "x" * 5000):
        assert files.find(name) is None


def test_links_in_an_archive_are_bounded() -> None:
    chain: dict[str, Member | str] = {f"l{number}": f"l{number + 1}" for number in range(100)}
    files = Archive({**chain, "l100": Member("p", 0, 1), "self": "self"}, DEFAULT)
    assert files.find("l95") == Member("p", 0, 1)
    assert files.find("l10") is None
    assert files.find("self") is None


@given(st.text(max_size=40))
def test_normal_names_stay_inside(name: str) -> None:
    clean = normalise(name)
    assert not clean.startswith(("/", "../"))
    assert clean not in ("..", ".")
    assert normalise(clean) == clean
