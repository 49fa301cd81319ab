"""Package files of opkg, as its build tool's document has them, and hostile ones."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import given

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from pratique.catalog.ipk_file import CATALOGUER, parse
from pratique.errors import Unreadable
from pratique.model import Package

PATH = "srv/libubox.ipk"
DEB = (Path(__file__).parent / "deb_file" / "harbour.deb").read_bytes()


def ipk() -> bytes:
    """As opkg-build of https://git.yoctoproject.org/opkg-utils writes it: a packed tar of packed tars."""

    def packed(name: str, data: bytes) -> bytes:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as archive:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        return gzip.compress(out.getvalue(), mtime=0)  # the same at any time: it is a test's name

    control = packed("./control", b"Package: libubox\nVersion: 2023-1\nArchitecture: mips\n")
    return packed("./control.tar.gz", control)


def test_a_package_of_opkg() -> None:
    (found,) = parse(memory_file(PATH, ipk()))
    assert found == Package("opkg", "libubox", "2023-1", arch="mips", path=PATH, declared=True)


def test_one_that_is_an_archive_of_ar_as_dpkg_writes_it() -> None:
    (found,) = parse(memory_file(PATH, DEB))
    assert isinstance(found, Package)
    assert (found.type, found.name, found.declared) == ("opkg", "harbour", True)


@pytest.mark.parametrize("data", [b"", b"!<arch>\n", b"PK\3\4", ipk()[:40], b"\x1f\x8b"])
def test_no_package(data: bytes) -> None:
    with pytest.raises(Unreadable):
        list(parse(memory_file(PATH, data)))


@given(mutated(ipk()))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
