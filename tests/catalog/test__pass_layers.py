"""One pass over a layer: what layers do to one another, hard links, layers that break, what is passed over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.passes import BINARIES, ELF, TEXTS, line_by_line, names, problems, read, read_blob
from images import (
    Member,
    blob_layer,
    device,
    digest_of,
    file,
    folder,
    gzip_bytes,
    hardlink,
    layer,
    opaque,
    symlink,
    whiteout,
)
from pratique.catalog._hashes import path_hash
from pratique.catalog._pass import read_layer
from pratique.errors import DigestMismatch
from pratique.image.entry import Entry
from pratique.image.layer import LayerReader
from pratique.limits import DEFAULT, Limits
from pratique.model import Package, Problem
from pratique.plugins import Cataloguer, Claim


def test_whiteouts_and_opaque_folders() -> None:
    facts = read(
        whiteout("etc/old.txt"),
        whiteout("top"),
        opaque("srv"),
        opaque("."),
        file(".wh..wh.plnk"),
        file("a/.wh."),
        file("a/.wh..."),
    )
    assert (facts.removed, facts.opaque) == (("etc/old.txt", "top"), ("", "srv"))
    assert facts.plain == b""


def test_a_removed_path_may_come_again() -> None:
    facts = read(file("a.txt", "new 1"), whiteout("a.txt"))
    assert (names(facts), facts.removed) == ({"a.txt": ["new"]}, ("a.txt",))


def test_plain_and_folders_are_hashes_of_all_paths() -> None:
    facts = read(folder("d"), file("d/a"), symlink("s", "d"), device("null"), hardlink("h", "d/a"), folder("e"))
    assert facts.plain == b"".join(map(path_hash, ("d/a", "s", "null", "h")))
    assert facts.folders == b"".join(map(path_hash, ("d", "e")))


@pytest.mark.parametrize("later", [folder("a.txt"), symlink("a.txt", "b"), device("a.txt")])
def test_the_later_of_two_entries_of_one_name_holds(later: Member) -> None:
    assert not names(read(file("a.txt", "old 1"), later)).get("a.txt")
    assert names(read(later, file("a.txt", "new 1"))) == {"a.txt": ["new"]}


def test_a_link_to_what_is_not_looked_for_is_told() -> None:
    facts = read(file("a/data.bin", "one 1"), symlink("a/x.txt", "data.bin"), symlink("a/y.txt", "../b/z.txt"))
    (problem,) = facts.facts["a/x.txt"]
    assert isinstance(problem, Problem)
    assert (problem.blocking, problem.hides) == (False, True)
    assert "is a symbolic link to 'data.bin'" in problem.what
    assert "a/y.txt" not in facts.facts  # the file itself is read


# --- hard links ------------------------------------------------------------------------------


def test_a_link_to_a_file_that_was_read() -> None:
    facts = read(file("bin/a", ELF), hardlink("bin/b", "./bin/a"), hardlink("bin/c", "bin/b"))
    assert facts.facts["bin/c"] == (Package("bin", "64", "1", path="bin/c!/inner"),)
    assert set(facts.facts) == {"bin/a", "bin/b", "bin/c"}
    assert facts.links == {}


def test_a_link_whose_name_is_claimed_to_a_file_whose_name_is_not() -> None:
    facts = read(file("data", "one 1"), file("rest.txt", "r 1"), hardlink("x.txt", "data"), hardlink("y.txt", "x.txt"))
    assert names(facts) == {"rest.txt": ["r"], "x.txt": ["one"], "y.txt": ["one"]}
    assert facts.facts["x.txt"] == (Package("test", "one", "1", path="x.txt"),)
    assert problems(facts) == []


def test_a_link_to_a_lower_layer() -> None:
    facts = read(hardlink("x.txt", "lower/data"), hardlink("bin/x", "bin/y"))
    assert facts.links == {"bin/x": "bin/y", "x.txt": "lower/data"}
    assert [one.where for one in problems(facts)] == ["x.txt"]


def test_link_loops_end() -> None:
    facts = read(hardlink("a.txt", "b.txt"), hardlink("b.txt", "a.txt"), hardlink("c.txt", "c.txt"))
    assert {one.where for one in problems(facts)} == {"a.txt", "b.txt", "c.txt"}


def test_links_are_bounded() -> None:
    facts = read(file("d"), *(hardlink(f"l{number}", "d") for number in range(20)), limits=Limits(hard_links=10))
    assert [one.what for one in facts.problems if "limits.hard_links = 10" in one.what] != []
    assert len(facts.problems) == 1


def test_a_source_that_gives_other_bytes_the_second_time() -> None:
    first = gzip_bytes(layer(file("data", "one 1"), hardlink("x.txt", "data")))
    second = gzip_bytes(layer(file("data", "evil 1"), hardlink("x.txt", "data")))
    blobs = iter((first, second))
    with pytest.raises(DigestMismatch):
        read_layer(lambda: LayerReader(blob_layer(next(blobs), digest=""), DEFAULT), (TEXTS,), DEFAULT)


# --- broken layers ---------------------------------------------------------------------------


def test_a_layer_that_breaks_off_keeps_what_was_read_and_blocks() -> None:
    whole = layer(file("a.txt", "one 1"), file("b.txt", b"x" * 100_000))
    blob = gzip_bytes(whole[:20_000])
    facts = read_blob(blob)
    assert names(facts)["a.txt"] == ["one"]
    assert [one.blocking for one in facts.problems] == [True]
    assert "breaks off" in facts.problems[0].what
    assert facts.digest == digest_of(blob)


def test_a_bomb_is_a_blocking_problem() -> None:
    facts = read_blob(
        gzip_bytes(layer(file("a.txt", "one 1"), file("zeros", bytes(3 << 20)))),
        limits=Limits(ratio=10, ratio_floor=1 << 20),
    )
    assert names(facts) == {"a.txt": ["one"]}
    assert [(one.blocking, "limits.ratio" in one.what) for one in facts.problems] == [(True, True)]


def test_a_wrong_digest_leaves_no_facts() -> None:
    blob = gzip_bytes(layer(file("a.txt", "one 1")))
    wrong = blob_layer(blob, digest=digest_of(b"other"))
    with pytest.raises(DigestMismatch):
        read_layer(lambda: LayerReader(wrong, DEFAULT), (TEXTS,), DEFAULT)


def test_a_broken_layer_with_a_wrong_digest_leaves_no_facts_either() -> None:
    blob = gzip_bytes(layer(file("a.txt", "one 1")))[:-10]
    wrong = blob_layer(blob, digest=digest_of(b"other"))
    with pytest.raises(DigestMismatch):
        read_layer(lambda: LayerReader(wrong, DEFAULT), (TEXTS,), DEFAULT)


def test_a_million_entries() -> None:
    block = layer(file("d/f"))[:512]
    count = 100_000  # a tenth, for the tests' sake; benchmarks/layers.py reads a million
    facts = read_blob(gzip_bytes(block * count + bytes(1024)))
    assert (facts.entries, len(facts.plain), problems(facts)) == (count, 8 * count, [])
    limited = read_blob(gzip_bytes(block * 100 + bytes(1024)), limits=Limits(entries=99))
    assert [one.blocking for one in limited.problems] == [True]


class HandedOut(LayerReader):
    """A layer of which nothing is passed over."""

    def skimmed(self, skim: object) -> Iterator[Entry]:
        """All entries."""
        return iter(self)


PATHS = st.sampled_from(
    ["a", "a/b", "a/x", "a/list", "a/.txt", "a/.x", "a/b/y.txt", "a/b/x", "etc/db", "etc/db/x", "etc/dpkg", "l/x", "l"]
)


MEMBERS = st.one_of(
    st.builds(file, PATHS, st.sampled_from(["", "one 1\n", ELF])),
    st.builds(folder, PATHS),
    st.builds(symlink, PATHS, PATHS),
    st.builds(hardlink, PATHS, PATHS),
    st.builds(whiteout, PATHS),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(MEMBERS, max_size=12))
def test_what_is_passed_over_changes_no_answer(some: list[Member]) -> None:
    database = Cataloguer("database", 1, Claim(paths=("etc/dpkg",)), line_by_line, blocking=True)
    cataloguers = (TEXTS, BINARIES, database)
    blob = blob_layer(gzip_bytes(layer(folder("a"), folder("etc"), *some)))
    skimmed = read_layer(lambda: LayerReader(blob, DEFAULT), cataloguers, DEFAULT)
    assert skimmed == read_layer(lambda: HandedOut(blob, DEFAULT), cataloguers, DEFAULT)


def test_a_file_that_is_passed_over_takes_the_place_of_one_with_facts() -> None:
    again = read(folder("a"), file("a/tool", ELF), file("a/tool", "text"))
    assert (again.facts, again.entries) == ({}, 3)
    assert names(read(folder("a"), file("a/tool", "text"), file("a/tool", ELF))) == {"a/tool": ["64"]}


def test_below_a_folder_wherever_it_is_nothing_is_passed_over() -> None:
    here = Cataloguer("here", 1, Claim(below=(("plugins", 1, ".php"),)), line_by_line)
    some = [folder("srv"), folder("srv/plugins"), folder("srv/plugins/a"), file("srv/plugins/a/a.php", "one 1")]
    some += [file("srv/plugins/a.php", "no 1"), file("srv/plugins/a/a.js", "no 1"), file("srv/a.php", "no 1")]
    assert names(read(*some, cataloguers=(here,))) == {"srv/plugins/a/a.php": ["one"]}


def test_of_a_file_whose_claimants_want_the_head_only_that_is_read() -> None:
    head = Cataloguer("head", 1, Claim(suffixes=(".gguf",), head=4), line_by_line)
    limits = Limits(in_memory=10, file=100)
    large = [file("m.gguf", b"a 12" + b"x" * 1000), hardlink("n.bin", "m.gguf"), hardlink("o.gguf", "n.bin")]
    facts = read(*large, file("s.gguf", "b 1"), cataloguers=(head,), limits=limits)
    assert {path: [one.version for one in some if isinstance(one, Package)] for path, some in facts.facts.items()} == {
        "m.gguf": ["12"],
        "o.gguf": ["12"],
        "s.gguf": ["1"],
    }
    linked = read(file("m.bin", b"a 12" + b"x" * 1000), hardlink("n.gguf", "m.bin"), cataloguers=(head,), limits=limits)
    assert names(linked) == {"n.gguf": ["a"]}
