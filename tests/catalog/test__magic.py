"""Executables are told by their first bytes, their kinds apart, and Java's classes from Mach-O files."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.programs import elf, macho, pe
from pratique.catalog._magic import ENOUGH, FIRST, format_of


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (elf({}), "elf"),
        (elf({}, order=">", bits=32), "elf"),
        (pe({}), "pe"),
        (macho({}), "mach-o"),
        (macho({}, order=">"), "mach-o"),
    ],
)
def test_programs(data: bytes, expected: str) -> None:
    assert format_of(data[:ENOUGH]) == expected
    assert data[0] in FIRST


def test_the_interpreter_that_runs_this() -> None:
    assert format_of(Path(sys.executable).read_bytes()[:ENOUGH]) == "elf"


def test_what_an_assembler_writes_is_still_to_be_linked(tmp_path: Path) -> None:
    if shutil.which("as") is None:
        pytest.skip("no assembler")
    subprocess.run(["as", "-o", tmp_path / "a.o"], input=b".text\n", check=True)
    assert format_of((tmp_path / "a.o").read_bytes()[:ENOUGH]) == "elf-object"


@pytest.mark.parametrize(("order", "kind"), [(1, "<H"), (2, ">H")])
def test_either_order_of_bytes(order: int, kind: str) -> None:
    start = b"\x7fELF\2" + bytes([order]) + bytes(10)
    assert [format_of(start + struct.pack(kind, number)) for number in (1, 2, 3)] == ["elf-object", "elf", "elf"]
    assert format_of(start) == "elf"  # cut short


@pytest.mark.parametrize("architectures", [1, 2, 44])
def test_several_architectures(architectures: int) -> None:
    assert format_of(struct.pack(">II", 0xCAFEBABE, architectures)) == "mach-o"


@pytest.mark.parametrize("start", [struct.pack(">IHH", 0xCAFEBABE, 0, 45), b"\x7fEL", b"#!/bin/s", b"", bytes(8), b"M"])
def test_what_is_none(start: bytes) -> None:
    assert format_of(start) is None
