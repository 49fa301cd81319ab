from __future__ import annotations

import argparse
import errno
import io
import subprocess
import sys

import pytest

from pratique.cli._progress import bars


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def drawn(stream: io.StringIO, *, quiet: bool = False, no_progress: bool = False) -> str:
    with bars(argparse.Namespace(quiet=quiet, no_progress=no_progress), stream) as shown:
        for done in range(0, 101, 10):
            shown("layer [bold]1\x1b[2J", done, 100)
        shown("endless", 5, 0)
    return stream.getvalue()


def test_a_terminal_gets_bars_and_no_name_obeys_or_is_obeyed() -> None:
    text = drawn(Terminal())
    assert "layer [bold]1\\x1b[2J" in text
    assert "endless" in text


def test_what_is_done_is_not_drawn_again() -> None:
    """Of a layer it is told when its last byte was read, and again when its facts are there."""
    stream = Terminal()
    with bars(argparse.Namespace(quiet=False, no_progress=False), stream) as shown:
        shown("layer", 100, 100)
        assert stream.getvalue() == ""
        shown("layer", 50, 100)
        shown("layer", 100, 100)
        drawn = stream.getvalue()
        assert "layer" in drawn
        shown("layer", 100, 100)
        assert stream.getvalue() == drawn


class Gone(Terminal):
    """A terminal that was closed after so many writes, as a process under nohup sees it."""

    def __init__(self, writes: int) -> None:
        super().__init__()
        self.left = writes

    def write(self, text: str) -> int:
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.EIO, "Input/output error")
        return super().write(text)


@pytest.mark.parametrize("writes", range(8))
def test_a_terminal_that_has_gone_ends_no_scan(writes: int) -> None:
    drawn(Gone(writes))


@pytest.mark.parametrize("wish", [{"quiet": True}, {"no_progress": True}])
def test_there_are_none_for_who_wants_none(wish: dict[str, bool]) -> None:
    assert drawn(Terminal(), **wish) == ""


def test_what_is_no_terminal_gets_none_and_rich_is_not_loaded() -> None:
    assert drawn(io.StringIO()) == ""
    code = (
        "import argparse, io, sys; from pratique.cli._progress import bars\n"
        "with bars(argparse.Namespace(quiet=False, no_progress=False), io.StringIO()) as shown: shown('x', 1, 2)\n"
        "assert 'rich' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
