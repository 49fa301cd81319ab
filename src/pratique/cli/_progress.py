"""What is being done and how much of it in, bars on a terminal out. Without a terminal there is none, nor is rich
imported, which takes longer than a warm scan (https://rich.readthedocs.io/en/stable/progress.html)."""

from __future__ import annotations

import argparse
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import IO, TYPE_CHECKING

from pratique.report._text import cut_start, visible

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_NAME = 40  # columns
_PAUSE = 0.1  # seconds between two drawings


class Bars:
    """A bar a thing, called with (name, done, total) from any thread; total 0 where it is not known."""

    def __init__(self, stream: IO[str] | None) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._drawn = 0.0

    def __call__(self, name: str, done: int, total: int) -> None:
        """Shows how far it is; what is done goes away. A terminal that has gone gets no more."""
        with self._lock:
            try:
                self._show(name, done, total)
            except OSError:
                self._stream = self._progress = None

    def _show(self, name: str, done: int, total: int) -> None:
        finished = total and done >= total
        if self._stream is None or (finished and name not in self._tasks):
            return
        if self._progress is None:
            self._progress = _begin(self._stream)
        if finished:
            self._progress.remove_task(self._tasks.pop(name))
        elif name not in self._tasks:
            self._tasks[name] = self._progress.add_task(_shown(name), total=total or None, completed=done)
        else:
            self._progress.update(self._tasks[name], completed=done, total=total or None)
        if time.monotonic() - self._drawn > _PAUSE:
            self._progress.refresh()
            self._drawn = time.monotonic()

    def __enter__(self) -> Bars:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            if self._progress is not None:
                with suppress(OSError):
                    self._progress.stop()
            self._stream = self._progress = None


def bars(args: argparse.Namespace, stream: IO[str]) -> Bars:
    """Bars on ``stream`` if it is a terminal and nobody wants none."""
    return Bars(stream if stream.isatty() and not args.quiet and not args.no_progress else None)


def _shown(name: str) -> str:
    """The name, of a digest only as much as people compare; rich would read markup in brackets."""
    algorithm, _, digits = visible(name).partition(":")
    if algorithm == "sha256":
        return f"layer {digits[:12]}"
    return cut_start(visible(name), _NAME).replace("[", "\\[")


def _begin(stream: IO[str]) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    # Drawn when there is news, by whoever brings it: a thread of its own would stand in the way of fork(2).
    progress = Progress(*columns, console=Console(file=stream), transient=True, auto_refresh=False)
    progress.start()
    return progress
