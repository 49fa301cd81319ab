"""Virtual environments whose programs are copies: as Python's own module and virtualenv write ``pyvenv.cfg``."""

from __future__ import annotations

import sys
import venv
from pathlib import Path

import pytest
from hypothesis import given, settings

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from pratique.catalog._squash import squash
from pratique.catalog.python_venv import CATALOGUER, parse
from pratique.model import Copies, Fact, LayerFacts, Owns, Package

PATH = "srv/venv/pyvenv.cfg"
TEXT = b"""home = /usr/bin
include-system-site-packages = false
version = 3.11.2
executable = /usr/bin/python3.11
command = /usr/bin/python3 -m venv --copies /srv/venv
"""
PROGRAMS = ("srv/venv/bin/python", "srv/venv/bin/python3", "srv/venv/bin/python3.11")
COPIES = Copies("usr/bin/python3.11", PROGRAMS)
CPE = "cpe:2.3:a:python:python:3.11.2:*:*:*:*:*:*:*"


def test_as_python_3_11_writes_it() -> None:
    assert list(parse(memory_file(PATH, TEXT))) == [COPIES]
    assert list(parse(memory_file(PATH, TEXT.replace(b"\n", b"\r\n")))) == [COPIES]


@pytest.mark.parametrize(
    ("text", "original"),
    [
        (b"home = /usr/bin\nversion = 3.9.2\n", "usr/bin/python3.9"),
        (b"home = /usr/local/bin/\nversion_info = 3.12.1.final.0\n", "usr/local/bin/python3.12"),
        (b"home = /usr/bin\nversion_info = 3.11\nbase-executable = /usr/bin/python3.11\n", "usr/bin/python3.11"),
        (b"home = /usr/bin\n", "usr/bin/python3"),
    ],
)
def test_older_forms_and_virtualenv_s(text: bytes, original: str) -> None:
    (found,) = parse(memory_file(PATH, text))
    assert isinstance(found, Copies)
    assert found.original == original
    assert found.paths[:2] == PROGRAMS[:2]


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"version = 3.11.2\n", b"home\n", b"home =\n"])
def test_nothing_is_told(text: bytes) -> None:
    assert list(parse(memory_file(PATH, text))) == []


def test_what_the_module_writes_here(tmp_path: Path) -> None:
    venv.EnvBuilder(symlinks=False, with_pip=False).create(tmp_path / "venv")
    (found,) = parse(memory_file("venv/pyvenv.cfg", (tmp_path / "venv" / "pyvenv.cfg").read_bytes()))
    assert isinstance(found, Copies)
    assert Path("/", found.original).samefile(sys.executable) or Path("/", found.original).exists()
    assert {path.rpartition("/")[2] for path in found.paths} <= {one.name for one in (tmp_path / "venv/bin").iterdir()}


def image(version: str = "3.11.2-6", told: str = "3.11.2") -> tuple[LayerFacts, LayerFacts]:
    """Debian's Python, and an environment with copies of it in a layer above."""
    facts: dict[str, tuple[Fact, ...]] = {
        "var/lib/dpkg/status": (Package("deb", "python3.11-minimal", version, path="var/lib/dpkg/status"),),
        "var/lib/dpkg/info/python3.11-minimal.list": (Owns("python3.11-minimal", ("usr/bin/python3.11",)),),
        "usr/bin/python3.11": (Package("generic", "python", "3.11.2", path="usr/bin/python3.11", cpe=CPE),),
    }
    base = LayerFacts("sha256:1", facts, executables=("usr/bin/python3.11",))
    copies = {path: (Package("generic", "python", told, path=path, cpe=CPE),) for path in PROGRAMS}
    return base, LayerFacts("sha256:2", {PATH: (COPIES,), **copies}, executables=PROGRAMS)


def test_copies_of_a_distribution_s_program_are_its_package_s() -> None:
    found = squash(image())
    assert [package.name for package in found.packages] == ["python3.11-minimal"]
    assert found.strays == ()


def test_copies_of_another_version_are_programs_of_their_own() -> None:
    found = squash(image(told="3.12.1"))
    assert [package.version for package in found.packages] == ["3.11.2-6", "3.12.1"]


def test_copies_that_tell_no_version_are_no_strays() -> None:
    base, environment = image()
    silent = LayerFacts("sha256:3", {PATH: environment.facts[PATH]}, executables=PROGRAMS)
    assert squash((base, silent)).strays == ()
    assert squash((silent,)).strays == PROGRAMS  # what they are copies of is not there


def test_copies_of_what_nobody_owns_are_programs_of_their_own() -> None:
    assert [package.type for package in squash(image()[1:]).packages] == ["generic"]


@settings(max_examples=60, deadline=None)
@given(mutated(TEXT))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
