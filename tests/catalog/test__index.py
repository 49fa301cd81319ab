"""Who claims a path: the index against the claims read one by one."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.catalog._index import Index
from pratique.model import Fact
from pratique.plugins import Cataloguer, Claim, File, load


def nothing(file: File) -> Iterable[Fact]:
    return ()


def cataloguer(claim: Claim, blocking: bool = False) -> Cataloguer:
    return Cataloguer("one", 1, claim, nothing, blocking=blocking)


def claims(claim: Claim, path: str) -> bool:
    """What ``plugins.Claim`` says, word for word."""
    folder, name = posixpath.split(path)
    return (
        path in claim.paths
        or name in claim.names
        or ("." in name and name.lower().endswith(claim.suffixes))
        or any(part in name.lower() and posixpath.splitext("_" + name.lower())[1] == end for part, end in claim.parts)
        or any(folder == where and name.endswith(suffix) for where, suffix in claim.folders)
        or any(f"/{_up(folder, depth)}".endswith(f"/{where}") and name.endswith(e) for where, depth, e in claim.below)
    )


def _up(folder: str, depth: int) -> str:
    return _up(posixpath.dirname(folder), depth - 1) if depth and folder else "" if depth else folder


WORDS = st.sampled_from(["a", "b", "list", "x.txt", "X.TXT", ".txt", "x.txt.gz", "list.txt", "é.txt"])
PATHS = st.lists(WORDS, min_size=1, max_size=3).map("/".join)
CLAIMS = st.builds(
    Claim,
    paths=st.lists(PATHS, max_size=2).map(tuple),
    names=st.lists(WORDS, max_size=2).map(tuple),
    suffixes=st.lists(st.sampled_from([".txt", ".gz", ".x", ".txt.gz"]), max_size=2).map(tuple),
    parts=st.lists(st.tuples(st.sampled_from(["a", "list", "x."]), st.sampled_from([".txt", ".gz"])), max_size=2).map(
        tuple
    ),
    folders=st.lists(st.tuples(PATHS, st.sampled_from(["", ".txt", "t"])), max_size=2).map(tuple),
    below=st.lists(
        st.tuples(st.lists(WORDS, min_size=1, max_size=2).map("/".join), st.integers(0, 2), st.sampled_from(["", "t"])),
        max_size=2,
    ).map(tuple),
)


@settings(max_examples=300)
@given(st.lists(CLAIMS, max_size=4), PATHS)
def test_who_claims_a_path(some: list[Claim], path: str) -> None:
    index = Index([cataloguer(claim) for claim in some])
    assert index.find(path) == sum(1 << number for number, claim in enumerate(some) if claims(claim, path))


@settings(max_examples=300)
@given(st.lists(CLAIMS, min_size=1, max_size=4), PATHS)
def test_what_is_claimed_by_name_has_one_of_the_endings(some: list[Claim], path: str) -> None:
    """What is passed over unread is claimed by nobody."""
    index = Index([cataloguer(claim) for claim in some])
    folder, name = posixpath.split(path)
    lengths = {len(ending) for ending in index.endings}
    assert len(lengths) <= 1
    tail = -min(lengths, default=1)
    if index.find(path) and not index.claimed_in(folder):
        assert name.encode()[tail:].lower() in index.endings


@settings(max_examples=300)
@given(st.lists(CLAIMS, max_size=4), WORDS)
def test_the_names_that_may_be_claimed_wherever_they_lie(some: list[Claim], name: str) -> None:
    wherever = (msgspec.structs.replace(claim, paths=(), folders=(), below=()) for claim in some)
    last = {posixpath.basename(path) for claim in some for path in claim.paths}
    may = name in last or any(claims(claim, name) for claim in wherever)
    assert Index([cataloguer(claim) for claim in some]).may_claim(name) == may


def test_the_cataloguers_that_there_are_leave_most_names_alone() -> None:
    index = Index(tuple(load("pratique.catalog", "CATALOGUER").values()))
    assert {len(ending) for ending in index.endings} == {4}
    assert index.endings.isdisjoint((b"x.js", b"e.md", b"x.py", b".pyc", b".so.", b"y.ts", b".map", b"ense"))


def test_claimants_are_those_of_the_set_in_order() -> None:
    given = [cataloguer(Claim(names=(name,))) for name in "abc"]
    assert list(Index(given).cataloguers(0b101)) == [given[0], given[2]]


def test_executables_and_databases() -> None:
    index = Index(
        [
            cataloguer(Claim(paths=("var/db/status",), folders=(("opt/db", ""),)), blocking=True),
            cataloguer(Claim(executables=("elf",), paths=("srv/list",))),
        ]
    )
    assert index.executables == 0b10
    assert index.databases == {"var/db/status"}
    assert index.above == {"var", "var/db", "opt", "opt/db"}
    assert [index.blocking(claimants) for claimants in (0b00, 0b01, 0b10, 0b11)] == [False, True, False, True]


def test_a_head_suffices_only_where_it_does_for_all() -> None:
    index = Index([cataloguer(Claim(head=10)), cataloguer(Claim(head=20)), cataloguer(Claim())])
    assert [index.head(claimants) for claimants in (0b001, 0b011, 0b111, 0b100, 0)] == [10, 20, 0, 0, 0]


def test_claims_below_a_folder_wherever_it_is() -> None:
    index = Index([cataloguer(Claim(below=((".github/workflows", 0, ".yml"), ("wp-content/plugins", 1, ".php"))))])
    found = [".github/workflows/a.yml", "srv/.github/workflows/a.yml", "srv/wp-content/plugins/akismet/akismet.php"]
    assert all(index.find(path) for path in found)
    left = ["github/workflows/a.yml", ".github/workflows/x/a.yml", "wp-content/plugins/a.php", "my-plugins/a/a.php"]
    assert not any(index.find(path) for path in left)
