"""docs/cataloguers-languages-a.md against the claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.test__lock import INSTALLED, LOCKS
from pratique.plugins import Cataloguer

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cataloguers-languages-a.md").read_text()
CATALOGUERS = {one.name: one for one, *_ in (*LOCKS, *INSTALLED)}


@pytest.mark.parametrize("cataloguer", CATALOGUERS.values(), ids=lambda one: one.name)
def test_every_claim_is_told(cataloguer: Cataloguer) -> None:
    rows = "".join(line for line in PAGE.splitlines() if line.startswith(f"| `{cataloguer.name}` |"))
    claim = cataloguer.claim
    assert (claim.paths, claim.folders, claim.parts) == ((), (), ())
    for name in claim.names:
        assert f"`{name}`" in rows
    for suffix in claim.suffixes:
        assert f"`*{suffix}`" in rows
    for folder, _, ending in claim.below:
        assert ending in rows
        assert folder.rpartition("/")[2].startswith("rocks") or folder in rows
    assert "](" not in rows
