"""Manifests of chisel: one that its own library wrote, and damaged ones."""

from __future__ import annotations

from pathlib import Path

import pytest
import zstandard
from hypothesis import given

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from pratique.catalog.chisel import CATALOGUER, parse
from pratique.errors import Unreadable
from pratique.limits import DEFAULT
from pratique.model import Owns, Package, Problem

PATH = "var/lib/chisel/manifest.wall"
WALL = (Path(__file__).parent / "chisel" / "manifest.wall").read_bytes()
TEXT = zstandard.decompress(WALL, 10_000)


def test_what_chisel_wrote() -> None:
    harbour, tzdata, *owned = parse(memory_file(PATH, WALL))
    assert isinstance(harbour, Package)
    assert (harbour.type, harbour.name, harbour.version) == ("deb", "libharbour2", "1:2.4-1ubuntu1")
    assert (harbour.arch, harbour.path) == ("amd64", PATH)
    assert harbour.hashes == ("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",)
    assert isinstance(tzdata, Package)
    assert tzdata.name == "tzdata"
    assert owned == [
        Owns("libharbour2", ("usr/lib/libharbour.so.2",)),
        Owns("tzdata", ("usr/share/zoneinfo/UTC",)),
    ]


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\x28\xb5\x2f\xfd", zstandard.compress(b"{}"), b"[" * 100_000])
def test_no_manifest(data: bytes) -> None:
    with pytest.raises(Unreadable):
        list(parse(memory_file(PATH, data)))


@pytest.mark.parametrize(
    "text",
    [
        TEXT[: len(TEXT) // 2],
        TEXT.replace(b'{"kind":"content"', b'{"kind:"content"'),
        TEXT.replace(b'"version":"2024a-0ubuntu0.24.04",', b""),
        TEXT.rpartition(b'{"kind"')[0],
    ],
)
def test_damage_blocks(text: bytes) -> None:
    *_, problem = parse(memory_file(PATH, zstandard.compress(text)))
    assert isinstance(problem, Problem)
    assert problem.blocking


def test_a_bomb() -> None:
    with pytest.raises(Unreadable, match="unpacked"):
        list(parse(memory_file(PATH, zstandard.compress(bytes(DEFAULT.text + 1)))))


@given(mutated(WALL) | mutated(TEXT))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
