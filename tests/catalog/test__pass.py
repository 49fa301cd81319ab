"""One pass over a layer: who is fed what, what breaks, and what a layer hides. The cataloguers are the tests' own."""

from __future__ import annotations

import functools
import struct
from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from pratique.errors import DigestMismatch, LimitExceeded, Unreadable
from pratique.image.entry import Entry
from pratique.image.layer import LayerReader
from pratique.limits import DEFAULT, Limits
from pratique.model import Distro, Fact, Layer, LayerFacts, Owns, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

ELF = b"\x7fELF" + bytes(60)


def line_by_line(file: File) -> Iterator[Fact]:
    """A package a line: ``name version``."""
    for line in file.read().decode().splitlines():
        name, _, version = line.partition(" ")
        yield Package("test", name, version, path=file.path)


def whole(file: File) -> Iterator[Fact]:
    """A package named after the content's length, read by ``open``."""
    with file.open() as stream:
        yield Package("bin", str(len(stream.read())), "1", path=f"{file.path}!/inner")


TEXTS = Cataloguer("texts", 1, Claim(names=("list",), suffixes=(".txt",), folders=(("etc/db", ""),)), line_by_line)
BINARIES = Cataloguer("binaries", 1, Claim(executables=("elf", "pe", "mach-o")), whole)


def read(
    *members: Member, cataloguers: Iterable[Cataloguer] = (TEXTS, BINARIES), limits: Limits = DEFAULT
) -> LayerFacts:
    return read_blob(gzip_bytes(layer(*members)), cataloguers=cataloguers, limits=limits)


def read_blob(
    blob: bytes, cataloguers: Iterable[Cataloguer] = (TEXTS, BINARIES), limits: Limits = DEFAULT
) -> LayerFacts:
    return read_layer(lambda: LayerReader(blob_layer(blob), limits), tuple(cataloguers), limits)


def names(facts: LayerFacts) -> dict[str, list[str]]:
    return {path: [fact.name for fact in found if isinstance(fact, Package)] for path, found in facts.facts.items()}


def problems(facts: LayerFacts) -> list[Problem]:
    return [fact for found in facts.facts.values() for fact in found if isinstance(fact, Problem)] + list(
        facts.problems
    )


def test_claims_by_name_suffix_folder_and_content() -> None:
    facts = read(
        file("a/list", "one 1\ntwo 2"),
        file("b/X.TXT", "three 3"),
        file("etc/db/any", "four 4"),
        file("etc/db/deep/any", "no 1"),
        file("list.d", "no 1"),
        file("usr/bin/tool", ELF),
        file("usr/bin/script", "#!/bin/sh"),
        file("empty.txt"),
    )
    assert names(facts) == {
        "a/list": ["one", "two"],
        "b/X.TXT": ["three"],
        "empty.txt": [],
        "etc/db/any": ["four"],
        "usr/bin/tool": ["64"],
    }
    assert (facts.entries, problems(facts)) == (8, [])


def test_digest_and_size_are_the_blobs() -> None:
    blob = gzip_bytes(layer(file("a.txt", "x 1")))
    facts = read_blob(blob)
    assert (facts.digest, facts.size) == (digest_of(blob), len(blob))


@pytest.mark.parametrize(
    ("start", "executable"),
    [
        (b"\x7fELF\x02\x01\x01\0", True),
        (b"MZ\x90\0\x03\0\0\0", True),
        (b"\xfe\xed\xfa\xce\0\0\0\0", True),
        (b"\xcf\xfa\xed\xfe\0\0\0\0", True),
        (b"\xca\xfe\xba\xbe\0\0\0\x02", True),
        (struct.pack(">IHH", 0xCAFEBABE, 0, 52), False),  # a Java class, version 52
        (b"\x7fEL", False),
        (b"\0\0\0\0\0\0\0\0", False),
    ],
)
def test_executables_by_their_first_bytes(start: bytes, executable: bool) -> None:
    facts = read(file("x", start))
    assert (bool(facts.facts), facts.executables) == (executable, ("x",) if executable else ())


def test_executables_are_told_whoever_claims_them() -> None:
    some = [file("b", ELF), file("a", ELF), hardlink("d", "a"), hardlink("c", "d"), symlink("e", "a"), file("f", "txt")]
    facts = read(*some, hardlink("g", "f"), hardlink("h", "below"), cataloguers=(TEXTS,))
    assert (facts.executables, facts.facts) == (("a", "b", "c", "d"), {})


@pytest.mark.parametrize("later", [file("s/x", "text"), folder("s/x"), symlink("s/x", "y"), hardlink("s/x", "s/y")])
def test_a_later_entry_takes_the_place_of_an_executable(later: Member) -> None:
    assert read(folder("s"), file("s/y", "text"), file("s/x", ELF), later).executables == ()


def test_owned_paths_of_executables_stay() -> None:
    def owns(file: File) -> Iterator[Fact]:
        yield Owns("p", ("usr/bin/tool", "usr/bin/script"))

    database = Cataloguer("database", 1, Claim(names=("list",)), owns)
    facts = read(file("list", "x"), file("usr/bin/tool", ELF), file("usr/bin/script", "#!"), cataloguers=(database,))
    assert facts.facts["list"] == (Owns("p", ("usr/bin/tool",)),)


def test_executables_are_bounded() -> None:
    facts = read(*(file(f"x{number}", ELF) for number in range(4)), cataloguers=(), limits=Limits(facts_per_layer=2))
    assert (facts.executables, [problem.where for problem in facts.problems]) == (("x0", "x1"), ["x2"])


def test_two_cataloguers_read_the_same_file() -> None:
    facts = read(
        file("tool.txt", ELF.replace(b"\0", b"x")[4:] + b" 1"), file("x.txt", ELF), cataloguers=(TEXTS, BINARIES)
    )
    assert len(facts.facts["x.txt"]) >= 1
    assert Package("bin", "64", "1", path="x.txt!/inner") in facts.facts["x.txt"]


def test_large_files_are_spooled_and_look_the_same() -> None:
    body = ELF + bytes(range(256)) * 4000
    seen = list[bytes]()

    def look(file: File) -> Iterator[Fact]:
        with file.open() as stream, file.open() as other:
            stream.seek(-4, 2)
            seen.append(stream.read() + other.read(4) + stream.read())
            assert stream.seek(10) == 10
            seen.append(stream.read(3))
        seen.append(file.read())
        yield from ()

    looker = Cataloguer("look", 1, Claim(executables=("elf", "pe", "mach-o")), look)
    for limits in (DEFAULT, Limits(in_memory=1000)):
        read(file("x", body), file("y", b"after"), cataloguers=(looker,), limits=limits)
        assert seen == [body[-4:] + body[:4], body[10:13], body]
        seen.clear()


def test_a_file_past_its_bound_is_a_problem_and_the_rest_goes_on() -> None:
    facts = read(
        file("a.txt", b"x" * 5000), file("b", ELF * 100), file("c.txt", "ok 1"), limits=Limits(text=4000, file=6000)
    )
    assert [(one.where, "limits." in one.what) for one in problems(facts)] == [("a.txt", True), ("b", True)]
    assert names(facts)["c.txt"] == ["ok"]


# --- what parsers do -------------------------------------------------------------------------


def broken(error: Callable[[], BaseException], blocking: bool = False) -> Cataloguer:
    def parse(file: File) -> Iterator[Fact]:
        yield Package("test", "before", "1", path=file.path)
        raise error()

    return Cataloguer("broken", 1, Claim(suffixes=(".bad",)), parse, blocking=blocking)


@pytest.mark.parametrize("blocking", [False, True])
def test_unreadable_is_a_problem_at_the_path(blocking: bool) -> None:
    cataloguers = (broken(lambda: Unreadable("no such page"), blocking), TEXTS)
    facts = read(file("x.bad"), file("y.txt", "ok 1"), cataloguers=cataloguers)
    assert facts.facts["x.bad"] == (
        Package("test", "before", "1", path="x.bad"),
        Problem("x.bad", "broken: no such page", blocking=blocking, hides=not blocking),
    )
    assert names(facts)["y.txt"] == ["ok"]


@pytest.mark.parametrize(
    "error", [MemoryError, RecursionError, KeyError, ZeroDivisionError, UnicodeError, struct.error]
)
def test_a_parser_that_breaks_is_a_problem(error: Callable[[], BaseException]) -> None:
    facts = read(file("x.bad"), file("y.txt", "ok 1"), cataloguers=(broken(error), TEXTS))
    (problem,) = problems(facts)
    assert (problem.where, problem.blocking) == ("x.bad", True)
    assert "unexpected" in problem.what
    assert "defect" in problem.hint
    assert names(facts)["y.txt"] == ["ok"]


def test_what_a_bound_of_ours_leaves_unread_blocks() -> None:
    error = functools.partial(LimitExceeded, "too much")
    (problem,) = problems(read(file("x.bad"), cataloguers=(broken(error),)))
    assert (problem.blocking, problem.hides) == (True, True)
    limits = Limits(file=10)
    (problem,) = problems(read(file("x.txt", b"x" * 11), limits=limits))
    assert (problem.where, problem.blocking) == ("x.txt", True)
    (problem,) = problems(read(file("tool", ELF), limits=limits))
    assert (problem.where, problem.blocking) == ("tool", False)  # nobody says that it holds a package


def test_ctrl_c_is_not_swallowed() -> None:
    with pytest.raises(KeyboardInterrupt):
        read(file("x.bad"), cataloguers=(broken(KeyboardInterrupt),))


def test_bounds_on_facts() -> None:
    text = "\n".join(f"p{number} 1" for number in range(50))
    facts = read(file("a.txt", text), cataloguers=(TEXTS,), limits=Limits(facts_per_file=10))
    assert len(names(facts)["a.txt"]) == 10
    assert "limits.facts_per_file = 10" in problems(facts)[0].what
    facts = read(
        *(file(f"{number}.txt", "p 1") for number in range(30)), cataloguers=(TEXTS,), limits=Limits(facts_per_layer=20)
    )
    assert len(facts.facts) == 20
    assert [(one.blocking, "limits.facts_per_layer = 20" in one.what) for one in problems(facts)] == [(True, True)]


# --- what layers do --------------------------------------------------------------------------


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


def test_a_million_entries(tmp_path: object) -> None:
    block = layer(file("d/f"))[:512]
    count = 100_000  # a tenth, for the tests' sake; benchmarks/layers.py reads a million
    facts = read_blob(gzip_bytes(block * count + bytes(1024)))
    assert (facts.entries, len(facts.plain), problems(facts)) == (count, 8 * count, [])
    limited = read_blob(gzip_bytes(block * 100 + bytes(1024)), limits=Limits(entries=99))
    assert [one.blocking for one in limited.problems] == [True]


# --- owners ----------------------------------------------------------------------------------


def test_owned_paths_stay_only_where_they_can_matter() -> None:
    def parse(file: File) -> Iterator[Fact]:
        yield Owns("pkg", ("usr/share/doc/x", "usr/share/a.txt", "bin/tool", "usr/sbin/tool", "lib/unknown", "b.txt"))
        yield Owns("other", ("usr/share/doc/x",))

    lists = Cataloguer("lists", 1, Claim(paths=("db",)), parse)
    members = (
        file("db"),
        file("usr/bin/tool", ELF),
        file("sbin/tool", ELF),
        file("b.txt", "b 1"),
        file("usr/b.txt", "b 1"),
    )
    facts = read(*members, cataloguers=(lists, TEXTS, BINARIES))
    assert facts.facts["db"] == (Owns("pkg", ("bin/tool", "usr/sbin/tool", "b.txt")),)


def test_folders_are_read_like_layers(tmp_path: object) -> None:
    from pathlib import Path

    root = Path(str(tmp_path))
    (root / "a.txt").write_text("one 1")
    (root / "b").write_bytes(ELF)
    facts = read_layer(lambda: LayerReader(Layer(0, "", folder=str(root)), DEFAULT), (TEXTS, BINARIES), DEFAULT)
    assert names(facts) == {"a.txt": ["one"], "b": ["64"]}
    assert facts.digest == ""


def test_distros_follow_their_link() -> None:
    def parse(file: File) -> Iterator[Fact]:
        yield Distro("debian", path=file.path)

    release = Cataloguer("release", 1, Claim(names=("os-release",)), parse)
    facts = read(file("usr/lib/os-release"), hardlink("etc/os-release", "usr/lib/os-release"), cataloguers=(release,))
    assert facts.facts["etc/os-release"] == (Distro("debian", path="etc/os-release"),)


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
