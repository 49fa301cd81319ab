"""Cargo.lock: one that Cargo wrote (version 4), version 1 by Cargo's own source, and hostile ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from catalog.declared import WITHIN, facts, is_refused, packages, problems
from catalog.hostile import survives
from catalog.mutated import mutated
from pratique.catalog.cargo_lock import CATALOGUER
from pratique.errors import Unreadable

PATH = "app/Cargo.lock"
FIXTURE = (Path(__file__).parent / "cargo_lock" / "Cargo.lock").read_bytes()
LOG = "sha256:b5e6163cb8c49088c2c36f57875e58ccd8c87c7427f7fbd50ea6710b2f3f2e8f"
SOURCE = "registry+https://example.org/index"
FIRST = f"""
[root]
name = "harbour"
version = "0.3.1"
dependencies = ["log 0.4.20 ({SOURCE})"]
[[package]]
name = "log"
version = "0.4.20"
source = "{SOURCE}"
[metadata]
"checksum log 0.4.20 ({SOURCE})" = "{LOG.removeprefix("sha256:")}"
"""


def test_as_cargo_wrote_it() -> None:
    found = packages(CATALOGUER, FIXTURE, PATH)
    assert all(one.declared for one in found)
    assert [(one.name, one.version, one.depends) for one in found] == [
        ("cc", "1.0.79", ()),
        ("harbour", "0.3.1", ("cc", "hex", "itoa@1.0.1", "log", "mast")),
        ("hex", "0.4.3", ()),
        ("itoa", "0.4.8", ()),
        ("itoa", "1.0.1", ()),
        ("log", "0.4.20", ()),
        ("mast", "2.1.0", ("itoa@0.4.8",)),
    ]
    assert [one.hashes for one in found if one.name in ("log", "mast")] == [(LOG,), ()]


def test_version_1() -> None:
    log, harbour = packages(CATALOGUER, FIRST, PATH)
    assert (log.version, log.hashes, harbour.depends) == ("0.4.20", (LOG,), ("log@0.4.20",))


@pytest.mark.parametrize(
    "path", [*(folder + "Cargo.lock" for folder in WITHIN), "root/.cargo/registry/src/a/Cargo.lock"]
)
def test_those_of_packages_say_nothing(path: str) -> None:
    assert facts(CATALOGUER, FIXTURE, path) == []


@pytest.mark.parametrize("data", [b"package = 1", b"[[package]]\nname = 'a'", FIXTURE[:-5], b"\xff"])
def test_what_is_no_lock_file_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, PATH)


def test_nonsense() -> None:
    is_refused(CATALOGUER, PATH)
    assert len(problems(CATALOGUER, b"[[package]]\nname = '../a'\nversion = '1.0.0'", PATH)) == 1
    assert len(problems(CATALOGUER, b"[[package]]\nname = 'a'\nversion = '\x20'", PATH)) == 1


@settings(max_examples=60, deadline=None)
@given(mutated(FIXTURE))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
