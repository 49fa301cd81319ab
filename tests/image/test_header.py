"""Fields of a tar header and records of a PAX header, against ``tarfile`` where it has an answer."""

from __future__ import annotations

import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.errors import LimitExceeded, Unreadable
from pratique.image import header
from pratique.limits import DEFAULT, Limits


@given(st.integers(min_value=-(1 << 80), max_value=(1 << 80)))
def test_numbers_as_tarfile_writes_them(value: int) -> None:
    assert header.number(tarfile.itn(value, 12, tarfile.GNU_FORMAT)) == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (b"0000644\0", 0o644),
        (b"0000644 ", 0o644),
        (b"   644 \0", 0o644),
        (b"\0\0\0\0\0\0\0\0", 0),
        (b"        ", 0),
        (b"00000644", 0o644),
        (b"644\0junk", 0o644),
    ],
)
def test_octal_numbers_of_old_writers(field: bytes, value: int) -> None:
    assert header.number(field) == value


@pytest.mark.parametrize(
    "field", [b"0000698\0", b"-000001\0", b"0o17\0\0\0\0", b"1_0\0\0\0\0\0", b"0x1f\0\0\0\0", b"1\xc2\xb2\0\0\0\0\0"]
)
def test_what_is_no_number(field: bytes) -> None:
    with pytest.raises(Unreadable):
        header.number(field)


@pytest.mark.parametrize(
    ("magic", "end", "name"),
    [
        (b"ustar\x0000", b"", b"prefix/name"),
        (b"ustar\x0000", b"tar\0", b"prefix/name"),  # star keeps times from byte 476 on
        (b"ustar  \0", b"", b"name"),  # GNU keeps times where the prefix would be
        (b"\0" * 8, b"", b"name"),  # before POSIX there is none
    ],
)
def test_a_name_may_have_a_prefix(magic: bytes, end: bytes, name: bytes) -> None:
    block = bytearray(512)
    block[:4], block[257:265], block[345:351] = b"name", magic, b"prefix"
    assert header.name(bytes(block)) == name
    block[345:500] = b"p" * 155
    block[508:512] = end.ljust(4, b"\0")
    prefix = b"p" * (131 if end else 155) + b"/" if b"/" in name else b""
    assert header.name(bytes(block)) == prefix + b"name"


@given(st.binary(min_size=512, max_size=512), st.booleans())
def test_checksums_unsigned_and_signed(data: bytes, signed: bool) -> None:
    block = bytearray(data)
    sums = tarfile.calc_chksums(bytes(block))
    block[148:156] = b"%06o\0 " % (sums[1] if signed and sums[1] >= 0 else sums[0])
    header.Checksums().verify(bytes(block))


@given(st.binary(min_size=512, max_size=512), st.integers(0, 511), st.integers(1, 255))
def test_a_changed_byte_is_found(data: bytes, at: int, change: int) -> None:
    block = bytearray(data)
    block[148:156] = b"%06o\0 " % tarfile.calc_chksums(bytes(block))[0]
    block[at] ^= change
    try:
        stated = int(bytes(block[148:156]).strip(b"\0 ").split(b"\0")[0] or b"0", 8)
    except ValueError:
        stated = -1
    if stated in tarfile.calc_chksums(bytes(block)):
        return
    with pytest.raises(Unreadable):
        header.Checksums().verify(bytes(block))


@given(
    st.dictionaries(
        st.text(st.characters(blacklist_characters="=", blacklist_categories=["Cs"]), min_size=1),
        st.text(st.characters(blacklist_categories=["Cs"])),
        max_size=5,
    )
)
def test_records_as_tarfile_writes_them(said: dict[str, str]) -> None:
    info = tarfile.TarInfo("x")
    data = info._create_pax_generic_header(said, tarfile.XHDTYPE, "utf-8")[512:].rstrip(b"\0") if said else b""
    assert {key.decode(): value.decode() for key, value in header.records(data)} == {
        key: value.rstrip("\0") if value == list(said.values())[-1] else value for key, value in said.items()
    } or b"\0" in data


@pytest.mark.parametrize(
    "data",
    [
        b"x",
        b"9 path=x\n",
        b"99 path=x\n",
        b"10 path=xy",
        b"0 path=x\n",
        b"-10 path=x\n",
        b" 10 path=x\n",
        b"10path=xyz\n",
        b"8 pathx\n",
        b"10 path=xy\nrest",
        b"1" * 5000 + b" path=x\n",
    ],
)
def test_broken_records(data: bytes) -> None:
    with pytest.raises(Unreadable):
        header.extended(b"6 path=\n"[:0] + data + b"path=", DEFAULT)


def record(key: bytes, value: bytes) -> bytes:
    rest = b" " + key + b"=" + value + b"\n"
    length = len(rest)
    while len(str(length)) + len(rest) != length:
        length = len(str(length)) + len(rest)
    return str(length).encode() + rest


def test_extended_takes_what_concerns_us() -> None:
    data = record(b"mtime", b"1.5") + record(b"path", b"\xff/x") + record(b"linkpath", b"to") + record(b"size", b"12")
    assert header.extended(data, DEFAULT) == header.Extended(path=b"\xff/x", target=b"to", size=12)


def test_an_empty_value_says_nothing() -> None:
    assert header.extended(record(b"path", b"") + record(b"size", b""), DEFAULT) == header.Extended()


def test_the_last_of_two_records_holds() -> None:
    assert header.extended(record(b"path", b"a") + record(b"path", b"b"), DEFAULT).path == b"b"


@pytest.mark.parametrize("size", [b"-1", b"1e3", b"0x10", b"9" * 30, b" 1", b"\xd9\xa1"])
def test_a_size_that_is_no_number(size: bytes) -> None:
    with pytest.raises(Unreadable):
        header.extended(record(b"size", size), DEFAULT)


def test_sparse_records_of_each_version() -> None:
    zero = b"".join(
        record(b"GNU.sparse." + key, value)
        for key, value in (
            (b"size", b"100"), (b"numblocks", b"2"),
            (b"offset", b"0"), (b"numbytes", b"1"), (b"offset", b"50"), (b"numbytes", b"2"),
        )
    )  # fmt: skip
    one = record(b"GNU.sparse.size", b"100") + record(b"GNU.sparse.map", b"0,1,50,2") + record(b"GNU.sparse.name", b"n")
    ten = record(b"GNU.sparse.major", b"1") + record(b"GNU.sparse.minor", b"0") + record(b"GNU.sparse.realsize", b"9")
    assert header.extended(zero, DEFAULT).sparse == header.Sparse(100, [(0, 1), (50, 2)])
    assert header.extended(one, DEFAULT) == header.Extended(path=b"n", sparse=header.Sparse(100, [(0, 1), (50, 2)]))
    assert header.extended(ten, DEFAULT).sparse == header.Sparse(9, None)


def test_too_many_extents() -> None:
    data = record(b"GNU.sparse.map", b",".join([b"0,0"] * 11))
    with pytest.raises(LimitExceeded, match="sparse_extents"):
        header.extended(data, Limits(sparse_extents=10))
    with pytest.raises(Unreadable, match="odd"):
        header.extended(record(b"GNU.sparse.map", b"1,2,3"), DEFAULT)
