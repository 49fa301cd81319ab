from __future__ import annotations

import struct

import pytest

from catalog.lock_files import fixture, named, packages, problem
from pratique.catalog.bun_lockb import CATALOGUER
from pratique.errors import LimitExceeded

PATH = "app/bun.lockb"


@pytest.mark.parametrize("version", [2, 3])
def test_the_binary_file_says_what_the_text_says(version: int) -> None:
    found = packages(CATALOGUER, PATH, fixture(f"bun.v{version}.lockb"))
    assert {name: package.scope for name, package in found.items()} == {
        "npm/@port/crane@3.0.0-rc.1": "",
        "npm/buoy@0.1.0": "dev",
        "npm/harbour@1.2.0": "",
        "npm/knot@1.0.0": "dev",
        "npm/pilot@1.0.1": "",
        "npm/pilot@2.0.0": "",
        "npm/tide@1.0.0": "",
    }
    assert found["npm/harbour@1.2.0"].depends == ("pilot@1.0.1", "tide@1.0.0")
    assert [one[:12] for one in found["npm/pilot@1.0.1"].hashes] == ["sha512:c5368"]
    assert all(named(package) == name and package.declared for name, package in found.items())


def changed(at: int, value: bytes) -> bytes:
    data = fixture("bun.v3.lockb")
    return data[:at] + value + data[at + len(value) :]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"#!/usr/bin/env bun\n",
        changed(42, struct.pack("<I", 4)),  # the format
        changed(78, struct.pack("<Q", 1 << 40)),  # the end
        changed(86, struct.pack("<Q", 100_000)),  # packages
        changed(86, struct.pack("<Q", 1 << 63)),
        changed(94, struct.pack("<Q", 4)),  # the alignment
        changed(102, struct.pack("<Q", 9)),  # the columns
        changed(110, struct.pack("<Q", 1 << 63)),  # where they begin
        changed(118, struct.pack("<Q", 1 << 63)),  # and end
        fixture("bun.v3.lockb")[:-2000],
    ],
)
def test_what_is_laid_out_otherwise_is_not_read(data: bytes) -> None:
    assert "binary lock file of bun" in problem(CATALOGUER, PATH, data)


def test_more_packages_than_may_be_told_are_past_a_bound() -> None:
    count = 200_001
    body = bytes(count * 192)
    start = 126
    head = struct.pack("<I32sQQQQQQ", 3, bytes(32), start + len(body), count, 8, 8, start, start + len(body))
    with pytest.raises(LimitExceeded):
        packages(CATALOGUER, PATH, fixture("bun.v3.lockb")[:42] + head + body)
