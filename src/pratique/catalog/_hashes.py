"""Paths in, the 8 bytes that stand for each of them in ``LayerFacts`` out: BLAKE2s (https://www.rfc-editor.org/rfc/rfc7693).

A layer's paths are many and only asked "are you there?", so that their hashes do: two paths of an image that meet by
chance are less likely than a broken disk.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from hashlib import blake2s


def path_hash(path: str) -> bytes:
    """The hash of one path."""
    return blake2s(path.encode(), digest_size=8).digest()


def name_hash(name: bytes) -> bytes:
    """The hash of a path that is UTF-8 already."""
    return blake2s(name, digest_size=8).digest()


def name_hashes(names: Iterable[bytes]) -> bytes:
    """The hashes of many, one after another."""
    return b"".join([blake2s(name, digest_size=8).digest() for name in names])


def number(path: str) -> int:
    """The hash of a path as ``numbers`` gives it."""
    return int.from_bytes(path_hash(path), sys.byteorder)


def numbers(hashes: bytes | bytearray) -> Iterable[int]:
    """The hashes of a string of them, as numbers."""
    return memoryview(hashes).cast("Q")


def ancestors(path: str) -> Iterator[str]:
    """The folders that a path lies in, the nearest first."""
    end = path.rfind("/")
    while end > 0:
        path = path[:end]
        yield path
        end = path.rfind("/")
