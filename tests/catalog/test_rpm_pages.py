"""Numbered pages, in memory and from a stream."""

from __future__ import annotations

import io

import pytest

from pratique.catalog._rpm_pages import Pages
from pratique.errors import Unreadable

DATA = bytes(range(16)) * 4 + b"rest"


@pytest.mark.parametrize("in_memory", [0, 1000])
def test_pages(in_memory: int) -> None:
    pages = Pages(io.BytesIO(DATA), len(DATA), 16, in_memory)
    assert pages.count == 4
    assert pages.peek(3, 7) == 7
    assert bytes(pages.take(3)) == bytes(range(16))
    with pytest.raises(Unreadable, match="twice"):
        pages.take(3)
    with pytest.raises(Unreadable, match="past the end"):
        pages.take(4)
