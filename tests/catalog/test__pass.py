"""One pass over a layer: who is fed what, what parsers do, and which paths stay. The cataloguers are the tests' own."""

from __future__ import annotations

import functools
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catalog.passes import BINARIES, ELF, TEXTS, names, problems, read, read_blob
from images import Member, digest_of, file, folder, gzip_bytes, hardlink, layer, symlink
from pratique.catalog._pass import read_layer
from pratique.errors import LimitExceeded, Unreadable
from pratique.image.layer import LayerReader
from pratique.limits import DEFAULT, Limits
from pratique.model import Distro, Fact, Layer, Owns, Package, Problem
from pratique.plugins import Cataloguer, Claim, File


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


def test_folders_are_read_like_layers(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one 1")
    (tmp_path / "b").write_bytes(ELF)
    facts = read_layer(lambda: LayerReader(Layer(0, "", folder=str(tmp_path)), DEFAULT), (TEXTS, BINARIES), DEFAULT)
    assert names(facts) == {"a.txt": ["one"], "b": ["64"]}
    assert facts.digest == ""


def test_distros_follow_their_link() -> None:
    def parse(file: File) -> Iterator[Fact]:
        yield Distro("debian", path=file.path)

    release = Cataloguer("release", 1, Claim(names=("os-release",)), parse)
    facts = read(file("usr/lib/os-release"), hardlink("etc/os-release", "usr/lib/os-release"), cataloguers=(release,))
    assert facts.facts["etc/os-release"] == (Distro("debian", path="etc/os-release"),)
