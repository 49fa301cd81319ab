"""The tables of a shard: keys that derive from content, one digest over the sorted rows.

SQLite: https://www.sqlite.org/lang_vacuum.html#vacuuminto, https://www.sqlite.org/withoutrowid.html
"""

from __future__ import annotations

import hashlib
import re
import sqlite3

import msgspec

SCHEMA = 1
"""The version of the tables and of the version keys in them; a database of another one is refused."""

APPLICATION_ID = 0x50524154  # "PRAT"


def row_key(*parts: str) -> int:
    """63 bits of the parts' hash: the key of a row, whatever came before it."""
    digest = hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def digest(connection: sqlite3.Connection) -> str:
    """ "sha256:<hex>" over names and rows of all tables, each in the order of its key."""
    hashed = hashlib.sha256(str(SCHEMA).encode())
    encode = msgspec.msgpack.Encoder().encode
    for (table,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall():
        columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
        order = ", ".join(f'"{column[1]}"' for column in sorted(columns, key=lambda column: column[5]) if column[5])
        hashed.update(encode(table))
        for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY {order}'):
            hashed.update(encode(row))
    return f"sha256:{hashed.hexdigest()}"


_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$")


def instant(text: str | None) -> str:
    """An RFC 3339 time as it stands, "" for what is none."""
    return text if text and _INSTANT.match(text) else ""
