"""The tar reader against ``tarfile`` and GNU tar, and against archives that lie."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from images import Member, device, file, folder, hardlink, layer, symlink
from pratique.errors import LimitExceeded, Unreadable
from pratique.image.entry import normalise
from pratique.image.tar import read_tar
from pratique.limits import DEFAULT, Limits
from pratique.model import Kind

Seen = tuple[str, Kind, int, int, str, bytes]


def chunks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def read(data: bytes, size: int = 1 << 16, limits: Limits = DEFAULT) -> list[Seen]:
    return [
        (entry.path, entry.kind, entry.mode, entry.size, entry.target, b"".join(entry.body.chunks()))
        for entry in read_tar(chunks(data, size), limits)
    ]


KINDS = {
    tarfile.REGTYPE: Kind.FILE,
    tarfile.AREGTYPE: Kind.FILE,
    tarfile.CONTTYPE: Kind.FILE,
    tarfile.GNUTYPE_SPARSE: Kind.FILE,
    tarfile.DIRTYPE: Kind.FOLDER,
    tarfile.SYMTYPE: Kind.SYMLINK,
    tarfile.LNKTYPE: Kind.HARDLINK,
}


def oracle(data: bytes) -> list[Seen]:
    """What ``tarfile`` reads."""
    found = list[Seen]()
    with tarfile.open(fileobj=io.BytesIO(data), encoding="utf-8", errors="surrogateescape") as archive:
        for info in archive:
            kind = KINDS.get(info.type, Kind.OTHER)
            body = archive.extractfile(info) if kind is Kind.FILE else None
            content = body.read() if body else b""
            target = shown(info.linkname) if info.islnk() or info.issym() else ""
            path = normalise(shown(info.name))
            if path:
                found.append(
                    (
                        path,
                        kind,
                        info.mode & 0o7777,
                        len(content),
                        normalise(target) if info.islnk() else target,
                        content,
                    )
                )
    return found


def shown(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")


NAMES = st.lists(
    st.one_of(
        st.text(st.characters(blacklist_characters="/\0", blacklist_categories=["Cs"]), min_size=1, max_size=40),
        st.sampled_from([".", "..", "x" * 120, "é" * 70, "\udcff\udc80bytes"]),
    ),
    min_size=1,
    max_size=4,
).map("/".join)
MEMBERS = st.one_of(
    st.builds(file, NAMES, st.binary(max_size=1200), st.integers(0, 0o7777)),
    st.builds(folder, NAMES),
    st.builds(symlink, NAMES, NAMES),
    st.builds(hardlink, NAMES, NAMES),
    st.builds(device, NAMES, st.sampled_from([tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])),
)


@given(
    st.lists(MEMBERS, max_size=6),
    st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]),
    st.sampled_from([1, 511, 512, 700, 4096, 1 << 20]),
)
@settings(max_examples=150, deadline=None)
def test_any_archive_reads_as_tarfile_reads_it(
    members: list[tuple[tarfile.TarInfo, bytes]], form: int, size: int
) -> None:
    data = layer(*members, format=form)
    assert read(data, size) == oracle(data)


@given(st.lists(MEMBERS, max_size=4), st.data())
@settings(max_examples=100, deadline=None)
def test_skipped_and_half_read_bodies_leave_the_next_entry_alone(members: list[Member], data: st.DataObject) -> None:
    archive = layer(*members)
    expected = oracle(archive)
    size = data.draw(st.sampled_from([100, 512, 1000, 1 << 16]))
    for entry, (path, _, _, _, _, content) in zip(read_tar(chunks(archive, size), DEFAULT), expected, strict=True):
        assert entry.path == path
        what = data.draw(st.integers(0, 3))
        if what:
            assert entry.body.peek(what * 4) == content[: what * 4]
        if what == 2:
            next(iter(entry.body.chunks()), b"")
        if what == 3:
            assert b"".join(entry.body.chunks()) == content


@given(st.binary(max_size=3000))
@settings(max_examples=200)
def test_noise_never_breaks_it(data: bytes) -> None:
    with pytest.raises(Unreadable) if data.strip(b"\0") or len(data) % 512 else contextlib.nullcontext():
        read(data)


FLIPPED = layer(file("a/b", b"x" * 600), symlink("l", "a/b"), format=tarfile.GNU_FORMAT)[:3072]
FIRST, BODY, SECOND = 0, 512, 1536  # where its headers and the file's bytes begin


@given(st.sampled_from([FIRST, SECOND]), st.integers(0, 511), st.integers(1, 255))
@settings(max_examples=200, deadline=None)
def test_a_header_with_a_flipped_byte_is_refused(start: int, at: int, change: int) -> None:
    assume(at not in range(148, 156))  # the checksum itself: what ends its number may change
    data = bytearray(FLIPPED)
    data[start + at] ^= change
    with pytest.raises(Unreadable, match=r"checksum"):
        read(bytes(data))


@given(st.integers(BODY, SECOND - 1), st.integers(1, 255))
@settings(max_examples=50, deadline=None)
def test_a_flipped_byte_of_a_body_is_no_matter_of_the_archive(at: int, change: int) -> None:
    data = bytearray(FLIPPED)
    data[at] ^= change
    assert read(bytes(data)) == oracle(bytes(data))
    assert len(read(bytes(data))) == 2


@given(
    st.sampled_from([FIRST, SECOND]),
    st.one_of(st.integers(0, 99), st.integers(157, 256)),  # the names of POSIX ustar
    st.integers(1, 255),
)
@settings(max_examples=200, deadline=None)
def test_a_flipped_byte_of_a_name_is_read_as_tarfile_reads_it(start: int, at: int, change: int) -> None:
    data = bytearray(FLIPPED)
    data[start + at] ^= change
    checksum = sum(data[start : start + 512]) - sum(data[start + 148 : start + 156]) + 8 * ord(" ")
    data[start + 148 : start + 156] = b"%06o\0 " % checksum
    assert read(bytes(data)) == oracle(bytes(data))


# --- what the tools write --------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "usr/lib").mkdir(parents=True)
    (root / "usr/lib/a").write_bytes(b"first" * 1000)
    os.link(root / "usr/lib/a", root / "usr/lib/z-linked")
    (root / "lib").symlink_to("usr/lib")
    (root / "empty").touch(mode=0o4755)
    os.mkfifo(root / "pipe")
    long = root / ("d" * 150) / ("é" * 60)
    long.mkdir(parents=True)
    (long / ("f" * 140)).write_text("deep")
    (long / "link").symlink_to("t" * 180)
    return root


@pytest.mark.parametrize("form", ["v7", "oldgnu", "gnu", "ustar", "posix"])
def test_what_gnu_tar_writes(tree: Path, tmp_path: Path, form: str) -> None:
    tool = _gnu_tar()
    if form in ("v7", "ustar"):
        shutil.rmtree(tree / ("d" * 150))
        (tree / "pipe").unlink()
    out = tmp_path / "out.tar"
    subprocess.run([tool, "--sort=name", f"--format={form}", "-cf", out, "-C", tree, "."], check=True)
    found = read(out.read_bytes())
    assert found == oracle(out.read_bytes())
    kinds = {path: kind for path, kind, *_ in found}
    assert (kinds["usr/lib/a"], kinds["usr/lib/z-linked"], kinds["lib"]) == (Kind.FILE, Kind.HARDLINK, Kind.SYMLINK)
    assert next(one[4] for one in found if one[0] == "usr/lib/z-linked") == "usr/lib/a"


def _gnu_tar() -> str:
    tool = shutil.which("tar")
    if tool is None or b"GNU tar" not in subprocess.run([tool, "--version"], capture_output=True, check=False).stdout:
        pytest.skip("GNU tar is not there")
    return tool


@pytest.mark.parametrize(
    "options",
    [
        ("--format=gnu",),
        ("--format=posix", "--sparse-version=0.0"),
        ("--format=posix", "--sparse-version=0.1"),
        ("--format=posix", "--sparse-version=1.0"),
    ],
    ids=["gnu", "0.0", "0.1", "1.0"],
)
@pytest.mark.parametrize("extents", [0, 1, 3, 60])
def test_sparse_files_of_gnu_tar(tmp_path: Path, options: tuple[str, ...], extents: int) -> None:
    path = tmp_path / "holes.db"
    with path.open("wb") as stream:
        for number in range(extents):
            stream.seek(number * 200_000 + 65_536)
            stream.write(b"%d!" % number * 1000)
        stream.truncate(extents * 200_000 + 300_001)
    out = tmp_path / "out.tar"
    after = tmp_path / "after"
    after.write_text("next")
    subprocess.run([_gnu_tar(), "-S", *options, "-cf", out, "-C", tmp_path, "holes.db", "after"], check=True)
    holes, follower = read(out.read_bytes(), 1000)
    assert (holes[0], holes[3], holes[5]) == ("holes.db", path.stat().st_size, path.read_bytes())
    assert follower[5] == b"next"
    assert out.stat().st_size < path.stat().st_size


def test_peek_into_a_sparse_file(tmp_path: Path) -> None:
    path = tmp_path / "holes.db"
    with path.open("wb") as stream:
        stream.write(b"\x7fELF")
        stream.truncate(1 << 20)
    out = tmp_path / "out.tar"
    subprocess.run([_gnu_tar(), "-S", "-cf", out, "-C", tmp_path, "holes.db"], check=True)
    entry = next(read_tar(chunks(out.read_bytes(), 512), DEFAULT))
    assert entry.body.peek(8) == b"\x7fELF\0\0\0\0"


# --- what engines do -------------------------------------------------------------------------


def test_global_headers_change_nothing_as_in_gos_reader() -> None:
    data = layer(file("a", b"1"), file("b", b"2"), pax={"path": "planted", "size": "0", "comment": "x"})
    assert [(path, content) for path, _, _, _, _, content in read(data)] == [("a", b"1"), ("b", b"2")]


def test_a_folder_with_a_size_has_no_body() -> None:
    info, _ = folder("d")
    info.size = 5000
    data = info.tobuf() + layer(file("after", b"x"))
    assert [one[:4] for one in read(data)] == [("d", Kind.FOLDER, 0o755, 0), ("after", Kind.FILE, 0o644, 1)]


def test_a_name_that_ends_in_a_slash_is_a_folder_in_v7() -> None:
    info, _ = file("d/")
    info.type = tarfile.AREGTYPE
    assert read(info.tobuf(tarfile.USTAR_FORMAT) + bytes(1024))[0][:2] == ("d", Kind.FOLDER)


def test_gnu_headers_keep_times_where_ustar_has_its_prefix() -> None:
    block = bytearray(file("name")[0].tobuf(tarfile.GNU_FORMAT))
    block[345:357] = b"14000000000\0"
    assert read(_sealed(block) + bytes(1024))[0][0] == "name"


def _sealed(block: bytearray) -> bytes:
    block[148:156] = b"%06o\0 " % tarfile.calc_chksums(bytes(block[:512]))[0]
    return bytes(block)


def test_a_zero_block_before_more_headers() -> None:
    data = layer(file("a"))
    with pytest.raises(Unreadable, match="zero block"):
        read(data[:512] + bytes(512) + data)


@pytest.mark.parametrize("end", [0, 512, 1024, 20480])
def test_an_archive_may_end_with_few_or_many_zero_blocks(end: int) -> None:
    assert [one[0] for one in read(layer(file("a", b"x"))[:1024] + bytes(end))] == ["a"]


def test_the_root_itself_is_no_entry() -> None:
    assert read(layer(folder("."), folder("./"), folder("/"), file("../.."))) == []


# --- hostile ---------------------------------------------------------------------------------


def test_truncated_anywhere_but_between_entries() -> None:
    data = layer(file("a" * 150, b"x" * 700), file("b", b"y" * 10), symlink("c", "d" * 200))
    whole = read(data)
    ends = {0}
    for count in range(len(whole)):
        ends.add(len(_prefix(data, count + 1)))
    for cut in range(0, len(data.rstrip(b"\0")), 64):
        if cut in ends:
            assert read(data[:cut]) == whole[: sorted(ends).index(cut)]
        else:
            with pytest.raises(Unreadable):
                read(data[:cut])


def _prefix(data: bytes, count: int) -> bytes:
    """The archive's bytes up to the end of its ``count``-th entry."""
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        info = archive.getmembers()[count - 1]
        return data[: info.offset_data + -(-info.size // 512) * 512]


def test_a_size_that_lies() -> None:
    info, _ = file("a")
    info.size = 1 << 60
    entries = read_tar(chunks(info.tobuf(tarfile.GNU_FORMAT) + b"x" * 4096, 512), DEFAULT)
    assert next(entries).size == 1 << 60
    with pytest.raises(Unreadable, match="breaks off"):
        next(entries)


def test_a_negative_size() -> None:
    info, _ = file("a")
    info.size = -512
    with pytest.raises(Unreadable, match="size -512"):
        read(info.tobuf(tarfile.GNU_FORMAT) + bytes(1024))


def test_endless_extended_headers() -> None:
    one = tarfile.TarInfo("x")._create_pax_generic_header({"mtime": "1"}, tarfile.XHDTYPE, "utf-8")
    with pytest.raises(LimitExceeded, match=r"limits\.entries"):
        for _ in read_tar(iter(lambda: one, b""), Limits(entries=1000)):
            pass


def test_an_extended_header_past_its_bound() -> None:
    data = layer(file("a"), pax=None)
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, DEFAULT.pax_header + 1
    with pytest.raises(LimitExceeded, match=r"limits\.pax_header"):
        read(info.tobuf() + bytes(info.size + 511) + data)


def test_a_long_name_past_its_bound() -> None:
    with pytest.raises(LimitExceeded, match=r"limits\.path"):
        read(layer(file("n" * 5000), format=tarfile.GNU_FORMAT))


def test_too_many_entries() -> None:
    data = layer(*(file(str(number)) for number in range(11)))
    assert len(read(data, limits=Limits(entries=11))) == 11
    with pytest.raises(LimitExceeded, match=r"limits\.entries"):
        read(data, limits=Limits(entries=10))


@pytest.mark.parametrize(
    "said",
    [
        {"GNU.sparse.map": "0,10", "GNU.sparse.size": "5"},
        {"GNU.sparse.map": "10,5,0,5", "GNU.sparse.size": "20"},
        {"GNU.sparse.map": "0,4", "GNU.sparse.size": "20"},
        {"GNU.sparse.map": "0,99999999999", "GNU.sparse.size": "99999999999"},
        {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "20"},
    ],
    ids=["past the end", "out of order", "too short", "lying", "no map"],
)
def test_sparse_maps_that_do_not_fit(said: dict[str, str]) -> None:
    info, content = file("s", b"0123456789")
    info.pax_headers = said
    with pytest.raises(Unreadable):
        read(layer((info, content)))


def test_a_sparse_map_of_endless_extensions() -> None:
    block = bytearray(file("s")[0].tobuf(tarfile.GNU_FORMAT))
    block[156], block[482] = ord("S"), 1
    extension = bytearray(512)
    extension[504] = 1
    with pytest.raises(LimitExceeded, match="sparse_extents"):
        for _ in read_tar(iter([_sealed(block), *[bytes(extension)] * 10_000]), DEFAULT):
            pass


def test_holes_without_end_are_refused_when_they_are_read() -> None:
    info, content = file("s", b"0123456789")
    info.pax_headers = {"GNU.sparse.map": "0,10", "GNU.sparse.size": str(1 << 50)}
    data = layer((info, content), file("after", b"x"))
    first, after = read_tar(chunks(data, 512), DEFAULT)
    assert (first.size, after.path) == (1 << 50, "after")
    entry = next(read_tar(chunks(data, 512), DEFAULT))
    with pytest.raises(LimitExceeded, match="holes"):
        b"".join(entry.body.chunks())
