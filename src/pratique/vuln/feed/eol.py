"""The ends of distributions' releases in, a row a release out.

Of Debian's ``distro-info-data`` the table ``eol.csv`` beside this module keeps version, codename and the day when free
support, LTS included, ends. https://salsa.debian.org/debian/distro-info-data; a source folder may hold newer tables,
``distro-info/debian.csv`` and ``distro-info/ubuntu.csv``, as the Debian package installs them.
"""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path

from pratique.errors import Unreadable
from pratique.vuln.feed._shape import Feed, Settings, Source
from pratique.vuln.feed._spool import Run
from pratique.vuln.feed.kev import read_file
from pratique.vuln.manifest import ShardFacts

SCHEMA = """
CREATE TABLE eol (
    distro TEXT NOT NULL, version TEXT NOT NULL, codename TEXT NOT NULL, ended TEXT NOT NULL,
    PRIMARY KEY (distro, version)
) WITHOUT ROWID;
"""

Row = tuple[str, str, str, str]

_DAY = re.compile(r"(\d{4}-\d\d-\d\d)?$")
# The columns in which the free support of each ends, the last to be filled holds: Debian's LTS is free for everyone,
# Ubuntu's ESM is by subscription.
_ENDS = {"debian": ("eol-lts", "eol"), "ubuntu": ("eol",)}

TABLES = tuple(f"distro-info/{distro}.csv" for distro in _ENDS)
"""Where a source folder has newer tables, if it has any."""


def shards(source: Path) -> tuple[str, ...]:
    """``eol`` always: where the source has no table, ours is taken."""
    return ("eol",)


def fill(connection: sqlite3.Connection, source: Source, settings: Settings, runs: Sequence[Run]) -> ShardFacts:
    """Every release. It has no date of its own: it changes when a release is made."""
    rows = {(row[0], row[1]): row for row in shipped()}
    for distro in _ENDS:
        table = source.folder / "distro-info" / f"{distro}.csv"
        if table.is_file():
            text = read_file(table, settings.limits).decode("utf-8", "replace")
            rows |= {(row[0], row[1]): row for row in distro_info(distro, text.splitlines())}
    connection.executemany("INSERT INTO eol VALUES (?,?,?,?)", rows.values())
    return ShardFacts(records=len(rows))


def shipped() -> list[Row]:
    """The table beside this module."""
    text = resources.files(__package__).joinpath("eol.csv").read_text("utf-8")
    return [(row["distro"], row["version"], row["codename"], row["end"]) for row in csv.DictReader(text.splitlines())]


def distro_info(distro: str, lines: Iterable[str]) -> Iterator[Row]:
    """The rows of a table of ``distro-info-data``. Raises ``Unreadable`` for another kind of table."""
    reader = csv.DictReader(lines)
    if not {"version", "series", "eol"} <= set(reader.fieldnames or ()):
        raise Unreadable(f"the table of {distro} releases has the columns {reader.fieldnames!r}")
    for row in reader:
        version = (row["version"] or "").removesuffix(" LTS")
        ended = next((row[column] for column in _ENDS[distro] if row.get(column)), "")
        if version and _DAY.match(ended):
            yield distro, version, row["series"] or "", ended


FEED = Feed("eol", SCHEMA, shards, fill)
