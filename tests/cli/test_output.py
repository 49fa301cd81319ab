from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

import pytest

from pratique.cli import _messages, _output
from pratique.cli._output import Wanted, available, checked, emit, wanted
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


def test_formats_are_the_modules_that_bind_a_writer() -> None:
    assert {"json", "table"} <= set(available())


@pytest.mark.parametrize(
    ("text", "made"), [("json", Wanted("json")), ("json=a=b.json", Wanted("json", Path("a=b.json")))]
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
    assert checked(None) == checked([]) == (Wanted("table"),)


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
    emit((FAILING,), asked, out, WriteOptions(colour=True, width=60))
    assert "\x1b[" in out.getvalue()
    assert json.loads((tmp_path / "x.json").read_text())["verdict"]["result"] == "fail"
    assert "\x1b[" not in (tmp_path / "x.txt").read_text()


def test_only_files_leave_stdout_empty(tmp_path: Path) -> None:
    out = io.StringIO()
    emit((CLEAN,), (Wanted("json", tmp_path / "x.json"),), out, WriteOptions())
    assert out.getvalue() == ""


def test_a_reader_that_stops_is_no_error_and_a_full_disk_is() -> None:
    emit((CLEAN,), (Wanted("table"),), Closed(), WriteOptions())
    with pytest.raises(StorageError, match="cannot write to standard output: No space left on device"):
        emit((CLEAN,), (Wanted("table"),), Full(), WriteOptions())
    with pytest.raises(StorageError, match="cannot write '/dev/full': No space left on device"):
        emit((CLEAN,), (Wanted("table", Path("/dev/full")),), io.StringIO(), WriteOptions())


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
