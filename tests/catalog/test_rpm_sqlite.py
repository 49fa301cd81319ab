"""SQLite files, as SQLite writes them, read without SQLite."""

from __future__ import annotations

import io
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.catalog._rpm_sqlite import blobs, is_sqlite
from pratique.errors import Unreadable

TABLE = "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)"


def database(rows: list[bytes], page_size: int, more: str = "") -> bytes:
    with sqlite3.connect(":memory:", isolation_level=None) as connection:
        connection.execute(f"PRAGMA page_size={page_size}")
        connection.execute("CREATE TABLE Name (key TEXT, hnum INTEGER)")
        connection.execute(TABLE)
        connection.executemany("INSERT INTO Packages (blob) VALUES (?)", [(row,) for row in rows])
        connection.executescript(more)
        return connection.serialize()


def read(data: bytes) -> list[bytes]:
    return list(blobs(io.BytesIO(data), len(data)))


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([512, 1024, 4096, 65536]),
    st.lists(st.integers(0, 3000) | st.integers(440, 520) | st.integers(65400, 65600), max_size=12),
)
def test_rows_come_back(page_size: int, sizes: list[int]) -> None:
    rows = [bytes([number % 251]) * size for number, size in enumerate(sizes)]
    assert read(database(rows, page_size)) == rows


def test_every_size_about_what_fits_in_a_page() -> None:
    rows = [bytes([size % 251]) * size for size in range(440, 1500)]
    assert read(database(rows, 512)) == rows


def test_a_tree_of_many_pages() -> None:
    rows = [number.to_bytes(2, "big") * 40 for number in range(5000)]
    data = database(rows, 512, "CREATE INDEX i ON Packages (blob); CREATE VIEW v AS SELECT 1")
    assert read(data) == rows


def test_deleted_rows_and_other_tables() -> None:
    data = database([b"a" * 900, b"b" * 900, b"c" * 900], 512, "DELETE FROM Packages WHERE hnum = 2")
    assert read(data) == [b"a" * 900, b"c" * 900]


def test_a_header_in_wal_mode() -> None:
    data = bytearray(database([b"x"], 4096))
    data[18:20] = b"\2\2"
    assert is_sqlite(bytes(data[:16]))
    assert read(bytes(data)) == [b"x"]


def test_no_such_table() -> None:
    with pytest.raises(Unreadable, match="Packages"):
        read(database([], 512, "DROP TABLE Packages; CREATE VIEW Packages AS SELECT 1, x'00'"))


def test_a_tree_that_is_its_own_child() -> None:
    data = bytearray(database([bytes(200)] * 50, 512))
    root = next(at for at in range(512, len(data), 512) if data[at] == 5)  # an interior page
    data[root + 8 : root + 12] = (root // 512 + 1).to_bytes(4, "big")
    with pytest.raises(Unreadable, match="twice"):
        read(bytes(data))


def test_an_overflow_chain_that_is_a_loop() -> None:
    data = bytearray(database([b"z" * 3000], 512))
    overflow = [at for at in range(512, len(data), 512) if data[at + 4 : at + 504] == b"z" * 500]
    data[overflow[1] : overflow[1] + 4] = (overflow[0] // 512 + 1).to_bytes(4, "big")
    with pytest.raises(Unreadable, match="twice"):
        read(bytes(data))


def test_cells_that_overlap() -> None:
    data = bytearray(database([b"z" * 300] * 3, 4096))
    leaf = next(at for at in range(4096, len(data), 4096) if data[at] == 13 and data[at + 4] == 3)
    cells = (4096 - 8) // 2 - 200
    data[leaf + 3 : leaf + 5] = cells.to_bytes(2, "big")
    data[leaf + 8 : leaf + 8 + 2 * cells] = data[leaf + 8 : leaf + 10] * cells
    with pytest.raises(Unreadable, match="overlap"):
        read(bytes(data))
