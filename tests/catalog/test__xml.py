"""XML: what of it is read, against the library of Python, and what is refused."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.catalog._xml import Element, from_xml
from pratique.errors import LimitExceeded, Unreadable

NAMES = st.sampled_from(["a", "b", "long-name"])
TEXTS = st.text("xy<>&' é\n", max_size=6)
Tree = tuple[str, str, dict[str, str], list["Tree"]]
TREES: st.SearchStrategy[Tree] = st.recursive(
    st.tuples(NAMES, TEXTS, st.dictionaries(NAMES, TEXTS, max_size=2), st.just(list[Tree]())),
    lambda inner: st.tuples(NAMES, TEXTS, st.dictionaries(NAMES, TEXTS, max_size=2), st.lists(inner, max_size=3)),
    max_leaves=6,
)


def written(tree: Tree) -> ElementTree.Element:
    name, text, attributes, children = tree
    element = ElementTree.Element(name, attributes)
    element.text = text
    element.extend([written(child) for child in children])
    return element


def read(element: Element) -> Tree:
    return (element.name, element.text, element.attributes, [read(child) for child in element.children])


def stripped(tree: Tree) -> Tree:
    name, text, attributes, children = tree
    return (name, text.strip(), attributes, [stripped(child) for child in children])


@settings(max_examples=80, deadline=None)
@given(TREES)
def test_it_is_read_as_it_was_written(tree: Tree) -> None:
    assert read(from_xml(ElementTree.tostring(written(tree)), "document")) == stripped(tree)


def test_paths_and_prefixes() -> None:
    root = from_xml(b'<p:a xmlns:p="x"><p:b>1<!-- no -->2</p:b><b>3</b></p:a>', "document")
    assert (root.first("b").text, [one.text for one in root.all("b")]) == ("12", ["12", "3"])
    assert root.first("b", "c", "d").text == ""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a",
        b"<a>",
        b"<a></b>",
        b"<!DOCTYPE a><a/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"<a>&b;</a>",
        b'<?xml version="1.0" encoding="x"?><a/>',
        b"<a>\xff</a>",
    ],
)
def test_what_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        from_xml(data, "document")


@pytest.mark.parametrize("data", [b"<a>" * 100, b"<r>" + b"<a/>" * 200_000 + b"</r>", b" " * (17 << 20)])
def test_what_is_past_a_bound(data: bytes) -> None:
    with pytest.raises(LimitExceeded):
        from_xml(data, "document")


def test_long_texts_are_cut() -> None:
    assert len(from_xml(b"<a>" + b"x\n" * 100_000 + b"</a>", "document").text) <= 4096
