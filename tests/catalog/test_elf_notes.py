"""Notes that name a package: one that GNU ld wrote, and hostile ones."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from pratique.catalog.elf_notes import CATALOGUER, parse
from pratique.errors import Unreadable
from pratique.model import Package

PROGRAM = (Path(__file__).parent / "elf_notes" / "harbour").read_bytes()
PATH = "usr/bin/harbour"
HARBOUR = Package("rpm", "harbour", "2.4-1.fc40", namespace="fedora", arch="x86_64", path=PATH, stated=True)
JSON = b'{"type":"deb","os":"debian","name":"harbour","version":"2.4-1","architecture":"i386"}'


def noted(text: bytes, *, bits: int = 64, order: str = "<", at: int = 0, before: bytes = b"") -> bytes:
    """An ELF file (gABI) of one segment of notes: an optional one, then the one with the text."""
    wide = bits == 64
    note = struct.pack(order + "III", 4, len(text), 0xCAFE1A7E) + b"FDO\0" + text
    note += bytes(-len(note) % 4)
    notes = before + note
    head, each = (64, 56) if wide else (52, 32)
    at = at or head + each
    if wide:
        program = struct.pack(order + "IIQQQQQQ", 4, 4, at, 0, 0, len(notes), len(notes), 4)
        numbers = struct.pack(order + "HHIQQQIHHHHHH", 2, 62, 1, 0, head, 0, 0, head, each, 1, 0, 0, 0)
    else:
        program = struct.pack(order + "8I", 4, at, 0, 0, len(notes), len(notes), 4, 4)
        numbers = struct.pack(order + "HHIIIIIHHHHHH", 2, 62, 1, 0, head, 0, 0, head, each, 1, 0, 0, 0)
    start = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9) + numbers + program
    return start + bytes(at - len(start)) + notes


def test_what_ld_wrote() -> None:
    assert list(parse(memory_file(PATH, PROGRAM))) == [HARBOUR]


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("at", [0, 1024])
def test_every_kind_of_elf(bits: int, order: str, at: int) -> None:
    build_id = struct.pack(order + "III", 4, 2, 3) + b"GNU\0" + b"\1\2\0\0"
    (found,) = parse(memory_file(PATH, noted(JSON, bits=bits, order=order, at=at, before=build_id)))
    assert found == Package("deb", "harbour", "2.4-1", namespace="debian", arch="i386", path=PATH, stated=True)


@pytest.mark.native
def test_the_linker_of_this_machine(tmp_path: Path) -> None:
    if shutil.which("gcc") is None or shutil.which("ld") is None:
        pytest.skip("no gcc or no ld")
    source, target = tmp_path / "a.c", tmp_path / "a"
    source.write_text("void _start(void) { for (;;) ; }\n")
    subprocess.run(["gcc", "-c", "-o", f"{target}.o", source], check=True)
    command = ["ld", f"--package-metadata={JSON.decode()}", "-o", target, f"{target}.o"]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("this ld writes no package metadata")
    (found,) = parse(memory_file(PATH, target.read_bytes()))
    assert isinstance(found, Package)
    assert (found.name, found.version) == ("harbour", "2.4-1")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ" + bytes(100),
        b"\x7fELF",
        b"\x7fELF\2\1\1" + bytes(57),
        PROGRAM[:64],
        b"\x7fELF\1\2\1" + bytes(13) + b"FDO\0",
        noted(b'{"name":"a"}'),
        noted(b'{"type":"../x","name":"a","version":"1"}'),
        noted(JSON, at=1024)[:1030],
        noted(JSON).replace(b"FDO\0", b"GNU\0"),
    ],
)
def test_nothing_told(data: bytes) -> None:
    assert list(parse(memory_file(PATH, data))) == []


def test_a_long_note() -> None:
    text = JSON[:-1] + b',"debugInfoUrl":"' + b"x" * 2000 + b'"}'
    (found,) = parse(memory_file(PATH, noted(text, at=1024)))
    assert isinstance(found, Package)
    assert found.name == "harbour"


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"[" * 10_000, b'{"name":1}', b"\xff"])
def test_a_note_that_makes_no_sense(text: bytes) -> None:
    with pytest.raises(Unreadable, match="harbour"):
        list(parse(memory_file(PATH, noted(text))))


@given(mutated(PROGRAM) | mutated(noted(JSON, bits=32, order=">")))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
