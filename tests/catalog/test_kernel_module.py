"""Modules of the kernel: one that gcc wrote, packed as a kernel's build packs them, and hostile ones."""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from catalog.programs import elf
from pratique.catalog.kernel_module import CATALOGUER, parse
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Package

MODULE = (Path(__file__).parent / "kernel_module" / "harbour-net.ko").read_bytes()
FOLDER = "usr/lib/modules/6.1.0-18-amd64/kernel/drivers/net"
WANTED = Package(
    type="generic",
    name="harbour_net",
    version="2.4.1",
    source_name="linux-kernel",
    source_version="6.1.0-18-amd64",
    licences=("GPL",),
    path=f"{FOLDER}/harbour-net.ko",
    depends=("crc32c", "libcrc32c"),
)


def test_what_gcc_wrote() -> None:
    assert list(parse(memory_file(WANTED.path, MODULE))) == [WANTED]


@pytest.mark.parametrize(
    ("suffix", "pack"), [(".xz", lzma.compress), (".gz", gzip.compress), (".zst", zstandard.compress)]
)
def test_packed(suffix: str, pack: Callable[[bytes], bytes]) -> None:
    (found,) = parse(memory_file(WANTED.path + suffix, pack(MODULE)))
    assert isinstance(found, Package)
    assert (found.name, found.version, found.path) == ("harbour_net", "2.4.1", WANTED.path + suffix)


def test_without_a_version_or_a_name_of_its_own() -> None:
    data = elf({b".modinfo": b"vermagic=6.8.9 SMP \0\0license=GPL v2\0depends=\0"})
    assert list(parse(memory_file("lib/modules/6.8.9/a-b.ko", data))) == [
        Package(
            type="generic",
            name="a_b",
            version="6.8.9",
            source_name="linux-kernel",
            source_version="6.8.9",
            licences=("GPL v2",),
            path="lib/modules/6.8.9/a-b.ko",
        )
    ]


def test_other_files() -> None:
    assert list(parse(memory_file("usr/bin/ls", MODULE))) == []
    for data in (
        b"",
        b"\x7fELF" + bytes(60),
        elf({b".text": b"x"}),
        elf({b".modinfo": b"license=GPL\0"}),
        MODULE[:300],
    ):
        with pytest.raises(Unreadable):
            list(parse(memory_file("a.ko", data)))


def test_bounds() -> None:
    with pytest.raises(LimitExceeded):
        list(parse(memory_file("a.ko", elf({b".modinfo": bytes(DEFAULT.module_list + 1)}))))
    with pytest.raises(LimitExceeded):
        list(parse(memory_file("a.ko.gz", gzip.compress(bytes(DEFAULT.text + 1), 1))))


@given(mutated(MODULE) | mutated(lzma.compress(MODULE)))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, "a.ko", data)
    survives(CATALOGUER, "a.ko.xz", data)
