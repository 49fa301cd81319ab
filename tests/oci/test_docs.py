"""docs/images.md names what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from pratique.limits import DEFAULT
from pratique.net.retry import RETRIED
from pratique.oci.source import PREFIXES

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "images.md").read_text()


def test_every_prefix_is_told() -> None:
    assert {row for row in re.findall(r"^\| `([a-z-]+):", DOCUMENT, re.MULTILINE) if row != "debian"} == set(PREFIXES)


def test_the_figures_are_those_of_the_code() -> None:
    statuses = re.search(r"statuses ([0-9, and]+) are tried again, (\d+) times", DOCUMENT)
    assert statuses is not None
    assert {int(number) for number in re.findall(r"\d+", statuses[1])} == RETRIED
    assert int(statuses[2]) == DEFAULT.retries
    assert f"at most {DEFAULT.backoff_seconds:.0f} s in all" in DOCUMENT
    assert f"silence of {DEFAULT.read_seconds:.0f} s" in DOCUMENT
