"""Where zstd frames end, against the library that wrote them."""

from __future__ import annotations

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.image.zstd_frames import Frames

RANDOM = bytes(number * number % 251 for number in range(300_000))


def followed(data: bytes, step: int) -> bool:
    frames = Frames()
    for at in range(0, len(data), step):
        frames.follow(memoryview(data)[at : at + step])
    return frames.complete


@given(
    st.integers(0, 300_000), st.integers(1, 19), st.booleans(), st.booleans(), st.sampled_from([1, 3, 1000, 1 << 20])
)
@settings(max_examples=30, deadline=None)
def test_complete_only_at_the_end(size: int, level: int, checksum: bool, stated: bool, step: int) -> None:
    pack = zstandard.ZstdCompressor(level=min(level, 6), write_checksum=checksum, write_content_size=stated)
    data = pack.compress(RANDOM[:size])
    step = step if len(data) < 5000 else 1000
    assert followed(data, step)
    assert followed(data * 2, step)
    for cut in (1, 2, 4, 5, len(data) // 2):
        if cut < len(data):
            assert not followed(data[:-cut], step)


@pytest.mark.parametrize(
    ("data", "begins"),
    [
        (b"\x28\xb5\x2f\xfd", True),
        (b"\x50\x2a\x4d\x18", True),
        (b"\x5f\x2a\x4d\x18", True),
        (b"\x60\x2a\x4d\x18", False),
        (b"\x28", False),
        (b"", False),
    ],
)
def test_begins(data: bytes, begins: bool) -> None:
    assert Frames.begins(data) == begins
