"""Maps of sparse files and what is between the extents, in headers made by hand: GNU's own are in test_tar."""

from __future__ import annotations

import tarfile

import pytest

from pratique.errors import LimitExceeded, Unreadable
from pratique.image.sparse import Holes, SparseBody, gnu_map, pax_map
from pratique.image.stream import Stream
from pratique.limits import DEFAULT, Limits


def stream(data: bytes) -> Stream:
    """A stream at a body of these bytes."""
    found = Stream(iter([data]))
    found.begin(len(data))
    return found


def body(data: bytes, size: int, *extents: tuple[int, int], limits: Limits = DEFAULT) -> SparseBody:
    return SparseBody(stream(data), size, list(extents), Holes(limits))


@pytest.mark.parametrize("hole", [0, 1, 2, (1 << 17) - 1, 1 << 17, (1 << 17) + 1])
def test_holes_of_any_length_before_between_and_after(hole: int) -> None:
    read = b"".join(body(b"abcd", 3 * hole + 4, (hole, 1), (2 * hole + 1, 3)).chunks())
    assert read == bytes(hole) + b"a" + bytes(hole) + b"bcd" + bytes(hole)


def test_the_holes_of_a_layer_are_bounded_together() -> None:
    holes = Holes(Limits(file=10))
    assert b"".join(holes.zeros(6)) == bytes(6)
    assert b"".join(holes.zeros(4)) == bytes(4)
    with pytest.raises(LimitExceeded, match=r"limits\.file = 10"):
        next(holes.zeros(1))


@pytest.mark.parametrize(
    "extents",
    [[(0, 5)], [(2, 4)], [(4, 1), (0, 3)], [(0, -1), (0, 5)], [(0, 3)], [(0, 2), (1, 2)]],
    ids=["more than there is", "past the end", "out of order", "less than nothing", "less than there is", "twice"],
)
def test_maps_that_do_not_fit(extents: list[tuple[int, int]]) -> None:
    with pytest.raises(Unreadable, match="sparse map"):
        body(b"abcd", 5, *extents)


@pytest.mark.parametrize("count", [0, 1, 3, 4, 6, 9, 20])
def test_peek_shows_how_it_begins(count: int) -> None:
    whole = bytes(2) + b"ab" + bytes(3) + b"cd"
    peeked = body(b"abcd", len(whole), (0, 0), (2, 2), (7, 2)).peek(count)
    # Past the first extent it need not look: what is asked for is the magic number of a program.
    assert peeked[:7] == whole[: min(count, 7)]
    assert len(peeked) == min(count, len(whole))


def test_peek_into_nothing_but_a_hole() -> None:
    assert body(b"", 5).peek(8) == bytes(5)


def header(*extents: tuple[int, int], real: int, more: bool = False) -> bytes:
    """An old GNU header (GNU tar manual, "Standard", struct sparse in oldgnu_header)."""
    block = bytearray(512)
    block[257:265] = b"ustar  \0"
    for index, numbers in enumerate(extents):
        at = 386 + 24 * index
        block[at : at + 24] = b"".join(tarfile.itn(number, 12, tarfile.GNU_FORMAT) for number in numbers)
    block[482], block[483:495] = more, tarfile.itn(real, 12, tarfile.GNU_FORMAT)
    return bytes(block)


def test_a_map_in_a_header_and_its_extension() -> None:
    extents = [(10 * index, 2) for index in range(3)] + [(1 << 40, 4)]  # the last in base 256
    extension = bytearray(512)
    extension[:24] = b"00000000001 00000000002 "
    source = Stream(iter([bytes(extension), b"rest" + bytes(508)]))
    found = gnu_map(source, header(*extents, real=1 << 41, more=True), 4, DEFAULT)
    assert found == (1 << 41, [*extents, (1, 2)])
    assert source.read(4) == b"rest"  # the data come behind the map
    assert gnu_map(Stream(iter([])), header(*extents, real=99), 0, DEFAULT) == (99, extents)


def test_a_map_is_bounded_and_whole() -> None:
    extension = bytearray(512)
    extension[504] = 1
    most = Limits(sparse_extents=42)
    with pytest.raises(LimitExceeded, match="sparse_extents"):
        gnu_map(Stream(iter([bytes(extension)] * 3)), header(real=9, more=True), 0, most)
    with pytest.raises(Unreadable, match="breaks off within a sparse map"):
        gnu_map(Stream(iter([bytes(extension)] * 2)), header(real=9, more=True), 0, most)
    with pytest.raises(Unreadable, match="not GNU's"):
        gnu_map(Stream(iter([])), header(real=9).replace(b"ustar  \0", b"ustar\x0000"), 0, DEFAULT)


def test_a_map_in_lines_before_the_data() -> None:
    assert pax_map(stream(b"2\n0\n3\n5\n1\n".ljust(512, b"\0") + b"data"), DEFAULT) == [(0, 3), (5, 1)]
    assert pax_map(stream(b"0\n".ljust(512, b"\0")), DEFAULT) == []
    many = b"".join(b"%d\n1\n" % (2 * number) for number in range(300))
    lines = b"300\n" + many
    padded = lines + bytes(-len(lines) % 512)
    source = stream(padded + b"data")
    assert pax_map(source, DEFAULT) == [(2 * number, 1) for number in range(300)]
    assert source.read(4) == b"data"
    with pytest.raises(LimitExceeded, match="sparse_extents"):
        pax_map(stream(padded), Limits(sparse_extents=299))
    for lies in (b"1" * 600, b"2\n0\n3\n" + b"9" * 600):  # one endless line
        with pytest.raises(LimitExceeded):
            pax_map(stream(lies), DEFAULT)
    for lies in (b"x\n", b"-1\n", b"2\n0\n"):
        with pytest.raises(Unreadable):
            pax_map(stream(lies.ljust(512, b"\0")), DEFAULT)
