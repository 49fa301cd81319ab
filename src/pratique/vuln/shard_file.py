"""A shard's file and its entry in the manifest in, an open connection out, or what is wrong with the file.

Files are opened by path, read-only and immutable: https://www.sqlite.org/c3ref/open.html. SQLite does not
notice half of the bytes that change in a file, so its CRC-32 is compared first, at 4 GB/s (``docs/database.md``).
"""

from __future__ import annotations

import contextlib
import sqlite3
import urllib.parse
from collections.abc import Iterable
from pathlib import Path

from isal import isal_zlib

from pratique.errors import DatabaseError
from pratique.vuln.manifest import Shard
from pratique.vuln.rows import APPLICATION_ID, SCHEMA, digest

_CHUNK = 1 << 18  # bytes; it stays in the processor's cache

REMEDY = "build it anew: pratique db update"


def check(path: Path, entry: Shard, remedy: str = REMEDY) -> None:
    """Raises ``DatabaseError``, with the remedy as its hint, for a file that is not there or has another size."""
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise DatabaseError(f"the shard {str(path)!r} is missing: {error.strerror}", hint=remedy) from error
    except OSError as error:
        raise DatabaseError(f"cannot read the shard {str(path)!r}: {error.strerror}", hint=_MAY) from error
    if size != entry.size:
        raise DatabaseError(f"{str(path)!r} has {size} bytes, the manifest says {entry.size}", hint=remedy)


def connect(path: Path, entry: Shard, remedy: str = REMEDY) -> sqlite3.Connection:
    """The file, open; no row has been read. Raises ``DatabaseError`` as ``check`` does, and for damaged bytes, for what
    is no shard or of another schema."""
    check(path, entry, remedy)
    try:
        path.open("rb").close()  # SQLite does not tell why it cannot open a file
        found = None if entry.crc is None else crc(path)
    except OSError as error:
        raise DatabaseError(f"cannot read the shard {str(path)!r}: {error.strerror}", hint=_MAY) from error
    if found != entry.crc:
        raise DatabaseError(f"{str(path)!r} is damaged: its bytes are not those that the manifest names", hint=remedy)
    uri = f"file:{urllib.parse.quote(str(path.resolve()))}?immutable=1&mode=ro"
    try:
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        application = connection.execute("PRAGMA application_id").fetchone()[0]
    except sqlite3.Error as error:
        raise DatabaseError(f"{str(path)!r} is no shard: {error}", hint=remedy) from error
    if (application, version) != (APPLICATION_ID, SCHEMA):
        connection.close()
        raise DatabaseError(f"{str(path)!r} has schema {version}, we read {SCHEMA}", hint=remedy)
    return connection


def crc(path: Path) -> int:
    """The CRC-32 of a file (RFC 1952, section 8). Raises ``OSError``."""
    buffer, found = bytearray(_CHUNK), 0
    with path.open("rb", buffering=0) as file, memoryview(buffer) as view:
        while size := file.readinto(buffer):
            found = isal_zlib.crc32(view[:size], found)
    return found


def is_here(folder: Path, entry: Shard) -> bool:
    """Whether the folder has the shard, as far as its size tells."""
    try:
        return (folder / entry.file).stat().st_size == entry.size
    except OSError:
        return False


def damaged(folder: Path, entries: Iterable[Shard]) -> list[Shard]:
    """Those that are missing, or whose bytes are not those that were sealed: their checksum tells, in a fiftieth of the
    time that reading all rows takes; where there is none the digest over the rows does."""
    return [entry for entry in entries if not _is_whole(folder / entry.file, entry)]


def _is_whole(path: Path, entry: Shard) -> bool:
    try:
        with contextlib.closing(connect(path, entry)) as connection:
            return entry.crc is not None or digest(connection) == entry.digest
    except (DatabaseError, sqlite3.Error, TypeError, ValueError):
        return False


_MAY = "its owner may let you read it"
