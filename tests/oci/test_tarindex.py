from __future__ import annotations

import contextlib
import io
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from images import file, folder, hardlink, layer, symlink
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT, Limits
from pratique.oci.files import Member
from pratique.oci.tarindex import index

NAMES = st.from_regex(r"\A[a-zé]{1,30}(/[a-z]{1,60}){0,4}\Z")


def scan(data: bytes, limits: Limits = DEFAULT) -> dict[str, Member | str]:
    return index(io.BytesIO(data), "a.tar", len(data), limits)


@settings(max_examples=60)
@given(
    st.dictionaries(NAMES, st.binary(max_size=1500), max_size=8),
    st.sampled_from([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
)
def test_finds_what_tarfile_finds(files: dict[str, bytes], kind: int) -> None:
    data = layer(*(file(name, content) for name, content in files.items()), format=kind)
    with tarfile.open(fileobj=io.BytesIO(data)) as oracle:
        expected = {member.name: (member.offset_data, member.size) for member in oracle.getmembers()}
    found = {name: (member.offset, member.size) for name, member in scan(data).items() if isinstance(member, Member)}
    assert found == expected
    assert all(data[found[name][0] :][: len(content)] == content for name, content in files.items())


def test_links_are_resolved_to_names() -> None:
    data = layer(
        file("a/layer.tar", b"x"), symlink("b/layer.tar", "../a/layer.tar"), hardlink("c", "a/layer.tar"), folder("d")
    )
    assert scan(data) == {
        "a/layer.tar": Member("a.tar", 512, 1),
        "b/layer.tar": "a/layer.tar",
        "c": "a/layer.tar",
    }


def test_long_names_and_prefixes_of_all_dialects() -> None:
    name = "/".join(["d" * 40] * 6)
    for kind in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        assert list(scan(layer(file(name, b"x"), file("after", b"y"), format=kind))) == [name, "after"]


def test_names_lead_nowhere_else() -> None:
    data = layer(file("../../etc/passwd", b"x"), file("/abs", b"y"), file("./a/../b", b"z"), symlink("l", "../../../x"))
    assert scan(data) == {"abs": Member("a.tar", 1536, 1), "b": Member("a.tar", 2560, 1), "l": ""}


def test_a_base_256_size() -> None:
    header = bytearray(layer(file("big", b"x"))[:512])
    header[124:136] = b"\x80" + (3).to_bytes(11, "big")
    assert scan(sealed(header) + b"abc" + bytes(509))["big"] == Member("a.tar", 512, 3)


@pytest.mark.parametrize("cut", [100, 511, 513, 700])
def test_a_cut_archive_is_unreadable(cut: int) -> None:
    data = layer(file("a", b"x" * 300), file("b", b"y" * 600))
    if cut < 512:
        assert scan(data[:cut]) == {}  # what has no member holds no image: source says so
    else:
        with pytest.raises(Unreadable, match="ends"):
            scan(data[:cut])


@pytest.mark.parametrize("data", [b"\x1f\x8b" + b"x" * 600, b"PK" + b"\1" * 2000, b"{" * 512])
def test_what_is_no_tar_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable, match="no tar archive"):
        scan(data)


def test_a_document_twice_is_refused() -> None:
    with pytest.raises(Unreadable, match="twice"):
        scan(layer(file("manifest.json", b"[]"), file("./manifest.json", b"[ ]")))
    assert scan(layer(file("x", b"1"), file("x", b"22")))["x"] == Member("a.tar", 1536, 2)


def test_bounds() -> None:
    with pytest.raises(LimitExceeded, match="more than 3 members"):
        scan(layer(*(file(str(number)) for number in range(4))), Limits(archive_members=3))
    with pytest.raises(LimitExceeded, match="extended header"):
        scan(layer(file("a" * 5000)), Limits(pax_header=1000))


@pytest.mark.parametrize("record", [b"0 path=a\n", b"99 path=a\n", b"x path=a\n", b"9 pathaa\n", b"-5 path=a\n"])
def test_a_broken_pax_record(record: bytes) -> None:
    header = bytearray(layer(file("x", record))[:512])
    header[156:157] = b"x"
    with pytest.raises(Unreadable, match="pax"):
        scan(sealed(header) + record.ljust(512, b"\0") + layer(file("y")))


@pytest.mark.parametrize("size", [b"-1", b"1e9", b"", "²".encode()])
def test_a_pax_size_that_is_none(size: bytes) -> None:
    record = b" size=" + size + b"\n"
    record = str(len(record) + 2).encode() + record
    header = bytearray(layer(file("x", record))[:512])
    header[156:157] = b"x"
    with pytest.raises(Unreadable):
        scan(sealed(header) + record.ljust(512, b"\0") + layer(file("y")))


@settings(max_examples=100)
@given(st.binary(max_size=2048), st.integers(0, 2000))
def test_damage_never_ends_otherwise(noise: bytes, position: int) -> None:
    data = bytearray(layer(file("a" * 120, b"x" * 300), symlink("b", "a"), format=tarfile.PAX_FORMAT))
    data[position : position + len(noise)] = noise
    with contextlib.suppress(Unreadable, LimitExceeded):
        scan(bytes(data))


def sealed(header: bytearray) -> bytes:
    """The header with a right checksum."""
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)
