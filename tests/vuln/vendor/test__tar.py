"""A vendor's archive, against ``tarfile``, broken at every place, and with names that trick."""

from __future__ import annotations

import bz2
import io
import tarfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.limits import DEFAULT, Limits
from pratique.vuln.bulletin import Unread
from pratique.vuln.vendor._tar import Member, members
from vuln.vendor.tars import tar

FILES = {
    "2024/cve-2024-0001.json": b"{}",
    "a/" * 90 + "long.json": b"x" * 513,
    "empty.json": b"",
    "skipped.txt": b"y" * 9,
}


def read(path: Path, limits: Limits = DEFAULT) -> tuple[dict[str, bytes], list[str]]:
    found = list(members(path, lambda name: name.endswith(".json"), limits))
    return (
        {each.name: each.data for each in found if isinstance(each, Member)},
        [each.why for each in found if isinstance(each, Unread)],
    )


def write(folder: Path, data: bytes) -> Path:
    path = folder / "csaf.tar"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
@pytest.mark.parametrize("pack", [bytes, zstandard.compress, bz2.compress])
def test_files_as_tarfile_writes_them(tmp_path: Path, form: int, pack: type[bytes]) -> None:
    files, wrong = read(write(tmp_path, pack(tar(FILES, form))))
    assert not wrong
    assert files == {name: data for name, data in FILES.items() if name.endswith(".json")}


def test_the_prefix_of_ustar(tmp_path: Path) -> None:
    name = "f" * 80 + "/" + "g" * 90 + ".json"
    assert read(write(tmp_path, tar({name: b"1"}, tarfile.USTAR_FORMAT))) == ({name: b"1"}, [])


def test_two_frames_of_zstd_are_one_archive(tmp_path: Path) -> None:
    data = tar(FILES)
    packed = zstandard.compress(data[:700]) + zstandard.compress(data[700:])
    assert len(read(write(tmp_path, packed))[0]) == 3


@pytest.mark.parametrize("pack", [bytes, zstandard.compress, bz2.compress])
def test_an_archive_that_breaks_off_is_told_of(tmp_path: Path, pack: type[bytes]) -> None:
    data = tar({"a.json": b"1" * 3000, "b.json": b"2" * 3000})
    whole = pack(data)
    for cut in (*range(1, len(whole) - 1, max(1, len(whole) // 40)), len(data[:3584])):
        part = whole[:cut]
        if pack is bytes and cut >= len(data.rstrip(b"\0")) + 512 + 3000:  # only padding is missing
            continue
        files, wrong = read(write(tmp_path, part))
        if len(files) < 2:
            assert wrong, cut


def test_nothing_after_a_header_s_end_is_missed_silently(tmp_path: Path) -> None:
    """``tarfile`` ends here without a word."""
    data = bytearray(tar({"a.json": b"1", "b.json": b"2"}))
    data[1024 + 20] ^= 1
    with tarfile.open(fileobj=io.BytesIO(bytes(data))) as archive:
        assert archive.getnames() == ["a.json"]
    files, wrong = read(write(tmp_path, bytes(data)))
    assert list(files) == ["a.json"]
    assert wrong == ["the archive has a damaged header"]


@pytest.mark.parametrize("name", ["/etc/passwd.json", "../../x.json", "a\nb.json", "\x1b[2J.json", "é\udcff.json"])
def test_a_name_is_a_label(tmp_path: Path, name: str) -> None:
    before = sorted(tmp_path.iterdir())
    files, wrong = read(write(tmp_path, tar({name: b"1"}, tarfile.GNU_FORMAT)))
    assert len(files) == 1
    assert not wrong
    assert len(sorted(tmp_path.iterdir())) == len(before) + 1


def test_links_and_folders_are_no_files(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo("x.json")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert read(write(tmp_path, stream.getvalue())) == ({}, [])


@pytest.mark.parametrize(
    ("limits", "why", "count"),
    [
        (Limits(csaf_document=512), "csaf_document", 2),
        (Limits(csaf_archive=1500), "csaf_archive", 1),
        (Limits(feed_records=1), "feed_records", 1),
        (Limits(pax_header=20), "pax_header", 1),
    ],
)
def test_bounds(tmp_path: Path, limits: Limits, why: str, count: int) -> None:
    files, wrong = read(write(tmp_path, tar(FILES, tarfile.GNU_FORMAT)), limits)
    assert len(files) == count
    assert len(wrong) == 1
    assert why in wrong[0]


def test_a_size_of_base_256_that_lies(tmp_path: Path) -> None:
    data = bytearray(tar({"a.json": b"1"}))
    data[124:136] = b"\x80" + b"\0" * 3 + (1 << 60).to_bytes(8, "big")
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    _, wrong = read(write(tmp_path, bytes(data)))
    assert wrong[0].startswith("it is larger than csaf_document")


def test_what_cannot_be_opened_is_told_of(tmp_path: Path) -> None:
    assert read(tmp_path / "absent")[1] == ["the archive cannot be read: No such file or directory"]
    assert read(tmp_path)[1] == ["the archive cannot be read: Is a directory"]


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=1200), place=st.integers(0, 1500))
def test_any_damage_is_survived(tmp_path_factory: pytest.TempPathFactory, data: bytes, place: int) -> None:
    whole = bytearray(tar({"a.json": b"1", "b.json": b"2"}))
    whole[place : place + len(data)] = data
    read(write(tmp_path_factory.mktemp("tar"), bytes(whole)))
