"""Files that options name: read as far as they are wanted, and never waited for in vain."""

from __future__ import annotations

import io
import os
import re
import socket
import sys
from pathlib import Path

import pytest

from pratique.errors import PolicyError, UsageError
from pratique.given import check_ends, read_given


def test_all_bytes_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff\0" * 5)
    assert (
        read_given(tmp_path / "x", 10, "the list") == read_given(str(tmp_path / "x"), 99, "the list") == b"\xff\0" * 5
    )
    assert read_given(os.devnull, 10, "the list") == b""  # as one says that there is none


def test_one_byte_too_many(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x" * 11)
    with pytest.raises(UsageError, match=r"^the list '.*/x' is larger than 10 bytes$") as caught:
        read_given(tmp_path / "x", 10, "the list", hint="shorten it")
    assert caught.value.hint == "shorten it"


@pytest.mark.parametrize(("name", "why"), [("gone", "No such file"), (".", "Is a directory"), ("a\0b", "null byte")])
def test_what_is_no_file(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(UsageError, match=f"^cannot read the list .*: .*{why}"):
        read_given(f"{tmp_path}/{name}", 10, "the list")


def test_what_may_never_end_is_not_waited_for(tmp_path: Path) -> None:
    pipe, door = tmp_path / "pipe", tmp_path / "socket"
    os.mkfifo(pipe)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(door))
        for place, what in ((pipe, "a pipe"), (door, "a socket"), (Path("/dev/zero"), "a device")):
            told = re.escape(f"cannot read the list {str(place)!r}: it is {what}, which may never end")
            with pytest.raises(UsageError, match=told) as caught:
                read_given(place, 10, "the list")
            assert caught.value.hint.startswith("name a file")
    with pytest.raises(PolicyError, match="cannot read the policy"):
        check_ends(pipe, "the policy", PolicyError)


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no /dev/fd")
def test_a_pipe_that_the_caller_has_opened_is_read_to_its_end() -> None:
    receive, send = os.pipe()
    os.write(send, b"what a command writes")
    os.close(send)
    try:
        assert read_given(f"/dev/fd/{receive}", 100, "the list") == b"what a command writes"
    finally:
        os.close(receive)


def test_a_dash_is_standard_input_where_that_is_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-").write_bytes(b"a file")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x" * 11)))
    assert read_given("-", 10, "the list") == b"a file"
    with pytest.raises(UsageError, match="larger than 10"):
        read_given("-", 10, "the list", stdin=True)
