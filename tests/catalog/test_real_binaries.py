"""Real programs of Debian, npm, PyPI and Maven are found in the versions of the packages that carry them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO

import pytest

from catalog.real_binaries import PROGRAMS, Program, Unavailable, find
from pratique.catalog.binary import parse

pytestmark = pytest.mark.real


class DiskFile:
    """Implements ``pratique.plugins.File`` over a file on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path.as_posix().lstrip("/")
        self.size = path.stat().st_size
        self.mode = 0o755
        self._path = path

    def read(self) -> bytes:
        return self._path.read_bytes()

    def open(self) -> BinaryIO:
        return self._path.open("rb")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda one: f"{one.registry}-{one.package}-{one.path}")
def test_a_real_program_is_found_in_its_version(program: Program) -> None:
    try:
        path, version = find(program)
    except Unavailable as missing:
        pytest.skip(str(missing))
    packages = [package for package in parse(DiskFile(path)) if package.name == program.product]
    assert len(packages) == 1, f"{program.product} is not found, or more than once"
    found = packages[0].version.removeprefix("v")
    assert re.fullmatch(re.escape(found) + (r"(?:[^\d.].*|\.[a-z].*)?" if not program.version else ""), version)
    assert packages[0].cpe.count(":") == 12 + packages[0].cpe.count(r"\:")
