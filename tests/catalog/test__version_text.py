"""The version in a file's bytes: the same from memory as in pieces."""

from __future__ import annotations

import io
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.catalog._classifier import Text
from pratique.catalog._version_text import find_version, holds

BESIDE = Text(b"harbour", rb"harbour[ /](?P<version>\d+\.\d+)\0")
ONLY = Text(b"v", rb"v(?P<version>\d+\.\d+)\0", only=True)
FILLER = st.sampled_from(
    [b"\0", b"x", b"harbour", b"harbour/1.2\0", b"harbour 10.33\0", b"v1.2\0", b"v2.3\0", bytes(100)]
)


def pieces(data: bytes) -> BinaryIO:
    """The same bytes from where they cannot be had at once, as a file's on the disk."""
    return io.BufferedReader(io.BytesIO(data))  # type: ignore[arg-type]  # any raw stream will do


@given(st.lists(FILLER, max_size=12).map(b"".join), st.sampled_from([BESIDE, ONLY]))
def test_the_same_from_memory_as_in_pieces(data: bytes, text: Text) -> None:
    assert find_version(io.BytesIO(data), len(data), None, text, {}) == find_version(
        pieces(data), len(data), None, text, {}
    )
    assert holds(io.BytesIO(data), len(data), b"v1.2") == holds(pieces(data), len(data), b"v1.2") == (b"v1.2" in data)


@pytest.mark.parametrize("at", [0, 1, (1 << 20) - 96, (1 << 20) - 5, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20])
def test_wherever_pieces_end(at: int) -> None:
    data = bytearray(4 << 20)
    data[at : at + 12] = b"harbour/1.2\0"
    for stream in (io.BytesIO(data), pieces(bytes(data))):
        assert find_version(stream, len(data), None, BESIDE, {}) == "1.2"


def test_several_that_differ_are_none_where_nothing_says_whose_they_are() -> None:
    data = b"v1.2\0v1.2\0"
    assert find_version(io.BytesIO(data), len(data), None, ONLY, {}) == "1.2"
    assert find_version(io.BytesIO(data + b"v1.3\0"), len(data) + 5, None, ONLY, {}) == ""
