"""What snaps tell of themselves, in the form of https://snapcraft.io/docs/snap-format."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from pratique.catalog.snap import CATALOGUER, parse
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Package

PATH = "snap/harbour/42/meta/snap.yaml"
PACKED = (Path(__file__).parent / "snap" / "harbour.snap").read_bytes()
YAML = b"""\
name: harbour
version: '2.4.1'
summary: A port
description: |
  name: not this one
  version: 9
license: GPL-3.0 # as published
architectures:
- amd64
base: core22
apps:
  harbour:
    command: bin/harbour
    version: 8
"""


def test_snap() -> None:
    assert list(parse(memory_file(PATH, YAML))) == [
        Package(
            type="snap",
            name="harbour",
            version="2.4.1",
            arch="amd64",
            licences=("GPL-3.0",),
            path=PATH,
            depends=("core22",),
        )
    ]


@pytest.mark.parametrize(
    ("text", "version", "arch"),
    [
        (b'name: a\nversion: "1.0"\narchitectures: [ arm64, amd64 ]\n', "1.0", "arm64"),
        (b"name: a\nversion: 1.0-2#3\narchitectures:\n  - all\n", "1.0-2#3", "all"),
        (b"name: a\nversion: 1.0\n", "1.0", ""),
    ],
)
def test_ways_to_write_it(text: bytes, version: str, arch: str) -> None:
    (found,) = parse(memory_file("meta/snap.yaml", text))
    assert isinstance(found, Package)
    assert (found.version, found.arch) == (version, arch)


def test_another_file_of_that_name() -> None:
    assert list(parse(memory_file("src/snap/snap.yaml", YAML))) == []


@pytest.mark.parametrize("data", [b"", b"name: a\n", b"name:\nversion: 1\n", b"{name: a}", b"\xff"])
def test_no_name_or_no_version(data: bytes) -> None:
    with pytest.raises(Unreadable):
        list(parse(memory_file(PATH, data)))


def test_a_packed_snap() -> None:
    path = "var/lib/snapd/snaps/harbour_42.snap"
    (found,) = parse(memory_file(path, PACKED))
    assert isinstance(found, Package)
    assert (found.name, found.version, found.arch) == ("harbour", "2.4.1", "amd64")
    assert found.path == f"{path}!/meta/snap.yaml"
    with pytest.raises(Unreadable, match="SquashFS"):
        list(parse(memory_file(path, b"hsqs")))


def test_too_long() -> None:
    with pytest.raises(LimitExceeded):
        list(parse(memory_file(PATH, YAML + b"#" * DEFAULT.stanza)))


@given(mutated(YAML))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
