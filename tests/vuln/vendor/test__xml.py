"""Records of an XML document: which are read, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.limits import DEFAULT, Limits
from pratique.vuln.bulletin import Unread
from pratique.vuln.vendor._xml import Element, Shape, records

SHAPE = Shape("list", "item", until="items", text=frozenset(("name",)), skip=frozenset(("prose",)))


def read(text: str, size: int = 7, limits: Limits = DEFAULT, shape: Shape = SHAPE) -> list[Element | Unread]:
    data = text.encode()
    return list(records((data[at : at + size] for at in range(0, len(data), size)), shape, "here", limits))


def test_names_attributes_and_texts() -> None:
    (item,) = read(
        "<list xmlns:x='u'><items><x:item id='1'> left <name> a&amp;<!-- b -->c </name> out</x:item></items></list>"
    )
    assert item == Element("item", {"id": "1"}, [Element("name", {}, [], "a&c")])
    assert isinstance(item, Element)
    assert item.find("name").text == "a&c"
    assert item.get("id") == "1"
    assert item.get("none") == item.find("none", "none").text == ""
    assert list(item.all("none")) == []


def test_what_is_left_out() -> None:
    text = "<list><items><item><prose><item/><name>x</name></prose><name>y</name></item></items></list>"
    (item,) = read(text)
    assert item == Element("item", {}, [Element("name", {}, [], "y")])


def test_the_rest_of_the_document_is_not_read() -> None:
    found = read("<list><items><item/></items><item/><broken")
    assert found == [Element("item", {})]
    assert len(read("<list><items><item/></items><item/></list>", shape=Shape("list", "item"))) == 2


def test_a_record_in_a_record_is_a_part_of_it() -> None:
    assert read("<list><item><item/></item></list>") == [Element("item", {}, [Element("item", {})])]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no element found"),
        ("<other/>", "it is no <list>, but <other>"),
        ("<list><item></list>", "mismatched tag"),
        ("<list><item/>", "no element found"),
        ("<!DOCTYPE list><list/>", "document type"),
        ("<?xml version='1.0' encoding='UTF-16'?><list/>\0", "no XML"),
    ],
)
def test_what_stops_the_reading(text: str, why: str) -> None:
    last = read(text)[-1]
    assert isinstance(last, Unread)
    assert last.where == "here"
    assert why in last.why


def test_records_before_the_end_are_kept() -> None:
    found = read("<list><item id='1'/><item id='2'/><item ")
    assert [type(each) for each in found] == [Element, Element, Unread]


@pytest.mark.parametrize(
    ("inner", "why"),
    [
        ("<a/>" * 12, "feed_bounds"),
        ("<a>" * 6 + "</a>" * 6, "json_depth"),
        ("<name>" + "x" * 60 + "</name><name/>", "feed_text"),
        ("<name>" + "x<!-- -->" * 60 + "</name><name/>", "feed_text"),
    ],
)
def test_a_record_past_a_bound_is_told_of_and_the_next_one_read(inner: str, why: str) -> None:
    limits = msgspec.structs.replace(DEFAULT, feed_bounds=10, json_depth=5, feed_text=50)
    found = read(f"<list><item>{inner}</item><item id='2'/></list>", limits=limits)
    assert isinstance(found[0], Unread)
    assert why in found[0].why
    assert found[1:] == [Element("item", {"id": "2"})]


def test_a_tag_without_an_end() -> None:
    read_chunks = 0

    def endless() -> Iterator[bytes]:
        nonlocal read_chunks
        yield b"<list><item a='"
        while True:
            read_chunks += 1
            yield b"x" * 1000

    limits = msgspec.structs.replace(DEFAULT, feed_record=5000)
    (found,) = records(endless(), SHAPE, "here", limits)
    assert isinstance(found, Unread)
    assert "feed_record" in found.why
    assert read_chunks < 10


TREE = st.recursive(
    st.just("<a/>"),
    lambda inner: st.lists(inner, max_size=4).map(lambda each: f"<a>{''.join(each)}</a>"),
    max_leaves=20,
)


@settings(deadline=None)
@given(st.lists(TREE, max_size=5), st.integers(1, 50))
def test_however_it_is_cut_into_pieces(trees: list[str], size: int) -> None:
    text = f"<list>{''.join(f'<item>{tree}</item>' for tree in trees)}</list>"
    assert read(text, size) == read(text, len(text))
    assert len(read(text, size)) == len(trees)
