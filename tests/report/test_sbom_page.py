"""docs/sbom.md names every format, every alias and every property."""

from __future__ import annotations

import re
from pathlib import Path

from pratique.model import Package
from pratique.report import _names
from pratique.sbom_fields import document_pairs, package_pairs
from sboms import EXACT, HARD, REPORT

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "sbom.md").read_text()


def test_formats_and_aliases() -> None:
    rows = [line for line in PAGE.splitlines() if re.match(r"\| `", line)]
    named = {name for row in rows for name in re.findall(r"`([a-z0-9.@-]+)`", "|".join(row.split("|")[1:3]))}
    assert set(_names.ALIASES) <= named
    assert {_names.find(name).format for name in named} == {*EXACT, "github", "json", "purls", "table"}


def test_what_is_told_whole() -> None:
    rows = [line.split("|") for line in PAGE.splitlines() if re.match(r"\| `", line)]
    assert {row[1].strip(" `") for row in rows if row[4].strip() == "yes"} == set(EXACT)


def test_properties() -> None:
    named = set(re.findall(r"`(pratique:[a-z:-]+)`", PAGE))
    told = {name for name, _ in document_pairs(REPORT)}
    told |= {name for package in HARD for name, _ in package_pairs(package, Package("", "", ""))}
    assert told <= named
    assert {f"pratique:{field.replace('_', '-')}" for field in Package.__struct_fields__} <= named
