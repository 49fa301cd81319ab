"""A mirror of feeds on loopback, served by Python's own server, and updates from it
(https://docs.python.org/3/library/http.server.html)."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from loopback import serve_folder
from pratique.limits import Limits
from pratique.net.client import Client
from pratique.net.options import Options
from pratique.vuln.build import build
from pratique.vuln.database import Database
from pratique.vuln.update import update
from vuln.feeds import Record, fixed, record, write

LIMITS = Limits(connect_seconds=2, read_seconds=5, retries=1)


class Mirror:
    """What is served, and what was asked for: (path, status)."""

    def __init__(self, folder: Path, port: int, asked: list[tuple[str, int]]) -> None:
        self.folder, self.url, self.asked = folder, f"http://127.0.0.1:{port}", asked
        self._age = 0

    def publish(self, *records: Record, single: bool = False, **more: object) -> None:
        """Put a PyPI feed there, newer than the one before (Last-Modified counts seconds); ``single`` records too."""
        write(self.folder, {"PyPI": records}, **more)
        for each in records if single else ():
            (self.folder / "PyPI" / f"{each['id']}.json").write_text(json.dumps(each))
        self._age += 10
        for path in self.folder.rglob("*"):
            os.utime(path, (1_700_000_000 + self._age,) * 2)

    def paths(self, status: int) -> set[str]:
        return {path for path, answer in self.asked if answer == status}


@contextlib.contextmanager
def mirrored(folder: Path) -> Iterator[Mirror]:
    """The folder behind HTTP."""
    folder.mkdir()
    with serve_folder(folder) as (port, asked):
        yield Mirror(folder, port, asked)


def client() -> Client:
    return Client(Options(environment={}), LIMITS, sleep=lambda seconds: None)


def run(mirror: Mirror, target: Path, **more: object) -> Database:
    mirror.asked.clear()
    update(mirror.url, target, client(), **more)  # type: ignore[arg-type]
    database = Database.open(target)
    database.verify()
    return database


def built(mirror: Mirror, target: Path) -> str:
    return build(mirror.folder, target).digest


def many(count: int) -> list[Record]:
    return [record(f"A-{index}", "x", *fixed("2")) for index in range(count)]


TODAY = date(2026, 11, 22)
ONE = record("A-1", "x", *fixed("2"), summary="one")
TWO = record("A-2", "y", *fixed("2"))
