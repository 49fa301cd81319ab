"""What is said beside the report, on stderr: one line what failed, one what to do; and what the streams can show."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO

from pratique.report._text import escape, visible

WIDTH = 120  # columns of what is no terminal


def tell(err: IO[str], what: str, hint: str = "") -> None:
    """``pratique: what failed``, what it shows of a file, and the hint. What came from outside cannot write to the
    terminal, nor pass for a line of ours."""
    first, *more = what.split("\n")
    lines = [f"pratique: {visible(first)}", *(f"  | {_shown(line)}" for line in more)]
    if hint:
        lines.append(f"  hint: {visible(hint)}")
    _write(err, "\n".join(lines) + "\n")


def trace(err: IO[str], error: Exception) -> None:
    """The traceback, its text made safe line by line."""
    import traceback  # only for --debug

    lines = "".join(traceback.format_exception(error)).split("\n")
    _write(err, "\n".join(map(_shown, lines)))


def _write(err: IO[str], text: str) -> None:
    try:
        err.write(text)
        err.flush()
    except OSError:  # nobody listens any more: the exit code still says it
        abandon(err)


def _shown(line: str) -> str:
    """A line with its columns as they are, for what a caret points at."""
    return "".join(c if c.isprintable() else escape(c) for c in line)


def nearest(word: str, known: Sequence[str], likeness: float = 0.6) -> str:
    """The known word that was probably meant, "" where none is near."""
    from difflib import get_close_matches  # only for what is misspelt

    return next(iter(get_close_matches(word, known, n=1, cutoff=likeness)), "")


def made_safe(stream: IO[str]) -> IO[str]:
    """UTF-8 where no terminal says otherwise (RFC 8259 wants it of JSON), and no error for what cannot be shown."""
    if isinstance(stream, io.TextIOWrapper):
        with suppress(OSError):  # it cannot be written to, which is told when something is
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    return stream


def abandon(stream: IO[str]) -> None:
    """Sends what is still in the stream nowhere, so that closing it at exit does not fail again."""
    try:
        number = stream.fileno()
    except (OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)


def width(stream: IO[str]) -> int:
    """What ``COLUMNS`` says, else the terminal's columns, else 120."""
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isdecimal() and int(wanted[:5]):
        return int(wanted[:5])
    try:
        return os.get_terminal_size(stream.fileno()).columns or WIDTH
    except (OSError, ValueError):  # no terminal
        return WIDTH


def colour(when: str, stream: IO[str], environment: Mapping[str, str]) -> bool:
    """Whether to colour: ``always``, ``never``, or ``auto``: on a terminal that can, unless ``NO_COLOR`` is set
    (https://no-color.org)."""
    if when != "auto":
        return when == "always"
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
