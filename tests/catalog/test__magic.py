"""Executables are told by their first bytes, and Java's classes from Mach-O files."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import pytest

from catalog.programs import elf, macho, pe
from pratique.catalog._magic import FIRST, is_executable


@pytest.mark.parametrize("data", [elf({}), elf({}, order=">", bits=32), pe({}), macho({}), macho({}, order=">")])
def test_programs(data: bytes) -> None:
    assert is_executable(data[:8])
    assert data[0] in FIRST


def test_the_interpreter_that_runs_this() -> None:
    assert is_executable(Path(sys.executable).read_bytes()[:8])


@pytest.mark.parametrize("architectures", [1, 2, 44])
def test_several_architectures(architectures: int) -> None:
    assert is_executable(struct.pack(">II", 0xCAFEBABE, architectures))


@pytest.mark.parametrize("start", [struct.pack(">IHH", 0xCAFEBABE, 0, 45), b"\x7fEL", b"#!/bin/s", b"", bytes(8), b"M"])
def test_what_is_none(start: bytes) -> None:
    assert not is_executable(start)
