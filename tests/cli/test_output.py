from __future__ import annotations

import argparse
import io
import json
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from pratique.cli import _messages, _output
from pratique.cli._output import Wanted, available, checked, emit, of_reports, wanted, wanted_template
from pratique.errors import StorageError, UsageError
from pratique.plugins import WriteOptions
from reports import CLEAN, FAILING


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Closed(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


class Full(io.StringIO):
    def flush(self) -> None:
        raise OSError(28, "No space left on device")


FULL = Path("/dev/full")  # https://man7.org/linux/man-pages/man4/full.4.html


def test_formats_are_the_modules_that_bind_a_writer() -> None:
    assert {"json", "table"} <= set(available())


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("json", Wanted("json")),
        ("json=-", Wanted("json")),
        ("json=a=b.json", Wanted("json", Path("a=b.json"))),
        ("cyclonedx-1.5=./-", Wanted("cyclonedx", Path("./-"), "1.5")),
    ],
)
def test_a_format_may_name_its_file(text: str, made: Wanted) -> None:
    assert wanted(text) == made


@pytest.mark.parametrize(
    ("text", "told"),
    [("jsn", "did you mean 'json'"), ("", "no format ''"), ("json=", "names no file"), ("_schema", "no format")],
)
def test_what_is_no_format(text: str, told: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=told):
        wanted(text)


def test_a_table_where_nothing_is_asked_for() -> None:
    assert checked([]) == (Wanted("table"),)


def test_files_are_checked_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        checked([Wanted("json", tmp_path / "no" / "x.json")])
    with pytest.raises(UsageError, match="it is a folder"):
        checked([Wanted("json", tmp_path)])
    with pytest.raises(UsageError, match="mixed"):
        checked([Wanted("json"), Wanted("table")])


def test_each_format_goes_to_its_place(tmp_path: Path) -> None:
    out = io.StringIO()
    asked = (Wanted("table"), Wanted("json", tmp_path / "x.json"), Wanted("table", tmp_path / "x.txt"))
    emit(of_reports((FAILING,)), asked, out, WriteOptions(colour=True, width=60))
    assert "\x1b[" in out.getvalue()
    assert json.loads((tmp_path / "x.json").read_text())["verdict"]["result"] == "fail"
    assert "\x1b[" not in (tmp_path / "x.txt").read_text()


def test_only_files_leave_stdout_empty(tmp_path: Path) -> None:
    out = io.StringIO()
    emit(of_reports((CLEAN,)), (Wanted("json", tmp_path / "x.json"),), out, WriteOptions())
    assert out.getvalue() == ""


def test_a_report_that_does_not_arrive_is_an_error(tmp_path: Path) -> None:
    """Of stdout and of each file, where the reader has gone and where the disk is full."""
    (error,) = emit(of_reports((CLEAN,)), (Wanted("table"),), Closed(), WriteOptions())
    assert (error.exit_code, str(error)) == (
        3,
        "cannot write the report to standard output: its reader closed the pipe",
    )
    _output.say("a page", Closed())  # which is no report
    (error,) = emit(of_reports((CLEAN,)), (Wanted("table"),), Full(), WriteOptions())
    assert str(error) == "cannot write to standard output: No space left on device"
    (error,) = emit(of_reports((CLEAN,)), (Wanted("table", FULL),), io.StringIO(), WriteOptions())
    assert str(error) == "cannot write '/dev/full': No space left on device"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: pipe.open("rb").close())
    reader.start()
    large = of_reports((msgspec.structs.replace(CLEAN, notes=("x" * 1000,) * 1000),))  # more than a pipe holds
    (error,) = emit(large, (Wanted("json", pipe),), io.StringIO(), WriteOptions())
    reader.join()
    assert (error.exit_code, str(error)) == (3, f"cannot write '{pipe}': Broken pipe")


@pytest.mark.parametrize("stream", [io.StringIO(), Full()])
def test_a_place_that_fails_keeps_back_no_other(tmp_path: Path, stream: io.StringIO) -> None:
    asked = (Wanted("json", FULL), Wanted("json", tmp_path / "x.json"), Wanted("table"), Wanted("table", FULL))
    failed = emit(of_reports((FAILING,)), asked, stream, WriteOptions())
    assert len(failed) == 2 + isinstance(stream, Full)
    assert "FAIL" in stream.getvalue()
    assert json.loads((tmp_path / "x.json").read_text())["verdict"]["result"] == "fail"


def test_one_file_for_two_formats_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("a")
    for other in ("a", "link", "../" + tmp_path.name + "/a"):
        with pytest.raises(UsageError, match="overwrite one another"):
            checked([Wanted("json", tmp_path / "a"), Wanted("table", tmp_path / other)])


def test_no_format_overwrites_a_template(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="overwrite one another"):
        checked([wanted_template(f"{tmp_path}/t.j2={tmp_path}/t.j2")])


@pytest.fixture
def nobody() -> Iterator[Path]:
    """A folder of root's that all may look into, while the effective user is another."""
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "ours.json").write_text("x" * 100_000)
        os.chown(folder / "ours.json", 65534, -1)
        os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(0)


def test_a_folder_that_is_not_ours_is_told_before_any_work(nobody: Path) -> None:
    with pytest.raises(UsageError, match=f"nothing may be written in the folder '{nobody}'"):
        checked([Wanted("json", nobody / "report.json")])
    assert checked([Wanted("json", Path("/dev/null"))])


def test_a_file_of_ours_in_a_folder_that_is_not_is_written_over(nobody: Path) -> None:
    """It cannot be replaced; nor can one that is mounted by itself."""
    asked = checked([Wanted("json", nobody / "ours.json")])
    assert emit(of_reports((CLEAN,)), asked, io.StringIO(), WriteOptions()) == ()
    assert json.loads((nobody / "ours.json").read_text())["verdict"]["result"] == "pass"


@pytest.mark.parametrize("text", ["", "=", "t.j2=", "=x"])
def test_what_is_no_template(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not FILE"):
        wanted_template(text)


def test_a_template_may_name_its_file() -> None:
    assert wanted_template("a.md.j2=a.md") == Wanted("template", Path("a.md"), template=Path("a.md.j2"))
    assert wanted_template("a.md.j2") == wanted_template("a.md.j2=-")


def test_an_older_report_stays_whole_until_the_new_one_is(tmp_path: Path) -> None:
    """A reader that holds the old file open sees all of it: it was replaced, not written over."""
    place, link = tmp_path / "x.json", tmp_path / "link.json"
    place.write_text("old")
    place.chmod(0o640)
    link.symlink_to("x.json")
    with place.open() as reader:
        assert emit(of_reports((FAILING,)), (Wanted("json", link),), io.StringIO(), WriteOptions()) == ()
        assert reader.read() == "old"
    assert json.loads(place.read_text())["verdict"]["result"] == "fail"
    assert place.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.json", "x.json"]


def test_a_full_disk_costs_no_older_report(tmp_path: Path) -> None:
    """A bound on the size of files stands for the full disk (setrlimit(2): write fails with EFBIG)."""
    resource = pytest.importorskip("resource")
    place = tmp_path / "x.json"
    place.write_text("old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        (error,) = emit(of_reports((FAILING,)), (Wanted("json", place),), io.StringIO(), WriteOptions())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert str(error) == f"cannot write {str(place)!r}: File too large"
    assert place.read_text() == "old"
    assert list(tmp_path.iterdir()) == [place]


def test_a_new_file_has_the_mode_that_umask_gives(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    emit(of_reports((CLEAN,)), (Wanted("json", tmp_path / "x"),), io.StringIO(), WriteOptions())
    assert (tmp_path / "x").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_pipe_is_written_and_stays_one(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    assert emit(of_reports((CLEAN,)), (Wanted("json", pipe),), io.StringIO(), WriteOptions()) == ()
    reader.join()
    assert json.loads(read[0])["verdict"]["result"] == "pass"
    assert pipe.is_fifo()


def test_a_pipe_that_nobody_reads_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StorageError, match=r"cannot write '.*/pipe': nobody reads the pipe"):
        _output.save("text", tmp_path / "pipe", patience=0)
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="no /proc")
def test_what_a_descriptor_leads_to_is_not_replaced(tmp_path: Path) -> None:
    """As /dev/stdout is, where stdout goes to a file."""
    with (tmp_path / "x").open("w+") as stream:
        stream.write("before\n")
        stream.flush()
        (tmp_path / "link").symlink_to(f"/dev/fd/{stream.fileno()}")
        assert emit(of_reports((CLEAN,)), (Wanted("json", tmp_path / "link"),), io.StringIO(), WriteOptions()) == ()
        stream.seek(0)
        first, rest = stream.read().split("\n", 1)
    assert (first, json.loads(rest)["verdict"]["result"]) == ("before", "pass")


def test_a_link_to_itself_ends(tmp_path: Path) -> None:
    (tmp_path / "x").symlink_to("x")
    (error,) = emit(of_reports((CLEAN,)), (Wanted("json", tmp_path / "x"),), io.StringIO(), WriteOptions())
    assert "symbolic links" in str(error)


@pytest.mark.parametrize(
    ("when", "stream", "environment", "coloured"),
    [
        ("auto", Terminal(), {}, True),
        ("auto", io.StringIO(), {}, False),
        ("auto", Terminal(), {"NO_COLOR": "1"}, False),
        ("auto", Terminal(), {"NO_COLOR": ""}, True),
        ("auto", Terminal(), {"TERM": "dumb"}, False),
        ("always", io.StringIO(), {"NO_COLOR": "1"}, True),
        ("never", Terminal(), {}, False),
    ],
)
def test_colour(when: str, stream: io.StringIO, environment: dict[str, str], coloured: bool) -> None:
    assert _messages.colour(when, stream, environment) is coloured


def test_messages_cannot_write_to_the_terminal() -> None:
    err = io.StringIO()
    _messages.tell(err, "no \x1b[2J\nsuch", "try\u202e this")
    assert err.getvalue() == "pratique: no \\x1b[2J\n  | such\n  hint: try\\u202e this\n"
    _messages.tell(Closed(), "nobody listens")


def test_options_of_what_is_no_terminal() -> None:
    options = _output.write_options(argparse.Namespace(color="auto", all=True), io.StringIO(), {})
    assert (options.colour, options.everything) == (False, True)
