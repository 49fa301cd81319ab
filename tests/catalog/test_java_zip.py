"""``_zip`` against ``zipfile``, and against archives that lie."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.catalog._zip import Archive, Budget, Member
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT, Limits

ALL = (b"",)


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.comment = comment
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def opened(data: bytes, limits: Limits = DEFAULT) -> Archive:
    return Archive(io.BytesIO(data), 0, len(data), Budget(limits))


def limited(**bounds: int) -> Limits:
    return msgspec.structs.replace(DEFAULT, **bounds)


def member(archive: Archive, name: str) -> Member:
    return next(one for one in archive.listing(ALL).members if one.name == name)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.text(min_size=1, max_size=8).filter(lambda name: "\x00" not in name), st.binary(max_size=200), max_size=6
    ),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
    st.binary(max_size=9),
    st.binary(max_size=40),
)
def test_an_archive_as_zipfile_reads_it(members: dict[str, bytes], method: int, comment: bytes, front: bytes) -> None:
    data = front + zipped(members, method, comment)
    archive = opened(data)
    with zipfile.ZipFile(io.BytesIO(data)) as oracle:
        expected = {info.filename: oracle.read(info) for info in oracle.infolist()}
    listing = archive.listing(ALL)
    assert [name.decode() for name in listing.names] == list(expected)
    assert {one.name: archive.read(one, 1 << 20) for one in listing.members} == expected


def test_only_what_is_wanted_is_made_a_member() -> None:
    listing = opened(zipped({"A/B.JAR": b"", "a.txt": b"", "x.jar": b""})).listing((b".jar",))
    assert [one.name for one in listing.members] == ["A/B.JAR", "x.jar"]
    assert len(listing.names) == 3


def test_zip64() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", allowZip64=True) as archive, archive.open("a", "w", force_zip64=True) as inner:
        inner.write(b"data")
    archive = opened(target.getvalue())
    assert archive.read(member(archive, "a"), 100) == b"data"
    many = opened(zipped({f"{number}": b"" for number in range(70_000)}, zipfile.ZIP_STORED))
    assert len(many.listing((b"never",)).names) == 70_000


def test_zip64_sizes_and_offset_of_a_member() -> None:
    data = bytearray(zipped({"a": b"data"}, zipfile.ZIP_STORED))
    at = data.index(b"PK\x01\x02")
    packed, size = struct.unpack_from("<2L", data, at + 20)
    (offset,) = struct.unpack_from("<L", data, at + 42)
    extra = struct.pack("<HH3Q", 1, 24, size, packed, offset)
    struct.pack_into("<2L", data, at + 20, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<H", data, at + 30, len(extra))
    struct.pack_into("<L", data, at + 42, 0xFFFFFFFF)
    end = data.index(b"PK\x05\x06")
    (directory,) = struct.unpack_from("<L", data, end + 12)
    struct.pack_into("<L", data, end + 12, directory + len(extra))
    data[at + 47 : at + 47] = extra
    archive = opened(bytes(data))
    assert archive.read(member(archive, "a"), 100) == b"data"


def test_the_first_bytes_of_a_member() -> None:
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        archive = opened(zipped({"a": b"0123456789" * 100_000}, method))
        assert archive.read(member(archive, "a"), 15) == b"012345678901234"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_nested_archive(method: int) -> None:
    outer = opened(zipped({"pad": b"x" * 99, "inner.jar": zipped({"b": b"inside"})}, method))
    inner = outer.nested(member(outer, "inner.jar"))
    assert inner.read(member(inner, "b"), 100) == b"inside"
    assert (inner.stream is outer.stream) == (method == zipfile.ZIP_STORED)


def test_a_large_nested_archive_goes_to_a_file_without_a_name() -> None:
    outer = opened(zipped({"inner.jar": zipped({"b": b"y" * 5000}, zipfile.ZIP_STORED)}), limited(in_memory=1000))
    inner = outer.nested(member(outer, "inner.jar"))
    with inner.stream as stream:
        assert not isinstance(stream, io.BytesIO)
        assert isinstance(getattr(stream, "name", 0), int)
        assert inner.read(member(inner, "b"), 9000) == b"y" * 5000


def test_a_bomb_spends_the_budget() -> None:
    archive = opened(zipped({"a": b"\0" * 50_000_000}), limited(nested_size=1_000_000))
    with pytest.raises(LimitExceeded, match="nested_size"):
        archive.read(member(archive, "a"), 1 << 40)
    assert archive.budget.spent


def test_members_spend_the_budget() -> None:
    archive = opened(zipped({str(number): b"" for number in range(100)}), limited(nested_entries=99))
    with pytest.raises(LimitExceeded, match="nested_entries"):
        archive.listing(ALL)


def test_a_directory_larger_than_a_text_may_be() -> None:
    with pytest.raises(LimitExceeded, match=r"limits\.text"):
        opened(zipped({str(number): b"" for number in range(100)}), limited(text=1000)).listing(ALL)


def patched(at: bytes, offset: int, value: bytes) -> bytes:
    data = bytearray(zipped({"a": b"data" * 50}))
    place = data.index(at) + offset
    data[place : place + len(value)] = value
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x05\x06",
        b"x" * 70_000,
        zipped({"a": b"b"})[:-1],
        patched(b"PK\x05\x06", 12, b"\xff\xff\xff\x00"),  # the directory's size
        patched(b"PK\x05\x06", 16, b"\xff\xff\xff\x00"),  # its offset
        patched(b"PK\x01\x02", 0, b"XX"),
        patched(b"PK\x01\x02", 8, b"\x01\x00"),  # encrypted
        patched(b"PK\x01\x02", 10, b"\x63\x00"),  # compression method
        patched(b"PK\x01\x02", 20, b"\xff\xff\xff\x7f"),  # compressed size
        patched(b"PK\x01\x02", 20, b"\x05\x00\x00\x00"),
        patched(b"PK\x01\x02", 42, b"\xff\xff\xff\x7f"),  # offset of the local header
        patched(b"PK\x03\x04", 0, b"XX"),
        patched(b"PK\x03\x04", 31, b"\xff\xff\xff"),  # the deflated bytes
    ],
)
def test_what_lies_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        everything(opened(data))


def everything(archive: Archive) -> list[bytes]:
    return [archive.read(one, 1 << 20) for one in archive.listing(ALL).members]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_change_of_an_archive_is_read_or_unreadable(data: st.DataObject) -> None:
    good = bytearray(zipped({"a.jar": zipped({"b": b"c"}), "META-INF/x": b"y" * 30}))
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    archive = opened(bytes(good))
    with contextlib.suppress(Unreadable):
        for one in archive.listing(ALL).members:
            archive.read(one, 1 << 20)
            archive.nested(one).listing(ALL)
