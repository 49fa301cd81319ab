"""A window over chunks of any length shows what a slice of all of them would."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.errors import Unreadable
from pratique.image.stream import BLOCK, Stream

members = st.lists(
    st.tuples(st.integers(0, 1500), st.lists(st.tuples(st.sampled_from("prk"), st.integers(0, 700)), max_size=4)),
    max_size=4,
)


def chunks(data: bytes, lengths: list[int]) -> Iterator[bytes]:
    """The data cut at these lengths, again and again."""
    at = count = 0
    while at < len(data):
        length = lengths[count % len(lengths)]
        yield data[at : at + length]
        at, count = at + length, count + 1


@given(members, st.lists(st.integers(1, 1200), min_size=1, max_size=4))
def test_blocks_and_bodies_are_where_a_slice_has_them(
    plan: list[tuple[int, list[tuple[str, int]]]], lengths: list[int]
) -> None:
    size = sum(BLOCK + length + -length % BLOCK for length, _ in plan)
    data = bytes(index * 7 % 251 for index in range(size))
    stream, at = Stream(chunks(data, lengths)), 0
    for length, steps in plan:
        assert stream.block() == data[at : at + BLOCK]
        at += BLOCK
        stream.begin(length)
        done = 0
        for kind, count in steps:
            rest = data[at + done : at + length]
            if kind == "k":
                assert stream.peek(count) == rest[:count]
            elif kind == "p":
                piece = stream.piece(count)
                assert piece == rest[: len(piece)]
                assert bool(piece) == bool(count and rest)
                done += len(piece)
            elif count <= len(rest):
                assert stream.read(count) == rest[:count]
                done += count
            assert stream.left == length - done
        at += length + -length % BLOCK
    assert [stream.block(), stream.block()] == [b"", b""]


@given(st.integers(0, 1300), st.lists(st.integers(1, 700), min_size=1, max_size=3))
def test_what_is_left_of_a_body_comes_in_pieces(size: int, lengths: list[int]) -> None:
    stream = Stream(chunks(bytes(range(256)) * 8, lengths))
    stream.begin(size)
    first = stream.piece(1)
    assert first + b"".join(stream.chunks()) == (bytes(range(256)) * 8)[:size]
    assert stream.left == 0


def test_a_block_that_breaks_off() -> None:
    with pytest.raises(Unreadable, match="within a header"):
        Stream(iter([bytes(511)])).block()


def test_a_body_that_breaks_off() -> None:
    stream = Stream(iter([bytes(512), bytes(188)]))
    stream.begin(0)
    assert stream.block() == bytes(512)
    stream.begin(600)
    with pytest.raises(Unreadable, match="within a file"):
        b"".join(stream.chunks())
    with pytest.raises(Unreadable, match="within a file"):
        stream.block()


def test_more_than_a_body_holds_is_not_read_of_what_follows() -> None:
    stream = Stream(iter([bytes(2048)]))
    stream.begin(5)
    with pytest.raises(Unreadable, match="shorter than what it should hold"):
        stream.read(6)
    assert (stream.peek(9), stream.piece(9), stream.piece(1)) == (bytes(5), bytes(5), b"")


def test_what_broke_once_stays_broken() -> None:
    def broken() -> Iterator[bytes]:
        yield bytes(512)
        raise Unreadable("the gzip data breaks off")

    stream = Stream(broken())
    stream.block()
    stream.begin(3)
    for again in (lambda: stream.read(3), lambda: stream.peek(3), stream.block):
        with pytest.raises(Unreadable):
            again()
