"""Small archives: those that tarfile and ar wrote, and damaged ones."""

from __future__ import annotations

import contextlib
import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.mutated import mutated
from pratique.catalog._members import ar_members, tar_files
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT

DEB = (Path(__file__).parent / "deb_file" / "harbour.deb").read_bytes()


def tar(files: dict[str, bytes], form: int = tarfile.USTAR_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        folder = tarfile.TarInfo("./")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


@given(st.dictionaries(st.from_regex(r"[a-z][a-z.-]{0,20}", fullmatch=True), st.binary(max_size=600), max_size=4))
def test_as_tarfile_wrote_it(files: dict[str, bytes]) -> None:
    for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        assert dict(tar_files(tar(files, form))) == files


def test_as_far_as_the_data_reach() -> None:
    data = tar({"./a": b"1" * 600, "b": b"2" * 600})
    assert [name for name, _ in tar_files(data[:2000])] == ["a"]
    assert list(tar_files(b"")) == []


def test_members_of_a_deb() -> None:
    names = [name for name, _ in ar_members(io.BytesIO(DEB), len(DEB))]
    assert names == ["debian-binary", "control.tar.xz", "data.tar.xz"]
    assert dict(ar_members(io.BytesIO(DEB), len(DEB)))["debian-binary"] == b"2.0\n"


@pytest.mark.parametrize("data", [b"", b"!<arch>", b"!<arch>\nx", DEB[:-1], DEB[:100]])
def test_no_ar(data: bytes) -> None:
    with pytest.raises(Unreadable):
        list(ar_members(io.BytesIO(data), len(data)))


def test_a_member_too_long() -> None:
    header = b"data.tar".ljust(48) + str(DEFAULT.text + 1).encode().ljust(10) + b"`\n"
    with pytest.raises(LimitExceeded, match=r"limits\.text"):
        list(ar_members(io.BytesIO(b"!<arch>\n" + header), len(b"!<arch>\n" + header)))


@given(mutated(DEB) | mutated(tar({"a": b"1" * 600})))
def test_any_bytes(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        list(ar_members(io.BytesIO(data), len(data)))
    with contextlib.suppress(Unreadable):
        list(tar_files(data))
