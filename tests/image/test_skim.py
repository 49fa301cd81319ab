"""What is passed over and what is handed out are together what the tar holds, in its order."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from images import Member, device, file, folder, hardlink, layer, symlink
from pratique.errors import LimitExceeded, Unreadable
from pratique.image.tar import read_tar
from pratique.limits import DEFAULT, Limits
from pratique.model import Kind


class Always(dict[bytes, bool]):
    """True of all names but those given."""

    def __missing__(self, name: bytes) -> bool:
        return True


class Told:
    """A skim that wants what the tests say, and knows each folder that it was told of."""

    def __init__(
        self,
        *folders: bytes,
        endings: tuple[bytes, ...] = (b".jar",),
        marked: tuple[bytes, ...] = (),
        claimed: tuple[bytes, ...] = (),
        unwanted: tuple[bytes, ...] = (),
        most: int = 1 << 20,
    ) -> None:
        self.folders = dict.fromkeys(folders, False) | dict.fromkeys(claimed, True)
        self.endings = frozenset(endings)
        self.wanted: dict[bytes, bool] = Always.fromkeys(unwanted, False)
        self.marked = frozenset(marked)
        self.starts = frozenset(b"\x7f")
        self.most = most
        self.events = list[tuple[str, str]]()
        self.bodies = dict[str, tuple[int, bytes]]()

    def pass_folder(self, name: bytes) -> None:
        self.events.append(("folder", name.decode()))
        self.folders[name] = False

    def pass_files(self, names: list[bytes]) -> None:
        self.events += [("file", name.decode()) for name in names]

    def read_file(self, name: bytes, mode: int, body: bytes) -> None:
        self.events.append(("file", name.decode()))
        self.bodies[name.decode()] = (mode, body)


def pieces(tar: bytes, size: int) -> Iterator[bytes]:
    return (tar[at : at + size] for at in range(0, len(tar), size))


def read(tar: bytes, skim: Told, size: int = 65536, limits: Limits = DEFAULT) -> list[str]:
    """The paths handed out."""
    found = list[str]()
    for entry in read_tar(pieces(tar, size), limits, skim):
        found.append(entry.path)
        skim.events.append((entry.kind.value, entry.path))
    return found


def test_plain_files_and_folders_of_known_folders_are_passed_over() -> None:
    skim = Told(b"a")
    tar = layer(file("a/x.js", "1"), folder("a/b"), file("a/b/y.js", "22"), file("a/c/z.js"), file("top"))
    assert read(tar, skim) == ["a/c/z.js", "top"]
    assert sorted(skim.events[:3]) == [("file", "a/b/y.js"), ("file", "a/x.js"), ("folder", "a/b")]


@pytest.mark.parametrize(
    "member",
    [
        file("a/x.jar", b"1" * 2000),
        file("a/program", b"\x7fELF-" + bytes(2000)),
        file("a/.wh.gone"),
        file("a/."),
        file("a/ünï"),
        file("a//x"),
        file("a/./x"),
        file("a/../x"),
        file("b/x"),
        file("a/" + "n" * 200),
        file("a/" + "n" * 60 + "/" + "m" * 60),
        folder("a/marked"),
        folder("b/any"),
        symlink("a/link", "x"),
        hardlink("a/hard", "a/x"),
        device("a/null"),
    ],
    ids=lambda member: member[0].name[:20],
)
def test_what_is_handed_out(member: Member) -> None:
    assert len(read(layer(member), Told(b"a", marked=(b"a/marked",), most=1999))) == 1


@pytest.mark.parametrize(
    ("member", "body"),
    [
        (file("a/x.jar", "1"), b"1"),
        (file("a/X.JAR", ""), b""),
        (file("a/.jar", "1" * 600), b"1" * 600),
        (file("a/program", b"\x7fELF-"), b"\x7fELF-"),
        (file("c/any", "1"), b"1"),
    ],
    ids=lambda value: value[0].name if isinstance(value, tuple) else "",
)
def test_what_is_read(member: Member, body: bytes) -> None:
    skim = Told(b"a", claimed=(b"c",))
    assert read(layer(member, file("a/after")), skim) == []
    assert skim.bodies == {member[0].name: (0o644, body)}
    assert skim.events == [("file", member[0].name), ("file", "a/after")]


def test_what_is_passed_over_unread() -> None:
    skim = Told(b"a", unwanted=(b"not.jar",))
    assert read(layer(file("a/not.jar", "1"), file("a/.hidden", "1"), file("a/.whale", "1")), skim) == []
    assert (skim.bodies, len(skim.events)) == ({}, 3)


def test_a_mode_that_is_none() -> None:
    with pytest.raises(Unreadable, match="number"):
        read(changed(layer(file("a/x.jar")), 100, b"x"), Told(b"a"))


def test_small_files_are_no_executables() -> None:
    assert read(layer(file("a/x", b"\x7fELF")), Told(b"a")) == []


def test_a_body_can_be_read_after_what_was_passed_over() -> None:
    content = b"content" * 1000
    tar = layer(*(file(f"a/{number}.js", b"." * number) for number in range(2000)), file("a/x.jar", content))
    skim = Told(b"a")
    bodies = [b"".join(entry.body.chunks()) for entry in read_tar(pieces(tar, 1000), DEFAULT, skim)]
    assert (bodies, len(skim.events)) == ([content], 2000)


names = st.one_of(st.text("ab.é/", min_size=1, max_size=6), st.sampled_from(["a/x.jar", "b/y.jar", "a/b/.jar"]))
members = st.one_of(
    st.builds(file, names, st.binary(max_size=700)), st.builds(folder, names), st.builds(symlink, names, names)
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(members, max_size=20),
    st.sampled_from([1, 511, 512, 513, 1024, 4096]),
    st.sampled_from([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
)
def test_nothing_is_lost_or_told_twice(some: list[Member], size: int, form: int) -> None:
    tar = layer(*some, format=form)
    skim = Told(b"a", b"b", b"a/b")
    read(tar, skim, size)
    told, bodies = list[tuple[str, str]](), dict[str, bytes]()
    for entry in read_tar(iter([tar]), DEFAULT):
        told.append((entry.kind.value, entry.path))
        bodies[entry.path] = b"".join(entry.body.chunks())
    assert sorted(skim.events) == sorted(told)
    again = {member[0].name for member in some if [one[0].name for one in some].count(member[0].name) > 1}
    assert {name: body for name, (_, body) in skim.bodies.items() if name not in again} == {
        name: bodies[name] for name in skim.bodies if name not in again
    }


def test_files_are_told_before_what_comes_after() -> None:
    skim = Told(b"a")
    read(layer(file("a/1"), file("a/2.jar"), file("a/3")), skim)
    assert skim.events == [("file", "a/1"), ("file", "a/2.jar"), ("file", "a/3")]


@pytest.mark.parametrize("cut", [1, 100, 512, 600, 1100])
def test_a_tar_that_breaks_off_has_told_what_it_held(cut: int) -> None:
    whole = layer(file("a/1", b"x" * 100), file("a/2", b"x" * 1000))[: 1024 + 512 + 1024]
    skim = Told(b"a")
    with pytest.raises(Unreadable):
        read(whole[:-cut], skim, 256)
    assert ("file", "a/1") in skim.events


def broken(whole: bytes, size: int) -> Iterator[bytes]:
    """As a decompressor gives a layer whose rest is damaged."""
    yield from pieces(whole, size)
    raise Unreadable("damaged")


@pytest.mark.parametrize("size", [256, 512, 65536])
def test_what_was_passed_over_before_the_bytes_are_damaged_is_told(size: int) -> None:
    whole = layer(file("a/1", b"x" * 100), file("a/2"), file("a/3"))[: 4 * 512]
    skim = Told(b"a")
    with pytest.raises(Unreadable, match="damaged"):
        list(read_tar(broken(whole, size), DEFAULT, skim))
    assert skim.events == [("file", "a/1"), ("file", "a/2")]  # what follows the third header is not known to be there


@pytest.mark.parametrize(("at", "value"), [(100, b"0000x44"), (148, b"00x000\0 ")])
def test_what_was_passed_over_before_a_header_that_lies_is_told(at: int, value: bytes) -> None:
    """A mode, of a file that is wanted, and a checksum."""
    bad = changed(layer(file("a/2.jar", b"1")), at, value)
    if at == 148:
        bad = bad[:at] + value + bad[at + len(value) :]
    skim = Told(b"a")
    with pytest.raises(Unreadable, match=r"number|checksum"):
        read(layer(file("a/1"))[:512] + bad, skim)
    assert skim.events == [("file", "a/1")]


def changed(tar: bytes, at: int, value: bytes) -> bytes:
    """The first header with some bytes changed, its checksum right."""
    block = bytearray(tar[:512])
    block[at : at + len(value)] = value
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + tar[512:]


@pytest.mark.parametrize("size", [b"00000000009", b"0000000000x", b"\x80" + b"\xff" * 10])
def test_a_size_that_is_none(size: bytes) -> None:
    with pytest.raises(Unreadable):
        read(changed(layer(file("a/x")), 124, size), Told(b"a"))


def test_a_wrong_checksum() -> None:
    tar = bytearray(layer(file("a/x")))
    tar[0] = ord("b")
    with pytest.raises(Unreadable, match="checksum"):
        read(bytes(tar), Told(b"a", b"b"))


def test_a_name_ends_at_its_first_nul() -> None:
    skim = Told(b"a")
    assert read(changed(layer(file("a/xyz")), 3, b"\0q"), skim) == []
    assert skim.events == [(Kind.FILE.value, "a/x")]


def test_the_bound_on_entries_counts_what_is_passed_over() -> None:
    tar = layer(*(file(f"a/{number}") for number in range(10)))
    assert read(tar, Told(b"a"), limits=Limits(entries=10)) == []
    with pytest.raises(LimitExceeded, match="entries"):
        read(tar, Told(b"a"), limits=Limits(entries=9))
