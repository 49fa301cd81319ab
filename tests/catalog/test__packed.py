"""What compressors wrote, unpacked within bounds."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import lzma
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given

from catalog.mutated import mutated
from pratique.catalog._packed import head, unpacked
from pratique.errors import LimitExceeded, Unreadable

TEXT = b"berths=3\n" * 1000
PACKERS = [gzip.compress, lzma.compress, zstandard.compress, bz2.compress]


@pytest.mark.parametrize("pack", [*PACKERS, bytes])
def test_round_trip(pack: Callable[[bytes], bytes]) -> None:
    assert unpacked(pack(TEXT), len(TEXT)) == TEXT
    assert head(pack(TEXT), 20) == TEXT[:20]
    with pytest.raises(LimitExceeded):
        unpacked(pack(TEXT), len(TEXT) - 1)


def test_members_of_gzip_are_one_stream() -> None:
    assert unpacked(gzip.compress(b"a") + gzip.compress(b"b"), 9) == b"ab"


@pytest.mark.parametrize("pack", PACKERS)
def test_a_bomb_stays_small(pack: Callable[[bytes], bytes]) -> None:
    packed = pack(bytes(1 << 22))
    assert len(head(packed, 1000)) == 1000


@pytest.mark.parametrize("pack", PACKERS)
def test_damage(pack: Callable[[bytes], bytes]) -> None:
    packed = pack(TEXT)
    with pytest.raises(Unreadable):
        head(packed[:6] + bytes([255] * 20), 100_000)
    assert TEXT.startswith(head(packed[: len(packed) // 2], len(TEXT)))


@given(mutated(gzip.compress(TEXT)) | mutated(lzma.compress(TEXT)) | mutated(zstandard.compress(TEXT)))
def test_any_bytes(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert len(head(data, 500)) <= 500
