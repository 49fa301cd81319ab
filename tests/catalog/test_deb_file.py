"""Package files: those that dpkg-deb wrote, and hostile ones."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from hypothesis import given

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from pratique.catalog._file import ReadFile
from pratique.catalog.deb_file import CATALOGUER, parse
from pratique.errors import Unreadable
from pratique.limits import DEFAULT
from pratique.model import Package

PATH = "var/cache/apt/archives/harbour_2.4-1_all.deb"
DEB = (Path(__file__).parent / "deb_file" / "harbour.deb").read_bytes()
HARBOUR = Package(
    type="deb",
    name="harbour",
    version="1:2.4-1+deb12u1",
    arch="all",
    source_name="harbour-src",
    source_version="1:2.4-1",
    vendor="Port Authority <port@example.org>",
    path=PATH,
    depends=("dpkg", "libc6", "pilot", "tug", "mole"),
    declared=True,
)


def test_what_dpkg_deb_wrote() -> None:
    assert list(parse(memory_file(PATH, DEB))) == [HARBOUR]


@pytest.mark.parametrize("packer", ["gzip", "xz", "zstd", "none"])
def test_every_compression(packer: str, tmp_path: Path) -> None:
    if shutil.which("dpkg-deb") is None:
        pytest.skip("no dpkg-deb")
    control = tmp_path / "tree" / "DEBIAN" / "control"
    control.parent.mkdir(parents=True)
    control.write_text("Package: a\nVersion: 1\nArchitecture: all\nMaintainer: b\nDescription: c\n")
    target = tmp_path / "a.deb"
    command = ["dpkg-deb", f"-Z{packer}", "-b", str(control.parent.parent), str(target)]
    subprocess.run(command, check=True, capture_output=True)
    (found,) = parse(memory_file("a.deb", target.read_bytes()))
    assert isinstance(found, Package)
    assert (found.name, found.version, found.declared) == ("a", "1", True)


def tar_of(name: str, data: bytes) -> bytes:
    """A member of a tar, without the end of one."""
    info = tarfile.TarInfo(name)
    info.size = len(data)
    return info.tobuf() + data + bytes(-len(data) % 512)


def test_a_control_file_behind_long_lists() -> None:
    tree = io.BytesIO()
    with tarfile.open(fileobj=tree, mode="w:xz") as archive:
        for name, data in (("./md5sums", bytes(100_000)), ("./control", b"Package: a\nVersion: 1\n")):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    control = tree.getvalue()
    header = b"control.tar.xz".ljust(48) + str(len(control)).encode().ljust(10) + b"`\n"
    (found,) = parse(memory_file("a.deb", b"!<arch>\n" + header + control))
    assert isinstance(found, Package)
    assert found.name == "a"


def test_a_long_file_whose_beginning_alone_was_read() -> None:
    name = b"control.tar".ljust(16)
    body = tar_of("./control", b"Package: a\nVersion: 1\n") + tar_of("./md5sums", bytes(400_000))
    data = b"!<arch>\n" + name + bytes(32) + str(len(body)).encode().ljust(10) + b"`\n" + body
    head = CATALOGUER.claim.head
    file = ReadFile("a.deb", 0o644, len(data), DEFAULT, data[:head], None, cut=True)
    (found,) = parse(file)
    assert isinstance(found, Package)
    assert found.name == "a"
    with pytest.raises(Unreadable, match="cut short"):
        list(parse(memory_file("a.deb", data[:head])))


@pytest.mark.parametrize("data", [b"", b"!<arch>\n", b"PK\3\4", DEB[:200], b"\x1f\x8b"])
def test_no_package(data: bytes) -> None:
    with pytest.raises(Unreadable):
        list(parse(memory_file(PATH, data)))


@given(mutated(DEB))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
