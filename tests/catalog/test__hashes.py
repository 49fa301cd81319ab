"""The hashes that stand for paths: those of BLAKE2s, whichever way they are asked for."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from pratique.catalog._hashes import ancestors, name_hash, name_hashes, number, numbers, path_hash

paths = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@given(paths)
def test_a_path_and_its_bytes_have_one_hash(path: str) -> None:
    expected = hashlib.blake2s(path.encode(), digest_size=8).digest()
    assert path_hash(path) == name_hash(path.encode()) == expected


@given(st.lists(paths, max_size=8))
def test_a_string_of_hashes_gives_the_numbers_of_its_paths(some: list[str]) -> None:
    together = name_hashes([path.encode() for path in some])
    assert together == b"".join(map(path_hash, some))
    assert list(numbers(together)) == list(numbers(bytearray(together))) == list(map(number, some))


def test_ancestors_are_the_folders_above_the_nearest_first() -> None:
    assert list(ancestors("a/b/c")) == ["a/b", "a"]
    assert list(ancestors("a")) == list(ancestors("")) == []
    assert list(ancestors("a/")) == ["a"]
