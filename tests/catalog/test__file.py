"""Files as cataloguers see them: in memory, in a temporary file, or too large to be read."""

from __future__ import annotations

import contextlib
import io
import os
import stat
from collections.abc import Iterator

import pytest

from pratique.catalog._file import read_file
from pratique.errors import LimitExceeded, StorageError, Unreadable
from pratique.image.entry import Entry
from pratique.limits import Limits
from pratique.model import Kind

LIMITS = Limits(in_memory=1000, text=5000, file=20_000)


class Pieces:
    """A body of these pieces; an exception among them is raised."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self._pieces = pieces

    def peek(self, count: int) -> bytes:
        first = self._pieces[0]
        return first[:count] if isinstance(first, bytes) else b""

    def chunks(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece


def entry(*pieces: bytes | Exception, size: int = -1) -> Entry:
    held = sum(len(piece) for piece in pieces if isinstance(piece, bytes))
    return Entry("a/b", Kind.FILE, 0o755, held if size < 0 else size, "", Pieces(*pieces))


@pytest.mark.parametrize(
    "pieces", [(b"",), (b"one",), (b"one", b"two"), (b"x" * 999, b"y"), (b"x" * 999, b"yy"), (b"z" * 4000, b"a" * 1000)]
)
def test_read_and_open_give_all_bytes(pieces: tuple[bytes, ...]) -> None:
    whole = b"".join(pieces)
    file = read_file(entry(*pieces), LIMITS)
    assert (file.path, file.mode, file.size) == ("a/b", 0o755, len(whole))
    assert file.read() == file.read() == whole
    with file.open() as first, file.open() as second:  # each has a position of its own
        assert first.read(2) == whole[:2]
        assert second.read() == whole
        assert first.read() == whole[2:]
    file.close()


@pytest.mark.parametrize("count", [100, 2000])
def test_streams_can_be_sought(count: int) -> None:
    data = bytes(number % 251 for number in range(count))
    file, memory = read_file(entry(data), LIMITS), io.BytesIO(data)
    with file.open() as stream:
        for offset, whence in [(10, 0), (-5, 2), (3, 1), (0, 2), (0, 0)]:
            assert stream.seek(offset, whence) == memory.seek(offset, whence)
            assert stream.read(7) == memory.read(7)
        with pytest.raises(ValueError, match=r"negative .*-1"):
            stream.seek(-1)
    file.close()


def test_a_file_past_in_memory_has_no_name_on_disk() -> None:
    file = read_file(entry(b"x" * 2000), LIMITS)
    links = [os.fstat(number).st_nlink for number in descriptors_of(2000)]
    assert links == [0]
    file.close()
    assert not descriptors_of(2000)


def descriptors_of(size: int) -> list[int]:
    """This process's open regular files of that size."""
    found = []
    for number in range(256):
        with contextlib.suppress(OSError):
            status = os.fstat(number)
            if stat.S_ISREG(status.st_mode) and status.st_size == size:
                found.append(number)
    return found


@pytest.mark.parametrize("count", [10, 2000])
def test_another_name_for_the_same_bytes(count: int) -> None:
    file = read_file(entry(b"x" * count), LIMITS)
    again = file.named("c")
    assert (again.path, again.mode, again.size, again.read()) == ("c", 0o755, count, b"x" * count)
    file.close()


def test_past_text_only_open() -> None:
    file = read_file(entry(b"x" * 5001), LIMITS)
    with pytest.raises(LimitExceeded, match=r"limits\.text"):
        file.read()
    with file.open() as stream:
        assert len(stream.read()) == 5001
    file.close()


def test_past_file_nothing_is_read() -> None:
    file = read_file(entry(Unreadable("not to be asked"), size=20_001), LIMITS)
    assert file.size == 20_001
    with pytest.raises(LimitExceeded, match=r"limits\.file"):
        file.open()


def test_a_body_larger_than_it_said() -> None:
    with pytest.raises(LimitExceeded, match=r"limits\.file"):
        read_file(entry(b"x" * 15_000, b"x" * 15_000, size=15_000), LIMITS)
    assert not descriptors_of(15_000)


@pytest.mark.parametrize("size", [100, 2000])
def test_a_body_that_breaks_off(size: int) -> None:
    with pytest.raises(Unreadable, match="breaks off"):
        read_file(entry(b"x", Unreadable("breaks off"), size=size), LIMITS)


def test_no_room_for_a_temporary_file() -> None:
    with pytest.raises(StorageError, match="2000 bytes: No space"):
        read_file(entry(OSError(28, "No space left on device"), size=2000), LIMITS)


@pytest.mark.parametrize("count", [1, 3, 4, 7])
def test_a_head_is_all_that_is_read(count: int) -> None:
    file = read_file(entry(b"one", b"three", Unreadable("never asked for"), size=50_000), LIMITS, count)
    assert file.size == 50_000
    assert file.read() == file.open().read() == b"onethree"[:count]
    assert file.named("x").read() == b"onethree"[:count]


def test_a_file_that_is_shorter_than_the_head_is_whole() -> None:
    assert read_file(entry(b"one"), LIMITS, 3).read() == b"one"
    assert read_file(entry(b"one"), LIMITS, 9).read() == b"one"
