"""Jobs side by side: every result comes back, an error too, and no process is left behind."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator

import pytest

from pratique.errors import Undecided, Unreadable
from pratique.vuln._crew import Crew, hands


def giving(jobs: Iterable[int]) -> Callable[[], int | None]:
    left = iter(jobs)
    return lambda: next(left, None)


def square(job: int) -> tuple[int, int]:
    return job * job, os.getpid()


@pytest.mark.parametrize("size", [1, 2, 3])
def test_every_job_is_done(size: int) -> None:
    found = dict(Crew(square, size).work(giving(range(20))))
    assert {job: result for job, (result, _) in found.items()} == {job: job * job for job in range(20)}
    assert (os.getpid() in {process for _, process in found.values()}) == (size == 1)


def test_a_job_that_waits_for_others_is_asked_for_again() -> None:
    ready = [1, 2]

    def take() -> int | None:
        return ready.pop(0) if ready else None

    done = []
    for job, _ in Crew(square, 2).work(take):
        done.append(job)
        if sorted(done) == [1, 2]:
            ready.append(3)
    assert sorted(done) == [1, 2, 3]


def refuse(job: int) -> int:
    if job == 3:
        raise Unreadable("three", hint="take another")
    return job


@pytest.mark.parametrize("size", [1, 2])
def test_an_error_comes_back_with_its_hint(size: int) -> None:
    with pytest.raises(Unreadable, match="three") as caught:
        list(Crew(refuse, size).work(giving(range(9))))
    assert caught.value.hint == "take another"


def fill(job: int) -> int:
    """A database of at most two pages: SQLite says of a third what it says of a full disk."""
    connection = sqlite3.connect(":memory:")
    connection.executescript("CREATE TABLE t (x); PRAGMA max_page_count=2;")
    connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
    return job


@pytest.mark.parametrize("size", [1, 2])
def test_a_full_disk_is_told_as_sqlite_tells_it(size: int, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(sqlite3.OperationalError, match="disk is full"):
        list(Crew(fill, size).work(giving(range(3))))
    assert capfd.readouterr() == ("", "")


def end(job: int) -> int:
    os._exit(9)


def test_a_process_that_is_ended_is_told() -> None:
    with pytest.raises(Undecided, match="was ended"):
        list(Crew(end, 2).work(giving(range(3))))


def test_nobody_waits_for_results_any_more() -> None:
    for _ in Crew(square, 2).work(giving(range(1000))):
        break


def test_where_there_is_one_core_nothing_is_forked() -> None:
    assert hands(1) == 1
    assert hands(64) <= (os.cpu_count() or 1)


def children() -> set[str]:
    """Our processes; other tests may have left one that lives as long as we do, such as the tracker of resources."""
    with open(f"/proc/{os.getpid()}/task/{os.getpid()}/children") as file:  # noqa: PTH123 - a kernel's file
        return set(file.read().split())


@pytest.fixture(autouse=True)
def nobody_is_left() -> Iterator[None]:
    before = children()
    yield
    assert children() <= before
