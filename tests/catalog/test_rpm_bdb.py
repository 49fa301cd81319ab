"""Berkeley DB hash files, against Berkeley DB's own tool."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.rpm_databases import fixture
from pratique.catalog._rpm_bdb import blobs
from pratique.errors import Unreadable


def read(data: bytes) -> list[bytes]:
    return list(blobs(io.BytesIO(data), len(data)))


def load(path: Path, values: list[bytes], page_size: int, order: int) -> bytes:
    path.unlink(missing_ok=True)
    rows = "".join(f" {number + 1:08x}\n {value.hex()}\n" for number, value in enumerate(values))
    head = f"VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize={page_size}\ndb_lorder={order}\nHEADER=END\n"
    subprocess.run(["db_load", "-f", "/dev/stdin", path], input=f"{head}{rows}DATA=END\n", text=True, check=True)
    return path.read_bytes()


@pytest.mark.native
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(5, 6000), min_size=1, max_size=30), st.sampled_from([512, 4096]), st.sampled_from([1234, 4321])
)
def test_as_db_load_writes_them(tmp_path: Path, sizes: list[int], page_size: int, order: int) -> None:
    if shutil.which("db_load") is None:
        pytest.skip("no db_load")
    values = [bytes([number]) * size for number, size in enumerate(sizes)]
    assert sorted(read(load(tmp_path / "Packages", values, page_size, order))) == sorted(values)


def test_a_chain_that_is_a_loop() -> None:
    data = bytearray(fixture("Packages.big-endian"))
    page = next(at for at in range(0, len(data), 512) if data[at + 25] == 7 and data[at + 16 : at + 20] != bytes(4))
    data[page + 16 : page + 20] = struct.pack(">I", page // 512)
    with pytest.raises(Unreadable, match="twice"):
        read(bytes(data))


def test_a_chain_that_leaves_its_pages() -> None:
    data = bytearray(fixture("Packages.big-endian"))
    page = next(at for at in range(0, len(data), 512) if data[at + 25] == 7)
    data[page + 25] = 13
    with pytest.raises(Unreadable):
        read(bytes(data))
    data[page + 25] = 5
    with pytest.raises(Unreadable, match="leaves"):
        read(bytes(data))


def test_items_that_overlap() -> None:
    data = bytearray(fixture("Packages.in-page"))
    page = next(at for at in range(65536, len(data), 65536) if data[at + 25] in (2, 13) and data[at + 20] >= 4)
    data[page + 30 : page + 34] = data[page + 26 : page + 30]  # the second pair is the first
    with pytest.raises(Unreadable, match="item"):
        read(bytes(data))


@pytest.mark.parametrize(
    ("at", "value", "what"),
    [(20, 0, "pages of 0"), (20, 513, "pages of 513"), (24, 1, "encrypted"), (32, 99, "11 of its 100 pages")],
)
def test_metadata_that_makes_no_sense(at: int, value: int, what: str) -> None:
    data = bytearray(fixture("Packages.little-endian"))
    data[at : at + 4] = struct.pack("<I", value)
    with pytest.raises(Unreadable, match=what):
        read(bytes(data))
