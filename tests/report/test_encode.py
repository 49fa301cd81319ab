from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from pratique.report._document import Part
from pratique.report._encode import encode


class Texts(Part):
    one: str
    many: tuple[str, ...]
    more: tuple[tuple[str, ...], ...]


ANYTHING = st.text(st.characters(), max_size=20)  # lone surrogates too, as names of files that are no UTF-8 hold them
MANY = st.lists(ANYTHING, max_size=3).map(tuple)


@given(ANYTHING, MANY, st.lists(MANY, max_size=3).map(tuple))
def test_whatever_stands_in_a_document_becomes_json_in_utf8(
    one: str, many: tuple[str, ...], more: tuple[tuple[str, ...], ...]
) -> None:
    read = json.loads(encode([Texts(one, many, more)]).encode())
    assert len(read["many"]) == len(many)
    assert [len(texts) for texts in read["more"]] == [len(texts) for texts in more]


def test_a_byte_that_is_no_utf8_shows_as_a_byte_wherever_it_stands() -> None:
    read = json.loads(encode([Texts("a\udcff", ("b\udcfe",), (("c", "\ud800"),))]))
    assert read == {"one": "a\\xff", "many": ["b\\xfe"], "more": [["c", "\\ud800"]]}
