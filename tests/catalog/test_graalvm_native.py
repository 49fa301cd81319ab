"""Native images of GraalVM, laid out as its guide says: symbols ``sbom`` and ``sbom_length``, CycloneDX within gzip."""

from __future__ import annotations

import gzip
import json
import struct
from functools import cache

import pytest
from hypothesis import given, settings

from catalog.declared import facts, packages
from catalog.hostile import survives
from catalog.mutated import mutated
from catalog.programs import ADDRESS, elf
from pratique.catalog.graalvm_native import CATALOGUER
from pratique.errors import LimitExceeded, Unreadable
from pratique.model import Package, Problem

PATH = "app/harbour"
NAMES = b"\0main\0sbom\0sbom_length\0"
BOM = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.5",
    "metadata": {"component": {"name": "harbour", "version": "1.0"}},
    "components": [
        {
            "type": "library",
            "group": "io.netty",
            "name": "netty-codec-http2",
            "version": "4.1.76.Final",
            "purl": "pkg:maven/io.netty/netty-codec-http2@4.1.76.Final",
            "licenses": [{"license": {"id": "Apache-2.0"}}],
        },
        {"name": "commons-io", "group": "commons-io", "version": "2.11.0"},
        {"name": "nameless", "group": "g"},
    ],
}


def image(sbom: bytes, *, length: int = -1, table: bytes = b".dynsym", names: bytes = NAMES, order: str = "<") -> bytes:
    """The program: built once to see where its data lies, and again with symbols that tell it."""
    data = struct.pack("<Q", len(sbom) if length < 0 else length) + sbom

    def build(address: int) -> bytes:
        rows = [(0, 0, 0, 0, 0, 0), (6, 0x11, 0, 1, address + 8, len(sbom)), (11, 0x11, 0, 1, address, 8)]
        symbols = b"".join(struct.pack("<IBBHQQ", *row) for row in rows)
        texts = b".dynstr" if table == b".dynsym" else b".strtab"
        return elf({b".svm_heap": b"heap", b".data": data, table: symbols, texts: names}, order=order)

    return build(ADDRESS + build(0).index(data))


@cache
def fixture() -> bytes:
    return image(gzip.compress(json.dumps(BOM).encode(), mtime=0))


@pytest.mark.parametrize("table", [b".dynsym", b".symtab"])
def test_the_components_are_packages(table: bytes) -> None:
    found = facts(CATALOGUER, image(gzip.compress(json.dumps(BOM).encode()), table=table), PATH)
    assert found[:2] == [
        Package(
            "maven",
            "netty-codec-http2",
            "4.1.76.Final",
            namespace="io.netty",
            licences=("Apache-2.0",),
            path=PATH,
        ),
        Package("maven", "commons-io", "2.11.0", namespace="commons-io", path=PATH),
    ]
    assert found[2] == Problem(PATH, "the SBOM in 'app/harbour' names 'nameless' without a version", hides=True)


def test_an_image_without_an_sbom_is_told() -> None:
    (one,) = facts(CATALOGUER, image(b"", names=b"\0main\0bomb\0bomb_length\0"), PATH)
    assert isinstance(one, Problem)
    assert one.hides


@pytest.mark.parametrize("data", [b"", b"MZ" + bytes(100), elf({b".text": b"x", b".dynstr": NAMES}), b"\x7fELF"])
def test_other_programs(data: bytes) -> None:
    assert survives(CATALOGUER, PATH, data) == []


@pytest.mark.parametrize(
    "sbom",
    [
        b"",
        b"{}",
        gzip.compress(b"{}", mtime=0)[:-4],
        gzip.compress(b"[]", mtime=0),
        gzip.compress(b'{"components": 1}', mtime=0),
    ],
)
def test_a_damaged_sbom_is_unreadable(sbom: bytes) -> None:
    with pytest.raises(Unreadable):
        packages(CATALOGUER, image(sbom), PATH)


def test_bounds() -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, image(b"x", length=1 << 20), PATH)
    with pytest.raises(LimitExceeded):
        facts(CATALOGUER, image(b"x", length=1 << 40), PATH)
    with pytest.raises(LimitExceeded):
        facts(CATALOGUER, image(gzip.compress(bytes(9 << 20))), PATH)
    with pytest.raises(LimitExceeded):
        facts(CATALOGUER, image(gzip.compress(b'{"x":' + b"[" * 100_000)), PATH)


@settings(max_examples=80, deadline=None)
@given(mutated(fixture()))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
