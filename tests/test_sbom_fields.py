"""What the formats have no place for: no text is changed, and what cannot be read is told."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.model import Package
from pratique.sbom_fields import document_pairs, is_ours, package_pairs, package_told, read, stated, written
from sboms import REPORT, packages

_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # https://www.w3.org/TR/xml/#charsets
NONE = Package("", "", "")


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec=None)))
def test_any_text_comes_back_and_is_one_line_that_every_format_carries(text: str) -> None:
    made = written(text)
    assert read(made) == text
    assert "\n" not in made
    assert "<" not in made
    assert "  " not in made
    assert made == made.strip()
    assert not _XML.search(made)


@pytest.mark.parametrize("text", ["", "a", "usr/lib/x.jar!/y.jar", "日本語", "a = b"])
def test_what_shows_stands_as_it_is(text: str) -> None:
    assert written(text) == text


@settings(max_examples=200, deadline=None)
@given(packages, packages)
def test_a_package_comes_back_whatever_else_is_known(package: Package, known: Package) -> None:
    empty = Package(known.type, known.name, known.version, known.namespace, known.arch)
    assert package_told(empty, package_pairs(package, empty)) == package


def test_only_differences_are_told() -> None:
    package = Package("npm", "a", "1", path="p", declared=True, depends=("b", "c"))
    assert package_pairs(package, Package("npm", "a", "1")) == [
        ("pratique:path", "p"),
        ("pratique:depends", "b"),
        ("pratique:depends", "c"),
        ("pratique:declared", "true"),
    ]


def test_other_names_are_passed_over() -> None:
    assert package_told(NONE, [("pratique:layer-digest", "x"), ("syft:path", "y"), ("pratique:new", "z")]) == NONE


@pytest.mark.parametrize("pair", [("pratique:layer", "x"), ("pratique:layer", "9" * 99), ("pratique:path", '"')])
def test_a_value_that_is_none_of_the_fields(pair: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        package_told(NONE, [pair])


def test_the_document() -> None:
    pairs = list(document_pairs(REPORT))
    assert is_ours(pairs)
    found = stated(pairs)
    assert (found.distro, found.channels, found.functions) == (REPORT.distro, REPORT.channels, REPORT.functions)
    assert (found.problems, found.coverage, found.unread) == (REPORT.problems, REPORT.coverage, ())


@pytest.mark.parametrize("text", ["", "{", "[]", "1", '{"nosuch": 1}', "[" * 100_000, '{"where": 1}'])
def test_a_structure_that_cannot_be_read_is_told(text: str) -> None:
    found = stated([("pratique:problem", text)])
    assert found.problems == ()
    assert len(found.unread) == 1
