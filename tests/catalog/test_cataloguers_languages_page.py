"""docs/cataloguers-languages-b.md against the claims."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pratique.catalog._claims import CLAIMANTS
from pratique.limits import DEFAULT, KIB, MIB
from pratique.plugins import Claimant

PAGE = (Path(__file__).resolve().parents[2] / "docs/cataloguers-languages-b.md").read_text()
ROWS = {row[0].strip("` "): row[1] for row in re.findall(r"^\| (`[a-z-]+`) \|(.*)\|$", PAGE, re.MULTILINE)}
NAMED = {one.name: one for one in CLAIMANTS}


@pytest.mark.parametrize("one", [NAMED[name] for name in ROWS], ids=list(ROWS))
def test_the_page_names_what_is_claimed(one: Claimant) -> None:
    claim, row = one.claim, ROWS[one.name]
    for text in (*claim.names, *(text for pair in claim.parts for text in pair), *claim.suffixes):
        assert text.strip(".") in row
    for folder, _, ending in claim.below:
        assert folder in row
        assert ending in row
    assert bool(claim.executables) == ("every " in row)


def test_each_of_ours_has_a_row() -> None:
    assert len(ROWS) == 26


def test_the_bounds() -> None:
    assert DEFAULT.file_list == 16 * MIB
    assert NAMED["gguf"].claim.head == NAMED["safetensors"].claim.head == 16 * MIB
    assert NAMED["wordpress"].claim.head == 8 * KIB
