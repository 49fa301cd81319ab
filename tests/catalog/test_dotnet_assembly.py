"""Assemblies that Mono's compiler made, programs of Windows with the resource that its documentation describes, and
hostile ones."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.declared import facts, packages
from catalog.hostile import survives
from catalog.mutated import mutated
from catalog.programs import elf, pe
from pratique.catalog.dotnet_assembly import CATALOGUER
from pratique.errors import Unreadable
from pratique.model import Package

PATH = "app/Harbour.dll"
HERE = Path(__file__).parent / "dotnet_assembly"
HARBOUR, BARE = (HERE / "Harbour.dll").read_bytes(), (HERE / "Bare.dll").read_bytes()


def block(key: str, value: bytes, kind: int, *children: bytes, length: int = -1) -> bytes:
    """A structure of a version resource."""
    name = key.encode("utf-16-le") + b"\0\0"
    head = name + bytes(-(6 + len(name)) % 4) + value
    body = head + bytes(-(6 + len(head)) % 4) if children else head
    for child in children:
        body += child + bytes(-len(child) % 4)
    return struct.pack("<HHH", 6 + len(body), len(value) if length < 0 else length, kind) + body


def resource(**strings: str) -> bytes:
    """VS_VERSIONINFO with one table of strings."""
    texts = [block(key, (text + "\0").encode("utf-16-le"), 1, length=len(text) + 1) for key, text in strings.items()]
    table = block("040904B0", b"", 1, *texts)
    others = block("VarFileInfo", b"", 1, block("Translation", b"\x09\x04\xb0\x04", 0))
    return block("VS_VERSION_INFO", bytes(52), 0, others, block("StringFileInfo", b"", 1, table))


def program(data: bytes) -> bytes:
    """A PE file with one resource."""

    def build(address: int) -> bytes:
        tree = b""
        for level, name in enumerate((16, 1, 0x409)):
            tree += struct.pack("<12xHHII", 0, 1, name, 24 * (level + 1) | (0x80000000 if level < 2 else 0))
        tree += struct.pack("<IIII", address + 88, len(data), 0, 0)
        image = pe({b".rsrc": tree + data})
        # the helper's optional header ends before the data directories: make room for three of them
        optional = (
            struct.pack("<H22xQ76xI", 0x20B, 0x400000, 3)
            + bytes(16)
            + struct.pack("<II", address, len(tree) + len(data))
        )
        start = 64 + 24 + len(optional) + 40
        start += -start % 16
        section = struct.pack("<8sIIII12xI", b".rsrc", len(tree + data), start, len(tree + data), start, 0x40000040)
        coff = image[64:84] + struct.pack("<HH", len(optional), 0)
        head = image[:64] + coff + optional + section
        return head + bytes(start - len(head)) + tree + data

    base = 64 + 24 + 112 + 24 + 40
    return build(base + -base % 16)


def test_an_assembly_that_tells_its_package_s_version() -> None:
    assert packages(CATALOGUER, HARBOUR, PATH) == [
        Package("nuget", "Harbour", "2.3.1-beta.2", vendor="Harbour Works", path=PATH)
    ]


def test_an_assembly_of_version_0_tells_nothing() -> None:
    assert facts(CATALOGUER, BARE, PATH) == []


def test_a_program_of_windows() -> None:
    data = resource(
        CompanyName="Harbour Works", ProductName="Harbour Tool", FileVersion="1.2.3.0", ProductVersion="1.2"
    )
    assert packages(CATALOGUER, program(data), "app/tool.exe") == [
        Package("generic", "Harbour Tool", "1.2", vendor="Harbour Works", path="app/tool.exe")
    ]


@pytest.mark.parametrize(
    ("product", "description", "name"),
    [
        ("Harbour\u00ae Tool(TM)", "", "Harbour Tool"),
        (
            "Microsoft\u00ae Windows\u00ae Operating System",
            "Windows NT BASE API Client DLL",
            "Windows NT BASE API Client DLL",
        ),
        ("\x1b[2J", "A tool", "A tool"),
        ("Microsoft\u00ae Windows\u00ae Operating System", "", "tool"),
    ],
)
def test_products(product: str, description: str, name: str) -> None:
    said = resource(ProductName=product, FileDescription=description, InternalName="tool", FileVersion="1.0")
    assert [one.name for one in packages(CATALOGUER, program(said), PATH)] == [name]


@pytest.mark.parametrize(
    ("product", "file", "version"),
    [
        ("13.0.3+0a2e291c0d9c0c7675d445703e51750363a549ef", "13.0.3.27908", "13.0.3"),
        ("8.0.1-preview.2", "8.0.123.58001", "8.0.1-preview.2"),
        ("8,0,123,58001 @Commit: bf5e279d9239bfef5bb1b8d6212f1b971c434606", "8,0,123,58001", "8.0.123.58001"),
        ("3.1.0.0", "", "3.1.0.0"),
        ("3.1", "3.1.0.7", "3.1"),
        ("Release 0.73", "Release 0.73", "0.73"),
        ("v2.0.1", "", "2.0.1"),
        ("June release", "4.5.6.7", "4.5.6.7"),
        ("", "4.5.6.7 (built by: x)", "4.5.6.7"),
        ("0.0.0.0", "1.0.0.0", "1.0.0.0"),
        ("10.0.19041.1348 (WinBuild.160101.0800)", "", "10.0.19041.1348"),
    ],
)
def test_versions(product: str, file: str, version: str) -> None:
    data = program(resource(ProductName="Tool", ProductVersion=product, FileVersion=file))
    assert [one.version for one in packages(CATALOGUER, data, PATH)] == [version]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ",
        elf({b".text": b"x"}),
        pe({b".text": b"x"}),
        program(resource(ProductName="Tool")),
        program(resource(FileVersion="1.0")),
        program(resource(ProductName="\x1b[2J", FileVersion="1.0")),
    ],
)
def test_programs_that_tell_nothing(data: bytes) -> None:
    assert facts(CATALOGUER, data, PATH) == []


def test_damaged_tables_are_unreadable() -> None:
    place = HARBOUR.index(b"BSJB")
    tables = place + HARBOUR[place:].index(b"#~") - 8
    broken = HARBOUR[: tables + 4] + b"\x20\0\0\0" + HARBOUR[tables + 8 :]  # the size of #~
    with pytest.raises(Unreadable):
        facts(CATALOGUER, broken, PATH)


def test_a_tree_of_resources_without_end() -> None:
    data = bytearray(program(resource(ProductName="Tool", FileVersion="1.0")))
    start = data.index(struct.pack("<HHI", 0, 1, 16)) - 12
    data[start + 20 : start + 24] = struct.pack("<I", 0x80000000)  # the first level leads to itself
    assert facts(CATALOGUER, bytes(data), PATH) == []


@settings(max_examples=150, deadline=None)
@given(mutated(HARBOUR) | mutated(program(resource(ProductName="Tool", FileVersion="1.0"))))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 3000), st.binary(min_size=4, max_size=16))
def test_any_tables(offset: int, new: bytes) -> None:
    at = HARBOUR.index(b"BSJB") + offset % 900
    survives(CATALOGUER, PATH, HARBOUR[:at] + new + HARBOUR[at + len(new) :])
