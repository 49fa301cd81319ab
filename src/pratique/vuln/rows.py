"""The tables of a shard: rows that derive from content, one digest over the sorted rows.

SQLite: https://www.sqlite.org/lang_vacuum.html#vacuuminto, https://www.sqlite.org/withoutrowid.html
"""

from __future__ import annotations

import hashlib
import itertools
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

SCHEMA = 3
"""The version of the tables and of the order of versions in them; a database of another one is refused."""

APPLICATION_ID = 0x50524154  # "PRAT"

_AT_ONCE = 256  # rows: few calls, and little memory where rows are large

RecordRow = tuple[str, str, str, str, str, str, str, str, float | None, str, str, int]
"""id, feed, aliases, upstream (both parted by spaces), published, modified, withdrawn, level, score, vector, summary,
and how many texts of it are no version."""

PackageRow = tuple[str, bytes]
"""name, and what is stated of it in releases, as ``vuln/shares.py`` packs it."""

ReleaseRow = tuple[int, str, int, int, int]
"""Its number, which is its place among the names of all; name; how many packages it has, statements of them, and
records that cannot be compared with one."""

_AnyRow = TypeVar("_AnyRow", RecordRow, PackageRow)
_Value = str | int | float | bytearray | None

ADVISORIES = """
CREATE TABLE record (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, aliases TEXT NOT NULL, upstream TEXT NOT NULL, published TEXT NOT NULL,
    modified TEXT NOT NULL, withdrawn TEXT NOT NULL, level TEXT NOT NULL, score REAL, vector TEXT NOT NULL,
    summary TEXT NOT NULL, unknown INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE package (name TEXT PRIMARY KEY, stated BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE release (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, packages INTEGER NOT NULL, ranges INTEGER NOT NULL,
    silent INTEGER NOT NULL
);
"""


_INSERTED = 20  # rows by one statement: of one each, calls take longer than rows


def insert_records(connection: sqlite3.Connection, rows: Sequence[RecordRow]) -> None:
    """Insert the records, in place of those with their ids; in the order of ids it takes a third of the time."""
    _insert(connection, "record", 12, (list(itertools.chain.from_iterable(some)) for some in _cut(rows)))


def insert_packages(connection: sqlite3.Connection, rows: Iterable[PackageRow]) -> None:
    """Insert the packages, in place of those of their names."""
    # For bytes the driver seeks an adapter each time, for a bytearray it does not.
    _insert(
        connection,
        "package",
        2,
        ([value for row in some for value in (row[0], bytearray(row[1]))] for some in _cut(rows)),
    )


def insert_releases(connection: sqlite3.Connection, rows: Sequence[ReleaseRow]) -> None:
    """Insert all releases, in place of those that are there."""
    connection.execute("DELETE FROM release")
    connection.executemany("INSERT INTO release VALUES (?,?,?,?,?)", rows)


def _cut(rows: Iterable[_AnyRow]) -> Iterator[list[_AnyRow]]:
    rest = iter(rows)
    while some := list(itertools.islice(rest, _INSERTED)):
        yield some


def _insert(connection: sqlite3.Connection, table: str, columns: int, values: Iterable[list[_Value]]) -> None:
    row = f"({','.join('?' * columns)})"
    for size, some in itertools.groupby(values, len):
        connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES {','.join([row] * (size // columns))}", some)


def digest(connection: sqlite3.Connection) -> str:
    """ "sha256:<hex>" over names and rows of all tables, each in the order of its key."""
    hashed = hashlib.sha256(str(SCHEMA).encode())
    encode = msgspec.msgpack.Encoder().encode
    for (table,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall():
        columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
        order = ", ".join(f'"{column[1]}"' for column in sorted(columns, key=lambda column: column[5]) if column[5])
        hashed.update(encode(table))
        rows = connection.execute(f'SELECT * FROM "{table}" ORDER BY {order}')
        while some := rows.fetchmany(_AT_ONCE):
            hashed.update(b"".join(map(encode, some)))
    return f"sha256:{hashed.hexdigest()}"


_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)", re.ASCII)


def instant(text: str | None) -> str:
    """An RFC 3339 time as it stands, "" for what is none."""
    return text if text and _INSTANT.fullmatch(text) else ""


def identifiers(names: Collection[str], longest: int) -> str:
    """Identifiers, sorted, parted by spaces; what is none is left out. A CVE is spelt as MITRE spells it, for KEV and
    EPSS are asked by it (https://www.cve.org/ResourcesSupport/FAQs, "CVE ID Syntax")."""
    if not names:  # of most records
        return ""
    spelt = [name.strip() for name in names if len(name) <= longest]
    return " ".join(sorted({_cve(name) for name in spelt if name.split() == [name]}))


def _cve(name: str) -> str:
    return name.upper() if name[:4] != "CVE-" and name[:4].upper() == "CVE-" else name
