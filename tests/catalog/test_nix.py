"""Folders of the Nix store: the names that nix-build 2.8 and nixpkgs gave them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.hostile import survives
from catalog.memory_file import memory_file
from images import blob_layer, file, folder, gzip_bytes, layer, symlink
from pratique.catalog._pass import read_layer
from pratique.catalog.nix import CATALOGUER, parse
from pratique.image.layer import LayerReader
from pratique.limits import DEFAULT
from pratique.model import Package

HASH = "vfrix414db5r7nzx3daq5a89nv9hz4as"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("harbour-2.4.1", ("harbour", "2.4.1")),
        ("harbour-2.4.1-dev", ("harbour", "2.4.1")),
        ("openssl-3.0.7-bin", ("openssl", "3.0.7")),
        ("glibc-2.39-52", ("glibc", "2.39-52")),
        ("python3.11-requests-2.31.0", ("python3.11-requests", "2.31.0")),
        ("nix-2.8.0pre20220411_f7276bc", ("nix", "2.8.0pre20220411_f7276bc")),
        ("gcc-13.2.0-lib", ("gcc", "13.2.0")),
    ],
)
def test_names(name: str, wanted: tuple[str, str]) -> None:
    path = f"nix/store/{HASH}-{name}"
    assert list(parse(memory_file(path, b""))) == [Package("nix", *wanted, path=path)]


@pytest.mark.parametrize(
    "name",
    [
        f"{HASH}-source",
        f"{HASH}-harbour-2.4.1.drv",
        f"{HASH}-fix-1.2.patch",
        f"{HASH}-stdenv-linux",
        "harbour-2.4.1",
        f"{HASH[1:]}-a-1",
        f"{'e' * 32}-a-1",  # no such digit
    ],
)
def test_what_is_no_package(name: str) -> None:
    assert list(parse(memory_file(f"nix/store/{name}", b""))) == []


def test_folders_of_the_store_are_asked_for_and_nothing_else() -> None:
    place = f"nix/store/{HASH}-harbour-2.4.1"
    members = (
        folder("nix"),
        folder("nix/store"),
        folder(place),
        folder(f"{place}/bin"),
        folder(f"{place}/share/x-1.2"),
        file(f"{place}/bin/harbour", b"#!/bin/sh\n"),
        file(f"nix/store/{HASH}-notes-1.0", b""),
        symlink(f"nix/store/{HASH}-link-1.0", place),
    )
    blob = gzip_bytes(layer(*members))
    facts = read_layer(lambda: LayerReader(blob_layer(blob), DEFAULT), [CATALOGUER], DEFAULT)
    assert facts.facts == {place: (Package("nix", "harbour", "2.4.1", path=place),)}
    assert facts.entries == len(members)
    assert not facts.problems


@given(st.text(max_size=60))
def test_any_name(name: str) -> None:
    survives(CATALOGUER, f"nix/store/{HASH}-{name}", b"")
