"""Jobs in, their results out, done side by side by processes that stay: what one learns for a job serves its next.

Processes are made by fork(2) (https://man7.org/linux/man-pages/man2/fork.2.html); where that is not safe, and where
there is little to do, the jobs are done here, one after the other.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Generic, TypeVar

from pratique.errors import PratiqueError, Undecided
from pratique.processes import binding, can_fork

Job = TypeVar("Job")
Result = TypeVar("Result")

_TOLD = (PratiqueError, OSError, sqlite3.Error, ArithmeticError, LookupError, ValueError, TypeError)  # raised by jobs


def hands(wanted: int) -> int:
    """How many processes may work: 1, this one, where fork is not safe."""
    return max(1, min(wanted, len(os.sched_getaffinity(0)))) if can_fork() else 1


class Crew(Generic[Job, Result]):
    """``do`` does a job; ``take`` gives the next one, None while there is none before others are done."""

    def __init__(self, do: Callable[[Job], Result], size: int) -> None:
        self._do, self._size = do, size

    def work(self, take: Callable[[], Job | None]) -> Iterator[tuple[Job, Result]]:
        """Each job with its result, as they are done. Raises what a job raised; however this ends, no process is
        left."""
        if self._size <= 1:
            while (job := take()) is not None:
                yield job, self._do(job)
            return
        yield from self._side_by_side(take)

    def _side_by_side(self, take: Callable[[], Job | None]) -> Iterator[tuple[Job, Result]]:
        bind = binding(os.getpid())
        context = multiprocessing.get_context("fork")
        idle: list[Connection] = []
        busy: dict[Connection, Job] = {}
        processes = []
        try:
            for _ in range(self._size):
                ours, theirs = context.Pipe()
                process = context.Process(target=self._serve, args=(theirs, bind), daemon=True)
                process.start()
                theirs.close()
                processes.append(process)
                idle.append(ours)
            while True:
                while idle and (job := take()) is not None:
                    pipe = idle.pop()
                    busy[pipe] = job
                    pipe.send(job)
                if not busy:
                    return
                for ready in wait(list(busy)):
                    pipe = next(each for each in busy if each is ready)
                    result = self._answer(pipe)
                    job = busy.pop(pipe)
                    idle.append(pipe)
                    yield job, result
        finally:
            for process in processes:
                process.kill()
                process.join()

    def _answer(self, pipe: Connection) -> Result:
        try:
            worked, result = pipe.recv()
        except (EOFError, OSError) as error:
            hint = "it may have run out of memory"
            raise Undecided("a process that read feeds was ended", hint=hint) from error
        if not worked:
            raise result
        answer: Result = result
        return answer

    def _serve(self, pipe: Connection, bind: Callable[[], None]) -> None:
        """What a process does until it is ended. Ctrl-C is the parent's to handle."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        bind()
        gc.disable()  # rows form no circles, and looking through them takes a third of the time
        while True:
            job = pipe.recv()
            try:
                pipe.send((True, self._do(job)))
            except _TOLD as error:
                pipe.send((False, error))
