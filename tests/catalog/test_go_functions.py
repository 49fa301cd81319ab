"""The table of functions: in programs of Go's linker, against `go tool nm`; headers by hand, and hostile ones."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.programs import elf
from pratique.catalog._executable import open_executable
from pratique.catalog._go_functions import find_functions
from pratique.errors import Unreadable

NAMES = b"go:buildid\0main.main\0example.org/a.(*T).M\0"
SECTION = b".gopclntab"


def functions(data: bytes) -> bytes:
    stream = io.BytesIO(data)
    program = open_executable(stream, len(data))
    assert program is not None
    found = find_functions(stream, program)
    return zlib.decompress(found) if found else b""


def table(names: bytes = NAMES, *, magic: int = 0xFFFFFFF1, width: int = 8, order: str = "<", end: int = 0) -> bytes:
    """A header as https://go.dev/src/runtime/symtab.go lays it out, and the names behind it."""
    start = 72
    stop = end or start + len(names)
    counts = (3, 1) if magic == 0xFFFFFFFA else (3, 1, 0x401000)
    words = (*counts, start, stop, stop, stop, stop)
    head = struct.pack(order + "IBBBB", magic, 0, 0, 1, width)
    head += b"".join(struct.pack(order + ("Q" if width == 8 else "I"), word) for word in words)
    return head.ljust(start, b"\0") + names


@pytest.mark.parametrize("magic", [0xFFFFFFFA, 0xFFFFFFF0, 0xFFFFFFF1])
@pytest.mark.parametrize("width", [4, 8])
@pytest.mark.parametrize("order", ["<", ">"])
def test_headers(magic: int, width: int, order: str) -> None:
    data = elf({SECTION: table(magic=magic, width=width, order=order)}, bits=8 * width, order=order)
    assert functions(data) == b"\0" + NAMES


@pytest.mark.parametrize("section", [b".gopclntab", b".data.rel.ro.gopclntab", b"__gopclntab"])
def test_sections(section: bytes) -> None:
    assert functions(elf({section: table()})) == b"\0" + NAMES


@pytest.mark.parametrize(
    "data",
    [
        elf({b".text": b"code"}),
        elf({SECTION: table(magic=0xFFFFFFFB)}),  # before Go 1.16
        elf({SECTION: table(width=3)}),
        elf({SECTION: table(end=1 << 40)}),
        elf({SECTION: table(end=8)}),
        elf({SECTION: table()[:40]}),
        elf({SECTION: b""}),
        elf({SECTION: table(b"a.b\0" * 9)}),  # no main.main: obfuscated, or no program
    ],
)
def test_programs_that_do_not_tell(data: bytes) -> None:
    assert functions(data) == b""


@given(st.binary(max_size=200))
def test_hostile(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert functions(elf({SECTION: b"\xf1\xff\xff\xff" + data})) == b""


@pytest.mark.native
def test_as_go_tool_nm_lists_go_itself() -> None:
    program = shutil.which("go")
    if program is None:
        pytest.skip("no go")
    real = Path(program).resolve()
    listed = subprocess.run(["go", "tool", "nm", str(real)], capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("go is stripped")
    code = {line.split(maxsplit=2)[2] for line in listed.stdout.splitlines() if line.split()[1:2] == ["T"]}
    named = {name for name in code if "." in name and not name.startswith(("go:", "type:", "_", "runtime.etext"))}
    names = set(functions(real.read_bytes()).decode().split("\0"))
    # nm parts types of functions by a dot ("writerOnly·1"), and lists entries of assembly that no trace shows
    plain = {name.removesuffix(".abi0") for name in named if not re.search(r"\.\d+[).]|\[|^runtime\.", name)}
    assert len(plain) > 5000
    assert plain - names == set()
