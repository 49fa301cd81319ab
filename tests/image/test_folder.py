"""Walking a root file system: what is there, and what would lead elsewhere."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path

import msgspec
import pytest

from pratique.errors import LimitExceeded, NotFound, Unreadable
from pratique.image.folder import read_folder
from pratique.limits import DEFAULT, Limits
from pratique.model import Kind, Problem


def walk(root: Path, limits: Limits = DEFAULT) -> tuple[list[tuple[str, Kind, int, str, bytes]], list[Problem]]:
    problems = list[Problem]()
    found = [
        (entry.path, entry.kind, entry.size, entry.target, b"".join(entry.body.chunks()))
        for entry in read_folder(str(root), limits, problems.append)
    ]
    return found, problems


def test_files_folders_and_links_in_order(tmp_path: Path) -> None:
    (tmp_path / "b/c").mkdir(parents=True)
    (tmp_path / "b/c/file").write_bytes(b"x" * 600_000)
    (tmp_path / "a").write_text("1")
    (tmp_path / "z").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(tmp_path / "s"))
    found, problems = walk(tmp_path)
    assert found == [
        ("a", Kind.FILE, 1, "", b"1"),
        ("b", Kind.FOLDER, 0, "", b""),
        ("b/c", Kind.FOLDER, 0, "", b""),
        ("b/c/file", Kind.FILE, 600_000, "", b"x" * 600_000),
        ("pipe", Kind.OTHER, 0, "", b""),
        ("s", Kind.OTHER, 0, "", b""),
        ("z", Kind.SYMLINK, 0, "/etc", b""),
    ]
    assert problems == []


def test_links_are_never_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("s")
    root = tmp_path / "root"
    root.mkdir()
    (root / "loop").symlink_to(".")
    (root / "out").symlink_to(outside)
    (root / "file").symlink_to(outside / "secret")
    found, _ = walk(root)
    assert {one[1] for one in found} == {Kind.SYMLINK}
    assert len(found) == 3


def test_a_file_that_became_a_link_while_we_walked(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    for name in "ab":
        (root / name).write_text("x")
    entries = read_folder(str(root), DEFAULT, [].append)
    entry = next(entries)
    (root / "a").unlink()
    (tmp_path / "secret").write_text("s")
    (root / "a").symlink_to(tmp_path / "secret")
    assert (entry.body.peek(4), b"".join(entry.body.chunks())) == (b"x", b"x")


def test_a_pipe_in_the_place_of_a_file_does_not_hang(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").write_text("x")
    problems = list[Problem]()
    entries = read_folder(str(tmp_path), DEFAULT, problems.append)
    next(entries)
    (tmp_path / "b").unlink()
    os.mkfifo(tmp_path / "b")
    assert [(entry.path, entry.kind) for entry in entries] == [("b", Kind.OTHER)]
    assert problems == []


def test_peek_leaves_the_body_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("content")
    entries = read_folder(str(tmp_path), DEFAULT, [].append)
    entry = next(entries)
    assert (entry.body.peek(4), b"".join(entry.body.chunks())) == (b"cont", b"content")


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe")).write_text("x")
    assert walk(tmp_path)[0][0][0] == "\\xff\\xfe"


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        walk(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    with pytest.raises(NotFound):
        walk(tmp_path / "file")


def descriptors() -> int:
    """How many this process has open; 0 where the system does not tell."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def test_bounds_and_no_descriptor_left(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / str(number)).mkdir()
    before = descriptors()
    with pytest.raises(LimitExceeded, match=r"limits\.entries"):
        walk(tmp_path, Limits(entries=10))
    assert descriptors() == before


def _plain_user(walked: Path) -> list[Problem]:
    """The problems that a user without rights has with a folder."""
    if os.geteuid() != 0:
        return walk(walked)[1]
    read, write = os.pipe()
    child = os.fork()
    if child == 0:  # root may read everything; another user shares nothing with this process but the pipe
        try:
            os.setgroups([])
            os.setuid(65534)
            os.write(write, msgspec.json.encode(walk(walked)[1]))
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read, "rb") as pipe:
        return msgspec.json.decode(pipe.read(), type=list[Problem])


def test_what_a_plain_user_may_not_read_is_one_blocking_problem() -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        root = Path(name)
        root.chmod(0o755)
        (root / "open").write_text("x")
        assert _plain_user(root) == []
        (root / "closed").mkdir(mode=0)
        for number in range(5):
            (root / f"file{number}").write_text("x")
            (root / f"file{number}").chmod(0)
        (problem,) = _plain_user(root)
    assert (problem.where, problem.blocking) == ("closed", True)
    assert "'closed' (Permission denied), 'file0' (Permission denied), 'file1' (Permission denied) and 3 more" in (
        problem.what
    )
    assert "root" in problem.hint


def test_a_file_that_fails_while_it_is_read_is_told() -> None:
    if not Path("/proc/self/mem").exists():
        pytest.skip("needs a file that opens and cannot be read")
    problems = list[Problem]()
    entries = read_folder("/proc/self/task", DEFAULT, problems.append)
    failed = 0
    for entry in entries:
        if entry.path.endswith("/mem") and entry.kind is Kind.FILE:
            with pytest.raises(Unreadable, match="cannot be read"):
                list(entry.body.chunks())
            failed += 1
        if failed:
            break
    next(entries)
    entries.close()
    assert failed == 1
    assert [problem.blocking for problem in problems] == [True]
    assert "/mem' (Input/output error)" in problems[0].what
