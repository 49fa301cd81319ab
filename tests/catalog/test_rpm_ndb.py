"""NDB files, in the layout of rpm's lib/backend/ndb/rpmpkg.c."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rpm_databases import ndb
from pratique.catalog._rpm_ndb import blobs
from pratique.errors import Unreadable


def read(data: bytes) -> list[bytes]:
    return list(blobs(io.BytesIO(data), len(data)))


@given(st.lists(st.binary(max_size=90), max_size=20), st.integers(1, 3))
def test_blobs_come_back(wanted: list[bytes], slot_pages: int) -> None:
    assert read(ndb(wanted, slot_pages)) == wanted


@pytest.mark.parametrize(
    ("at", "value", "what"),
    [
        (4, 1, "version 1"),
        (12, 0, "0 pages"),
        (12, 99, "99 pages"),
        (32, 7, "begins with"),
        (36, 9, "package 9"),
        (40, 1 << 20, "no blob"),
        (4096 + 12, 0xFFFFFFFF, "cut short"),
    ],
)
def test_damage(at: int, value: int, what: str) -> None:
    data = bytearray(ndb([b"blob"]))
    data[at : at + 4] = struct.pack("<I", value)
    with pytest.raises(Unreadable, match=what):
        read(bytes(data))


def test_blobs_that_overlap() -> None:
    data = bytearray(ndb([bytes(3000)] * 2))
    data[64:80] = data[32:48]
    for at in range(48, 4096, 16):
        data[at : at + 16] = data[32:48]
    with pytest.raises(Unreadable, match="longer than the file"):
        read(bytes(data))
