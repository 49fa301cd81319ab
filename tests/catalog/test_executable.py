"""ELF, PE and Mach-O files: built by their specifications, made by the linker, and hostile."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.memory_file import memory_file
from catalog.programs import ADDRESS, elf, macho, pe
from pratique.catalog._executable import Executable, open_executable, read, read_at, read_executable
from pratique.errors import Unreadable

SECTIONS = {b".one": b"first", b".two": b"second section"}
PROGRAMS = {
    "elf64le": elf(SECTIONS),
    "elf64be": elf(SECTIONS, order=">"),
    "elf32le": elf(SECTIONS, bits=32),
    "elf32be": elf(SECTIONS, bits=32, order=">"),
    "pe32+": pe(SECTIONS),
    "pe32": pe(SECTIONS, wide=False),
    "macho64le": macho(SECTIONS),
    "macho64be": macho(SECTIONS, order=">"),
    "macho32le": macho(SECTIONS, wide=False),
    "macho32be": macho(SECTIONS, wide=False, order=">"),
}


def opened(data: bytes) -> tuple[io.BytesIO, Executable]:
    stream = io.BytesIO(data)
    program = open_executable(stream, len(data))
    assert program is not None
    return stream, program


@pytest.mark.parametrize("kind", PROGRAMS)
def test_sections_and_segments(kind: str) -> None:
    stream, program = opened(PROGRAMS[kind])
    for name, data in SECTIONS.items():
        region = program.section(name)
        assert region is not None
        assert program.mentions(name)
        assert read(stream, region, 100) == data
        assert read(stream, region, 3) == data[:3]
        assert read_at(stream, program.segments(), region.address, len(data)) == data
        assert any(part.offset <= region.offset < part.offset + part.size for part in program.data())
    assert program.section(b".three") is None
    assert program.section(b".on") is None
    for address in (0, ADDRESS + 10_000, 1 << 63):
        with pytest.raises(Unreadable):
            read_at(stream, program.segments(), address, 4)


def test_an_elf_file_without_sections() -> None:
    _, program = opened(elf(SECTIONS, named=False))
    assert not program.named
    assert program.section(b".one") is None
    assert [part.address for part in program.data()] == [ADDRESS]


def test_only_what_can_be_written_is_data() -> None:
    data = bytearray(elf(SECTIONS))
    data[68] = 5  # p_flags: read, execute
    assert opened(bytes(data))[1].data() == []
    data = bytearray(pe(SECTIONS))
    flags = data.index(b".one") + 36
    data[flags : flags + 4] = (0x60000020).to_bytes(4, "little")  # code
    _, program = opened(bytes(data))
    assert program.data() == [program.section(b".two")]


@pytest.mark.parametrize("at", [32, 40, 72])  # offsets of program headers, of section headers, of the segment
def test_offsets_that_no_stream_can_seek_to(at: int) -> None:
    data = bytearray(elf(SECTIONS))
    data[at : at + 8] = b"\xff" * 8
    try:
        _, program = opened(bytes(data))
        assert all(region.size == 0 for region in program.segments()) or at == 40
    except Unreadable:
        assert at != 72


def test_a_section_that_is_longer_than_its_file() -> None:
    data = bytearray(elf(SECTIONS))
    size = int.from_bytes(data[40:48], "little") + 64 + 32  # sh_size of the first section
    data[size : size + 8] = len(data).to_bytes(8, "little")
    _, program = opened(bytes(data))
    with pytest.raises(Unreadable, match="one"):
        program.section(b".one")


def test_what_is_no_program() -> None:
    for data in (b"", b"MZ", b"#!/bin/sh\n", b"\xca\xfe\xba\xbe" + bytes(90)):
        assert open_executable(io.BytesIO(data), len(data)) is None
    _, program = opened(b"MZ" + bytes(100))  # a DOS program
    assert program.segments() == []


@pytest.mark.native
def test_as_the_linker_writes_it(tmp_path: Path) -> None:
    if shutil.which("gcc") is None or shutil.which("objcopy") is None:
        pytest.skip("no gcc or no objcopy")
    (tmp_path / "note").write_bytes(b"carried along")
    (tmp_path / "main.c").write_text("int main(void) { return 0; }\n")
    subprocess.run(["gcc", "-o", "main", "main.c"], cwd=tmp_path, check=True)
    subprocess.run(["objcopy", "--add-section", ".dep-v0=note", "main"], cwd=tmp_path, check=True)
    stream, program = opened((tmp_path / "main").read_bytes())
    region = program.section(b".dep-v0")
    assert region is not None
    assert read(stream, region, 100) == b"carried along"
    data = program.section(b".data")
    assert data is not None
    assert any(part.address <= data.address < part.address + part.size for part in program.data())
    assert program.section(b".bss") is None  # it has no bytes in the file


def test_the_tables_are_read_once_for_all_who_ask() -> None:
    file = memory_file("bin/x", PROGRAMS["elf64le"])
    program = read_executable(file)
    assert program is not None
    assert read_executable(file) is program
    assert read_executable(memory_file("bin/x", PROGRAMS["elf64le"])) is not program
    assert read_executable(memory_file("bin/x", b"#!/bin/sh")) is None


@settings(max_examples=300)
@given(
    st.sampled_from(sorted(PROGRAMS)),
    st.lists(st.tuples(st.integers(0, 400), st.binary(min_size=1, max_size=8)), max_size=4),
    st.integers(0, 400),
)
def test_damaged_tables(kind: str, damages: list[tuple[int, bytes]], cut: int) -> None:
    data = bytearray(PROGRAMS[kind])
    for at, damage in damages:
        data[at : at + len(damage)] = damage
    data = data[: len(data) - cut % len(data)]
    stream = io.BytesIO(data)
    try:
        program = open_executable(stream, len(data))
        if program is not None:
            for region in (*program.segments(), *program.data(), program.section(b".two")):
                assert region is None or len(read(stream, region, 1000)) == min(region.size, 1000)
    except Unreadable:
        pass
