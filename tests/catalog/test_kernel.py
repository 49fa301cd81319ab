"""Kernels: the beginning of a bzImage as https://docs.kernel.org/arch/x86/boot.html lays it out, and banners."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from pratique.catalog.kernel import CATALOGUER, parse
from pratique.errors import Unreadable
from pratique.model import Package

VERSION = b"6.1.0-18-amd64 (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1\0"


def bz_image(version: bytes = VERSION) -> bytes:
    head = bytearray(b"MZ" + bytes(0x3FE))
    head[0x202:0x206] = b"HdrS"
    head[0x20E:0x210] = struct.pack("<H", 0x400 - 0x200)
    return bytes(head) + version


def version(path: str, data: bytes) -> tuple[str, str]:
    (found,) = parse(memory_file(path, data))
    assert isinstance(found, Package)
    assert (found.type, found.name, found.path) == ("generic", "linux-kernel", path)
    return found.version, found.cpe


def test_setup_code() -> None:
    assert version("boot/vmlinuz-6.1.0-18-amd64", bz_image()) == ("6.1.0-18-amd64", "")


@pytest.mark.parametrize(
    ("release", "number"),
    [
        ("6.8.9", "6.8.9"),
        ("6.6.31-linuxkit", "6.6.31"),
        ("5.14.0-427.el9.x86_64", ""),
        ("5.14.21-150500.55-default", ""),
    ],
)
def test_a_cpe_only_where_the_number_is_upstream_s(release: str, number: str) -> None:
    cpe = f"cpe:2.3:o:linux:linux_kernel:{number}:*:*:*:*:*:*:*" if number else ""
    assert version("vmlinuz", bz_image(release.encode() + b" x\0")) == (release, cpe)


def test_banner() -> None:
    data = b"\x7fELF" + bytes(5000) + b"Linux version 6.6.31 (root@port) (gcc 12) #1\n\0"
    assert version("boot/vmlinux-6.6.31", data)[0] == "6.6.31"
    assert version("srv/kernel", data)[0] == "6.6.31"


def test_name() -> None:
    packed = b"MZ\0\0zimg" + bytes(100)
    assert version("boot/vmlinuz-6.1.0-18-arm64", packed)[0] == "6.1.0-18-arm64"
    assert version("usr/lib/modules/6.5.6-300.fc39.aarch64/vmlinuz", packed)[0] == "6.5.6-300.fc39.aarch64"
    with pytest.raises(Unreadable, match="vmlinuz"):
        list(parse(memory_file("boot/vmlinuz", packed)))


def test_what_is_no_kernel() -> None:
    for path in ("usr/bin/kernel", "srv/Image", "usr/bin/vmlinuzx", "boot/initrd.img-6.1", "boot/config-6.1.0"):
        assert list(parse(memory_file(path, b"\x7fELF" + bytes(100)))) == [], path
    assert list(parse(memory_file("boot/vmlinuz", b""))) == []


@given(mutated(bz_image()))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, "boot/vmlinuz-6.1.0", data)
