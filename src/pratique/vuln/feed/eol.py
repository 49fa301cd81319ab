"""Tables of the ends of support in, a row a release out: distributions', and language runtimes' beside them.

The tables lie beside this module: ``eol.csv`` and ``runtimes.csv``, facts with their publishers' pages and the date of
the table. A source folder may hold newer ones below ``distro-info/``, and there too those of Debian's
``distro-info-data`` (``debian.csv``, ``ubuntu.csv``) as the package installs them; of those we keep version, codename
and the day when free support, LTS included, ends. https://salsa.debian.org/debian/distro-info-data
"""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path

import msgspec

from pratique.errors import Unreadable
from pratique.limits import DEFAULT, Limits
from pratique.vuln.feed._shape import Feed, Settings, Source
from pratique.vuln.feed._spool import Run
from pratique.vuln.feed.kev import read_file
from pratique.vuln.manifest import ReleaseFacts, ShardFacts

SCHEMA = """
CREATE TABLE eol (
    distro TEXT NOT NULL, version TEXT NOT NULL, codename TEXT NOT NULL, ended TEXT NOT NULL,
    PRIMARY KEY (distro, version)
) WITHOUT ROWID;
"""

Row = tuple[str, str, str, str]

_OURS = {"eol": "distributions", "runtimes": "language runtimes"}
_FOLDER = "distro-info"
_COLUMNS = ["distro", "version", "codename", "end"]
_DATE = re.compile(r"# date: (\d{4}-\d\d-\d\d)$")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)?$")
# The columns in which the free support of each ends, the last to be filled holds: Debian's LTS is free for everyone,
# Ubuntu's ESM is by subscription.
_ENDS = {"debian": ("eol-lts", "eol"), "ubuntu": ("eol",)}
_SUBSCRIBED = {"ubuntu": ("ubuntu-esm", "eol-esm")}

TABLES = tuple(f"{_FOLDER}/{name}.csv" for name in (*_ENDS, *_OURS))
"""Where a source folder has newer tables, if it has any."""


class Table(msgspec.Struct, frozen=True):
    """A table's date (YYYY-MM-DD) and rows."""

    date: str
    rows: tuple[Row, ...]


def shards(source: Path) -> tuple[str, ...]:
    """``eol`` always: where the source has no table, ours is taken."""
    return ("eol",)


def fill(connection: sqlite3.Connection, source: Source, settings: Settings, runs: Sequence[Run]) -> ShardFacts:
    """Every release. The date is that of the distributions' table: verdicts hang on it."""
    tables = {what: _newest(name, source.folder, settings.limits) for name, what in _OURS.items()}
    rows = {(row[0], row[1]): row for table in tables.values() for row in table.rows}
    rows |= {(row[0], row[1]): row for row in _debian(source.folder, settings.limits)}
    connection.executemany("INSERT INTO eol VALUES (?,?,?,?)", rows.values())
    told = tuple(
        ReleaseFacts(what, packages=len(table.rows), note=f"{len(table.rows)} releases, {table.date}")
        for what, table in tables.items()
    )
    return ShardFacts(date=f"{tables[_OURS['eol']].date}T00:00:00Z", records=len(rows), releases=told)


def shipped() -> list[Row]:
    """The distributions' table beside this module."""
    return list(_shipped("eol").rows)


def parse(lines: Sequence[str], limits: Limits) -> Table:
    """A table of ours. Raises ``Unreadable``, with the line, for one that has no date or a row of another form."""
    date = next((found[1] for line in lines if (found := _DATE.match(line))), "")
    reader = csv.reader(line if not line.startswith("#") else "" for line in lines)
    rows: list[Row] = []
    columns: list[str] = []
    try:
        for cells in filter(None, reader):
            if not columns:
                columns = cells
            elif columns == _COLUMNS and len(cells) == len(_COLUMNS) and _is_row(cells, limits):
                rows.append((cells[0], cells[1], cells[2], cells[3]))
            else:
                raise csv.Error(f"it is {','.join(cells)[:100]!r}")
    except csv.Error as error:
        raise Unreadable(f"line {reader.line_num} of a table of ends of support: {error}") from error
    if not date or not rows:
        raise Unreadable(f"a table of ends of support has {len(rows)} rows and the date {date!r}")
    return Table(date, tuple(rows))


def distro_info(distro: str, lines: Iterable[str]) -> Iterator[Row]:
    """The rows of a table of ``distro-info-data``. Raises ``Unreadable`` for another kind of table."""
    for row in _releases(distro, lines):
        ended = next((row[column] for column in _ENDS[distro] if row.get(column)), "")
        if _DAY.match(ended):
            yield distro, row["version"].removesuffix(" LTS"), row["series"] or "", ended


def subscribed(distro: str, lines: Iterable[str]) -> Iterator[Row]:
    """The rows of the support that is subscribed to, where the distribution has such."""
    name, column = _SUBSCRIBED.get(distro, ("", ""))
    for row in _releases(distro, lines) if name else ():
        ended = row.get(column) or ""
        if ended and _DAY.match(ended):
            yield name, row["version"].removesuffix(" LTS"), row["series"] or "", ended


def _releases(distro: str, lines: Iterable[str]) -> Iterator[dict[str, str]]:
    reader = csv.DictReader(lines)
    try:
        if not {"version", "series", "eol"} <= set(reader.fieldnames or ()):
            raise csv.Error(f"it has the columns {reader.fieldnames!r}")
        yield from (row for row in reader if row["version"])
    except csv.Error as error:
        raise Unreadable(f"the table of {distro} releases: {error}") from error


def _debian(folder: Path, limits: Limits) -> Iterator[Row]:
    for distro in _ENDS:
        path = folder / _FOLDER / f"{distro}.csv"
        if path.is_file():
            lines = _text(path, limits).splitlines()
            yield from distro_info(distro, lines)
            yield from subscribed(distro, lines)


def _is_row(cells: Sequence[str], limits: Limits) -> bool:
    return bool(cells[0] and cells[1] and _DAY.match(cells[3])) and max(map(len, cells)) <= limits.feed_text


def _newest(name: str, folder: Path, limits: Limits) -> Table:
    """Our table and the source's: the younger one holds where they differ."""
    tables = [_shipped(name)]
    path = folder / _FOLDER / f"{name}.csv"
    if path.is_file():
        tables.append(parse(_text(path, limits).splitlines(), limits))
    tables.sort(key=lambda table: table.date)
    rows = {(row[0], row[1]): row for table in tables for row in table.rows}
    return Table(tables[-1].date, tuple(rows.values()))


def _shipped(name: str) -> Table:
    return parse(resources.files(__package__).joinpath(f"{name}.csv").read_text("utf-8").splitlines(), DEFAULT)


def _text(path: Path, limits: Limits) -> str:
    return read_file(path, limits).decode("utf-8", "replace")


FEED = Feed("eol", SCHEMA, shards, fill)
