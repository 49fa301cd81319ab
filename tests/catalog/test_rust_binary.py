"""cargo-auditable's lists of crates: one that it wrote, and hostile ones."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.programs import elf, macho, pe
from pratique.catalog.rust_binary import CATALOGUER, parse
from pratique.errors import LimitExceeded, Unreadable
from pratique.model import Package

PATH = "usr/bin/harbour"
HARBOUR = (Path(__file__).parent / "rust_binary" / "harbour.dep-v0").read_bytes()


def crates(section: bytes) -> list[tuple[str, str]]:
    found = list(parse(memory_file(PATH, elf({b".text": b"code", b".dep-v0": section}))))
    return [(fact.name, fact.version) for fact in found if isinstance(fact, Package)]


@pytest.mark.parametrize(
    "program", [elf({b".dep-v0": HARBOUR}), pe({b".dep-v0": HARBOUR}), macho({b".dep-v0": HARBOUR})]
)
def test_as_cargo_auditable_wrote_it(program: bytes) -> None:
    assert list(parse(memory_file(PATH, program))) == [
        Package(type="cargo", name=name, version=version, path=PATH, depends=depends)
        for name, version, depends in (
            ("harbour", "0.3.1", ("itoa@1.0.1", "libc@0.2.150")),
            ("itoa", "1.0.1", ()),
            ("libc", "0.2.150", ()),
        )
    ]  # and not cc, which only built it


# the section of a program that rustc 1.95.0 made and its linker put together
COMMENT = b"rustc version 1.95.0 (59807616e 2026-04-14)\0Linker: LLD 22.1.2\0GCC: (Debian 12.2.0-14+deb12u1) 12.2.0\0"


@pytest.mark.parametrize(
    ("comment", "version"),
    [
        (COMMENT, "1.95.0"),
        (b"GCC: (Debian 12.2.0) 12.2.0\0" + COMMENT, "1.95.0"),
        (b"rustc version 1.80.0-nightly (867900499 2024-05-23)\0", "1.80.0-nightly"),
    ],
)
def test_the_standard_library_is_the_compiler_s(comment: bytes, version: str) -> None:
    (found,) = parse(memory_file(PATH, elf({b".text": b"code", b".comment": comment})))
    cpe = f"cpe:2.3:a:rust-lang:rust:{version}:*:*:*:*:*:*:*"
    assert found == Package(type="generic", name="libstd", version=version, path=PATH, cpe=cpe)


@pytest.mark.parametrize(
    "comment", [b"", b"GCC: 12.2.0\0", b"my rustc version 1.0.0", b"rustc version x", b"\xff" * 99]
)
def test_programs_of_other_compilers(comment: bytes) -> None:
    assert list(parse(memory_file(PATH, elf({b".comment": comment})))) == []


def test_fields_of_later_versions_are_left_alone() -> None:
    audit = {"packages": [{"name": "a", "version": "1.0.0", "source": {"x": 1}, "new": []}], "format": 9}
    assert crates(zlib.compress(json.dumps(audit).encode())) == [("a", "1.0.0")]


@pytest.mark.parametrize("data", [b"", b"#!/bin/sh\n", elf({b".text": b"code"}), elf({}, named=False)])
def test_programs_of_other_languages(data: bytes) -> None:
    assert list(parse(memory_file(PATH, data))) == []


@pytest.mark.parametrize(
    "section",
    [
        b"",
        b"{}",
        HARBOUR[:-20],
        zlib.compress(b"[]"),
        zlib.compress(b'{"packages": [{"name": "a"}]}'),
        zlib.compress(b'{"packages": [{"name": "", "version": ""}]}'),
        zlib.compress(b'{"packages": [{"name": "' + b"a" * 999 + b'", "version": "1"}]}'),
        zlib.compress(b'{"packages": [], "x": ' + b"[" * 100_000),
        zlib.compress(b'{"packages": [{"name": "\xff", "version": "1"}]}'),
    ],
)
def test_broken_lists(section: bytes) -> None:
    with pytest.raises(Unreadable, match=PATH):
        crates(section)


def test_a_list_that_inflates_without_end() -> None:
    with pytest.raises(LimitExceeded):
        crates(zlib.compress(b'{"packages": [], "x": "' + bytes(9 << 20)))
    with pytest.raises(LimitExceeded):
        crates(bytes(9 << 20))


@given(st.binary(max_size=100) | st.text('{}[]":,packgesnmvrio\\ud8', max_size=80).map(str.encode))
def test_any_list(text: bytes) -> None:
    survives(CATALOGUER, PATH, elf({b".dep-v0": zlib.compress(text)}))
    survives(CATALOGUER, PATH, elf({b".dep-v0": text}))
