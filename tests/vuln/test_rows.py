"""Rows as they stand in a shard, however they came there; and the digest over them, taken by hand."""

from __future__ import annotations

import hashlib
import sqlite3

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.vuln import rows
from pratique.vuln.rows import PackageRow, RecordRow, ReleaseRow

texts = st.text("aé ", max_size=3)
records = st.dictionaries(
    st.text("A-1", min_size=1, max_size=4),
    st.tuples(*[texts] * 7, st.none() | st.floats(0, 10), texts, texts, st.integers(0, 3)),
    max_size=45,  # more than two statements take
).map(lambda found: [(id_, *rest) for id_, rest in found.items()])
packages = st.dictionaries(st.text("ab", min_size=1, max_size=5), st.binary(max_size=4), max_size=45).map(
    lambda found: list(found.items())
)


def shard() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(rows.ADVISORIES)
    return connection


def expected(records: list[RecordRow], packages: list[PackageRow], releases: list[ReleaseRow]) -> str:
    """The tables by name, of each its name and then its rows by key; each a MessagePack value."""
    hashed = hashlib.sha256(str(rows.SCHEMA).encode())
    for name, held in (("package", packages), ("record", records), ("release", releases)):
        for value in (name, *sorted(held, key=lambda row: str(row[0]).encode())):
            hashed.update(msgspec.msgpack.encode(value))
    return f"sha256:{hashed.hexdigest()}"


@settings(max_examples=50)
@given(records, packages, st.randoms(use_true_random=False))
def test_all_that_is_inserted_is_there_and_the_order_of_arrival_leaves_no_trace(
    held: list[RecordRow], named: list[PackageRow], random: object
) -> None:
    connection, releases = shard(), [(0, "", len(named), 1, 0)]
    random.shuffle(held)  # type: ignore[attr-defined]
    rows.insert_records(connection, held)
    rows.insert_packages(connection, iter(named))
    rows.insert_releases(connection, releases)
    assert sorted(connection.execute("SELECT * FROM record"), key=str) == sorted(held, key=str)
    assert sorted(connection.execute("SELECT * FROM package")) == sorted(named)
    assert rows.digest(connection) == expected(held, named, releases)


@pytest.mark.parametrize("count", [0, 1, 19, 20, 21, 40, 41])
def test_of_each_number_of_rows_all_are_inserted(count: int) -> None:
    connection = shard()
    rows.insert_packages(connection, [(f"p{at}", b"x") for at in range(count)])
    assert connection.execute("SELECT count(*) FROM package").fetchone() == (count,)


def test_a_row_takes_the_place_of_the_one_with_its_key() -> None:
    connection = shard()
    rows.insert_packages(connection, [("a", b"1"), ("b", b"1")])
    rows.insert_packages(connection, [("b", b"2")])
    assert connection.execute("SELECT * FROM package").fetchall() == [("a", b"1"), ("b", b"2")]
    rows.insert_releases(connection, [(0, "11", 1, 1, 0), (1, "12", 1, 1, 0)])
    rows.insert_releases(connection, [(0, "12", 1, 1, 0)])
    assert connection.execute("SELECT * FROM release").fetchall() == [(0, "12", 1, 1, 0)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-01-02T03:04:05Z", True),
        ("2026-01-02T03:04:05.678901Z", True),
        ("2026-01-02T03:04:05+02:00", True),
        ("2026-01-02T03:04:05-0200", True),
        ("2026-01-02T03:04:05", False),
        ("2026-01-02", False),
        ("2026-01-02 03:04:05Z", False),
        ("x2026-01-02T03:04:05Z", False),
        ("2026-01-02T03:04:05Z, or so", False),
        ("2026-01-02T03:04:05Z\n", False),
        ("٢٠٢٦-01-02T03:04:05Z", False),
        ("", False),
        (None, False),
    ],
)
def test_an_instant_stands_as_it_is(text: str | None, found: bool) -> None:
    """https://www.rfc-editor.org/rfc/rfc3339#section-5.6"""
    assert rows.instant(text) == (text if found else "")


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ((), ""),
        (("B", "A", "B"), "A B"),
        ((" A ", "B C", "", " "), "A"),
        (("cve-2024-0001", "CVE-2024-0001", "ubuntu-cve-2024-1"), "CVE-2024-0001 ubuntu-cve-2024-1"),
        (("A" * 20, "A" * 21), "A" * 20),
        (["ghsa-1"], "ghsa-1"),
    ],
)
def test_identifiers(names: tuple[str, ...], found: str) -> None:
    assert rows.identifiers(names, 20) == found
