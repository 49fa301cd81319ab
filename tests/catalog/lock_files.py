"""Fixtures of lock files, and what every cataloguer of such files must bear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from hypothesis import strategies as st

from catalog.hostile import survives
from catalog.memory_file import memory_file
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer

FOLDER = Path(__file__).parent / "lock_files"


def fixture(name: str) -> bytes:
    """A file of the folder."""
    return (FOLDER / name).read_bytes()


def facts(cataloguer: Cataloguer, path: str, data: bytes) -> list[Fact]:
    """What the cataloguer says of a file."""
    return list(cataloguer.parse(memory_file(path, data)))


def packages(cataloguer: Cataloguer, path: str, data: bytes) -> dict[str, Package]:
    """The packages by their full names with their versions; the file must give nothing else."""
    found = facts(cataloguer, path, data)
    assert all(isinstance(fact, Package) for fact in found), found
    return {named(fact): fact for fact in found if isinstance(fact, Package)}


def named(package: Package) -> str:
    """``type/namespace/name@version``."""
    return "/".join(part for part in (package.type, package.namespace, package.name) if part) + f"@{package.version}"


def problem(cataloguer: Cataloguer, path: str, data: bytes) -> str:
    """What the one problem says that the file gives and nothing else; it neither blocks nor hides."""
    (found,) = facts(cataloguer, path, data)
    assert isinstance(found, Problem), found
    assert (found.blocking, found.hides) == (False, False)
    assert found.where == path
    return found.what


def damaged(data: bytes) -> Iterator[bytes]:
    """The file broken off, in other encodings, twice over, and nothing that it could be."""
    step = max(len(data) // 25, 1)
    yield from (data[:end] for end in range(0, len(data), step))
    yield from (
        data + data,
        data[::-1],
        data.replace(b"\n", b"\r\n"),
        data.replace(b'"', b""),
        data.replace(b":", b": :"),
    )
    text = data.decode("latin-1")
    yield from (text.encode("utf-16"), text.encode("utf-16-be"), text.encode("utf-32"), b"\xef\xbb\xbf" + data)
    yield from (b"\0" * 1000, b"\xff" * 1000, b"\n" * 9_000, b" " * 9_000, b'"' * 9_001, b"a" * 9_000)
    for opening in (b"[", b"{", b"(", b'{"a":', b'[{"packages":', b"- ", b"a:\n ", b'"a": {"', b"%{", b"a:1:{", b"? "):
        yield opening * 2_000
        yield data[: len(data) // 2] + opening * 2_000


def mutations(data: bytes) -> st.SearchStrategy[bytes]:
    """The file with pieces of it written over, taken out or doubled."""
    places = st.integers(0, max(len(data) - 1, 0))
    pieces = st.one_of(st.binary(max_size=12), places.map(lambda at: data[at : at + 40]))

    def cut(changes: list[tuple[int, int, bytes]]) -> bytes:
        found = data
        for at, length, piece in changes:
            found = found[:at] + piece + found[at + length :]
        return found

    return st.lists(st.tuples(places, st.integers(0, 30), pieces), min_size=1, max_size=4).map(cut)


def bears(cataloguer: Cataloguer, path: str) -> Callable[[bytes], None]:
    """A check that whatever bytes stand at the path, there are facts or an ``Unreadable``, and all can be shown."""

    def check(data: bytes) -> None:
        for fact in survives(cataloguer, path, data):
            if isinstance(fact, Package):
                assert fact.name
                assert fact.version
                assert (fact.name + fact.version).isprintable()

    return check
