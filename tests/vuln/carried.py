"""A small database in a registry of tests/registry.py, for the tests of what carries databases."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from loopback import Server, serve
from pratique.limits import Limits
from pratique.oci import artifact
from pratique.oci.artifact import Source
from pratique.oci.options import Options
from pratique.vuln import carry
from pratique.vuln.build import build
from pratique.vuln.carry_in import Pulled, Wanted, pull
from pratique.vuln.carry_out import push_database
from registry import Registry
from vuln.feeds import Record, fixed, record, write

LIMITS = Limits(connect_seconds=2, read_seconds=5, retries=2, backoff_seconds=0.0)
OPTIONS = Options(environment={})

FEEDS: dict[str, list[Record]] = {
    "PyPI": [record("A-1", "x", *fixed("2")), record("A-2", "y", *fixed("2"))],
    "npm": [record("B-1", "x", *fixed("2"), ecosystem="npm")],
    "Debian": [record("C-1", "x", *fixed("2"), ecosystem="Debian:12")],
}


@dataclass
class Shelf:
    """A registry with the database of ``folder`` under ``reference``."""

    registry: Registry
    server: Server
    folder: Path
    reference: str

    def source(self) -> Source:
        return artifact.source(self.reference, carry.ARTIFACT, OPTIONS, LIMITS)

    def asked(self) -> list[str]:
        """Method and the last two parts of the path of each request since the last call, but for the one that finds out
        whether a host on this machine speaks plain HTTP."""
        asked = [each for each in self.server.requests if each.path != "/v2/"]
        found = [f"{each.method} {'/'.join(each.path.split('/')[-2:])}" for each in asked]
        self.server.requests.clear()
        return found

    def push(self) -> str:
        digest = push_database(self.folder, self.reference, OPTIONS, limits=LIMITS).digest
        self.server.requests.clear()
        return digest


def count(folder: Path) -> int:
    """How many shards the database has."""
    return len(list(folder.glob("*.sqlite")))


def made(folder: Path, feeds: dict[str, list[Record]] = FEEDS) -> Path:
    """A database of these feeds, KEV and EPSS."""
    build(write(folder / "feeds", feeds, kev=["CVE-2026-1"], epss={"CVE-2026-1": 0.5}), folder / "db")
    return folder / "db"


@contextlib.contextmanager
def shelf(folder: Path, registry: Registry | None = None) -> Iterator[Shelf]:
    registry = registry or Registry()
    with serve(registry) as server:
        reference = f"{server.url.removeprefix('http://')}/team/db:1"
        kept = Shelf(registry, server, made(folder), reference)
        kept.push()
        yield kept


def pulled(kept: Shelf, target: Path, *ecosystems: str, here: bool = False) -> Pulled:
    return pull(kept.source(), kept.reference, target, Wanted(ecosystems or None, here=here), limits=LIMITS)
