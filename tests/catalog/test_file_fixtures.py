"""The fixtures of all formats: each cataloguer has one, is asked for its files, and says something of them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from catalog.file_fixtures import Fixture, fixtures
from catalog.memory_file import memory_file
from pratique import plugins
from pratique.catalog._index import Index
from pratique.plugins import Cataloguer

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "parity.md").read_text()
FOLDERS = ("nix",)  # cataloguers of folders: a file in one is the fixture
SILENT = ("sbom-trivy-none.cdx.json",)  # names packages without a type


def cataloguer(fixture: Fixture) -> Cataloguer:
    found: Cataloguer = import_module(f"pratique.catalog.{fixture.cataloguer}").CATALOGUER
    return found


@pytest.mark.parametrize("fixture", fixtures(), ids=lambda one: one.name)
def test_its_files_are_claimed_and_read(fixture: Fixture) -> None:
    assert f"| `{fixture.name}` |" in PAGE, "write the table anew: benchmarks/parity_files.py"
    if fixture.cataloguer in FOLDERS:
        return
    one = cataloguer(fixture)
    index = Index([one])
    for path, data in fixture.files.items():
        assert one.claim.executables or index.find(path), path
        assert fixture.name in SILENT or list(one.parse(memory_file(path, data)))


def test_every_cataloguer_has_one_but_those_of_real_programs_and_of_licences() -> None:
    there = {fixture.cataloguer for fixture in fixtures()}
    assert set(plugins.load("pratique.catalog", "CATALOGUER")) - there == {"binary", "dpkg_copyright", "dpkg_owns"}


def test_each_has_a_row_and_a_reason_for_every_difference() -> None:
    rows = PAGE.split("|---|---|---|---|\n")[1].splitlines()
    assert len(rows) == len(fixtures())
    assert "unexplained" not in "".join(rows)
