"""How much a feed covers: declared for the release, for the ecosystem, or judged by its size."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique.errors import UsageError
from pratique.vuln.extent import Declared, Extent, Extents, read

PART = Extent(False, "a few")


def test_the_release_goes_before_the_ecosystem() -> None:
    extents = Extents((Declared("Debian", PART), Declared("Debian:12", Extent())))
    assert extents.find("Debian", "12", 5) == Extent()
    assert extents.find("Debian", "11", 5000) == PART


def test_what_nobody_declared_is_whole_unless_it_is_too_small() -> None:
    assert Extents().find("PyPI", "", 1) == Extent()
    assert Extents().find("npm", "", 100_000) == Extent()
    assert not Extents().find("npm", "", 411).complete
    assert not Extents().find("Debian", "12", 18).complete


def test_a_file(tmp_path: Path) -> None:
    assert read(tmp_path / "coverage.json") == Extents()
    (tmp_path / "coverage.json").write_text('{"npm": {"complete": false, "note": "a few", "packages": ["x"]}}')
    assert read(tmp_path / "coverage.json").find("npm", "", 0) == Extent(False, "a few", ("x",))
    (tmp_path / "coverage.json").unlink()
    (tmp_path / "coverage.json").mkdir()
    with pytest.raises(UsageError, match="cannot read"):
        read(tmp_path / "coverage.json")
