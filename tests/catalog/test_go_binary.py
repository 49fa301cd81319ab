"""Go's build information: as the linker wrote it, against `go version -m`, in the form before Go 1.18, and hostile."""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.programs import ADDRESS, elf, macho, pe
from pratique.catalog.go_binary import CATALOGUER, parse
from pratique.errors import Unreadable
from pratique.model import Fact, Functions, Package, Problem

PATH = "usr/bin/fleet"
FIXTURES = Path(__file__).parent / "go_binary"
FLEET = (FIXTURES / "fleet.buildinfo").read_bytes()
MODULES = {
    ("example.org/fleet/app", "(devel)"),
    ("example.org/local", "(devel)"),  # replaced by a folder
    ("github.com/google/uuid", "v1.3.0"),  # in place of example.org/swapped
    ("golang.org/x/xerrors", "v0.0.0-20200804184101-5ec99f83aff1"),
    ("stdlib", "1.26.8"),
}
SWAPPED = (("github.com/google/uuid", "example.org/swapped"),)
MARK = b"\ndep\tbad\tv1.0.0\n"  # 16 bytes, which must not be read as a module


def rows(facts: Iterable[Fact]) -> set[tuple[str, str]]:
    found = set()
    for fact in facts:
        if isinstance(fact, Functions):
            continue
        assert isinstance(fact, Package), fact
        assert (fact.type, fact.path) == ("golang", PATH)
        found.add((f"{fact.namespace}/{fact.name}" if fact.namespace else fact.name, fact.version))
    return found


def modules(data: bytes) -> set[tuple[str, str]]:
    return rows(parse(memory_file(PATH, data, 0o755)))


def go_version_m(text: str) -> set[tuple[str, str]]:
    """What `go version -m` prints, with folders in place of modules as we tell them."""
    first, *lines = text.splitlines()
    found = [("stdlib", first.split(": go", 1)[1].split()[0])]
    for line in lines:
        keyword, *fields = line.strip("\t").split("\t")
        if keyword in ("mod", "dep"):
            found.append((fields[0], fields[1]))
        elif keyword == "=>":
            found[-1] = (found[-1][0], "(devel)") if fields[0].startswith(".") else (fields[0], fields[1])
    return set(found)


def inline(version: str, text: str, pointer_size: int = 8) -> bytes:
    """The form since Go 1.18 (src/debug/buildinfo/buildinfo.go)."""

    def string(data: bytes) -> bytes:
        length, prefix = len(data), b""
        while length >= 0x80:
            prefix += bytes([length & 0x7F | 0x80])
            length >>= 7
        return prefix + bytes([length]) + data

    framed = MARK + text.encode() + MARK if text else b""
    return b"\xff Go buildinf:" + bytes([pointer_size, 2]) + bytes(16) + string(version.encode()) + string(framed)


def pointed(version: str, text: str, at: int, width: int, order: str) -> bytes:
    """The form before Go 1.18, for a section at the address ``at``."""
    pointer = order + ("Q" if width == 8 else "I")
    framed = MARK + text.encode() + MARK
    strings = at + 32
    data = strings + 4 * width
    head = b"\xff Go buildinf:" + bytes([width, order == ">"])
    head += struct.pack(pointer, strings) + struct.pack(pointer, strings + 2 * width)
    table = [data, len(version), data + len(version), len(framed)]
    return head.ljust(32, b"\0") + b"".join(struct.pack(pointer, value) for value in table) + version.encode() + framed


def test_as_the_linker_wrote_it() -> None:
    assert modules(elf({b".text": b"code", b".go.buildinfo": FLEET})) == MODULES
    assert go_version_m((FIXTURES / "fleet.txt").read_text()) == MODULES


PLACES: dict[str, Callable[[bytes], bytes]] = {
    "no sections": lambda info: elf({b".data": b"unaligned: \xff Go buildinf:", b".x": info}, named=False),
    "past the first megabyte": lambda info: elf({b".a": bytes((1 << 20) - 160), b".x": info}, named=False),
    "renamed": lambda info: elf({b".gopclntab": b"", b".x": info}),
    "pe": lambda info: pe({b".data": info}),
    "macho": lambda info: macho({b"__go_buildinfo": info}),
}


@pytest.mark.parametrize("place", PLACES)
def test_other_places(place: str) -> None:
    assert modules(PLACES[place](FLEET)) == MODULES


def test_across_two_chunks_of_the_search() -> None:
    data = bytearray(elf({b".a": bytes((1 << 20) - 16 - 128), b".x": bytes(8) + FLEET}, named=False))
    assert data.index(FLEET) == (1 << 20) - 8
    data[80:88] = struct.pack("<Q", ADDRESS + 8)  # the segment's address: the header is aligned in memory
    assert modules(bytes(data)) == MODULES


@pytest.mark.parametrize("width", [4, 8])
@pytest.mark.parametrize("order", ["<", ">"])
def test_before_go_1_18(width: int, order: str) -> None:
    at = ADDRESS + (64 + 56 + 8 if width == 8 else 52 + 32 + 12)
    info = pointed("go1.17.2", "mod\texample.org/a\tv1.0.0\th1:x=\n", at, width, order)
    data = elf({b".go.buildinfo": info}, bits=8 * width, order=order)
    assert data.index(info) == at - ADDRESS
    assert modules(data) == {("example.org/a", "v1.0.0"), ("stdlib", "1.17.2")}


@pytest.mark.parametrize(
    ("version", "stdlib"),
    [
        ("go1.22.3", "1.22.3"),
        ("go1.21rc2", "1.21rc2"),
        ("go1.20.6 X:boringcrypto", "1.20.6"),
        ("devel go1.23-1a2b3c4d Tue Mar 5 10:00:00 2024 +0000", "1.23-1a2b3c4d"),
        ("devel +1a2b3c4d", "devel +1a2b3c4d"),
    ],
)
def test_versions_of_the_standard_library(version: str, stdlib: str) -> None:
    assert modules(elf({b".go.buildinfo": inline(version, "")})) == {("stdlib", stdlib)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("path\tcmd/x\nmod\tx\tv1.0.0\th1:=\nbuild\t-tags=mod\ta\n", {("x", "v1.0.0")}),
        ("dep\ta/b\tv1.0.0\n=>\tc/d\tv2.0.0\th1:=\ndep\te\tv3.0.0\n", {("c/d", "v2.0.0"), ("e", "v3.0.0")}),
        ("dep\ta/b\tv1.0.0\n=>\t/src/b\t\n", {("a/b", "(devel)")}),
        ("dep\ta/b\tv1.0.0\n=>\t../b\t(devel)\t\n", {("a/b", "(devel)")}),
        ("dep\ta/b\tv1.0.0\n=>\tc/d\t\n", {("a/b", "(devel)")}),
        ("dep\ta/b\tv1.0.0", set()),  # not between its marks
        ("=>\ta/b\tv1.0.0\n", {("a/b", "v1.0.0")}),
    ],
)
def test_lines(text: str, expected: set[tuple[str, str]]) -> None:
    assert modules(elf({b".go.buildinfo": inline("go1.22", text)})) == {*expected, ("stdlib", "1.22")}


@pytest.mark.parametrize(
    ("info", "told"),
    [
        (FLEET, Functions(PATH, b"", "example.org/fleet/app", "linux", "amd64", SWAPPED)),
        (inline("go1.22", "path\ta/b\nbuild\tGOOS=windows\n"), Functions(PATH, b"", "a/b", "windows")),
        (inline("go1.22", "dep\tbuild\tGOOS=windows\nbuild\tXGOOS=a\nbuild\tGOARCH=wasm\n"),
         Functions(PATH, b"", goarch="wasm")),
        (inline("go1.17", "path\ta/b\n"), None),
    ],
)  # fmt: skip
def test_what_it_was_built_for(info: bytes, told: Functions | None) -> None:
    facts = parse(memory_file(PATH, elf({b".go.buildinfo": info}), 0o755))
    assert [fact for fact in facts if isinstance(fact, Functions)] == ([] if told is None else [told])


def test_a_module_without_a_version_is_told() -> None:
    problem, stdlib = parse(memory_file(PATH, elf({b".go.buildinfo": inline("go1.22", "dep\ta/b\n")})))
    assert isinstance(problem, Problem)
    assert "'a/b'" in problem.what
    assert isinstance(stdlib, Package)


@pytest.mark.parametrize(
    "data", [b"", b"#!/bin/sh\n", elf({b".text": b"code"}), pe({b".text": b"code"}), macho({b"__text": b"code"})]
)
def test_programs_of_other_languages(data: bytes) -> None:
    assert list(parse(memory_file(PATH, data))) == []


def test_programs_that_hide_what_is_in_them() -> None:
    for data, word in ((elf({b".gopclntab": b"x"}), "without"), (elf({b".x": b"UPX!"}, named=False), "UPX")):
        (problem,) = parse(memory_file(PATH, data))
        assert isinstance(problem, Problem)
        assert word in problem.what


@pytest.mark.parametrize(
    "info",
    [
        FLEET[:20],
        FLEET[:40],
        b"\xff Go buildinf:\x08\x02" + bytes(16) + b"\xff" * 20,
        b"\xff Go buildinf:\x08\x02" + bytes(16) + b"\xff\xff\xff\x7f",
        b"\xff Go buildinf:\x05\x00" + bytes(16),
        b"\xff Go buildinf:\x08\x00" + b"\xff" * 16,
    ],
)
def test_broken_information(info: bytes) -> None:
    with pytest.raises(Unreadable):
        modules(elf({b".go.buildinfo": info}, named=False))


@pytest.mark.native
def test_as_go_version_reads_go_itself() -> None:
    program = shutil.which("go")
    if program is None:
        pytest.skip("no go")
    text = subprocess.run(["go", "version", "-m", program], capture_output=True, text=True, check=True).stdout
    found = modules(Path(program).resolve().read_bytes())
    assert found == go_version_m(text)
    assert len(found) >= 1


@settings(max_examples=150)
@given(
    st.sampled_from(["elf", *PLACES]),
    st.lists(st.tuples(st.integers(0), st.binary(min_size=1, max_size=4)), max_size=4),
)
def test_damage(place: str, damages: list[tuple[int, bytes]]) -> None:
    data = bytearray(PLACES[place](FLEET) if place != "elf" else elf({b".go.buildinfo": FLEET}))
    for at, damage in damages:
        at %= len(data)
        data[at : at + len(damage)] = damage
    survives(CATALOGUER, PATH, bytes(data))
