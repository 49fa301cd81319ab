"""A folder or an archive in, its files by name out, each with an opener that works in another process.

An archive is indexed by its headers alone (``tarindex``), bodies are sought over. A compressed one is one sequential
stream: it is inflated once into a temporary file that has no name.
"""

from __future__ import annotations

import functools
import io
import os
import posixpath
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import Limits
from pratique.model import Struct

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BUFFER = 128 << 10


class Member(Struct, frozen=True):
    """A range of a file on disk: ``size`` bytes from ``offset`` of ``path``."""

    path: str
    offset: int
    size: int

    def opener(self) -> Callable[[], BinaryIO]:
        """What ``Layer.open`` wants: it can be pickled, and gives a new stream at each call."""
        return functools.partial(open_range, self.path, self.offset, self.size)

    def read(self, limit: int, name: str) -> bytes:
        """All bytes. Raises ``LimitExceeded`` past ``limit`` bytes; ``name`` is for the message."""
        if self.size > limit:
            raise LimitExceeded(f"{name!r} has {self.size} bytes, more than {limit}")
        with open_range(self.path, self.offset, self.size) as stream:
            return stream.read()


class Files(Protocol):
    """Files by name, "/" between parts, relative."""

    def find(self, name: str) -> Member | None:
        """The regular file of that name, links followed; None where there is none."""
        ...


class Folder:
    """The files below a directory."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def find(self, name: str) -> Member | None:
        """As ``Files`` says. A name that leads out of the folder names nothing."""
        clean = normalise(name)
        if not clean:
            return None
        path = self._root / clean
        try:
            status = path.stat()
        except (OSError, ValueError):
            return None
        return Member(str(path), 0, status.st_size) if stat.S_ISREG(status.st_mode) else None


class Archive:
    """The members of a tar file that is not compressed."""

    def __init__(self, members: Mapping[str, Member | str], limits: Limits) -> None:
        self._members, self._link_depth = members, limits.hard_link_depth

    def find(self, name: str) -> Member | None:
        """As ``Files`` says. Old ``docker save`` links equal layers to one another, by symbolic links."""
        found: Member | str | None = normalise(name)
        for _ in range(self._link_depth + 1):
            if not isinstance(found, str):
                break
            found = self._members.get(found)
        return found if isinstance(found, Member) else None


def normalise(name: str) -> str:
    """``name`` without "./" and "..", relative; "" if it leads out of the archive."""
    clean = posixpath.normpath(name.lstrip("/"))
    return "" if clean in (".", "..") or clean.startswith("../") or "\0" in clean else clean


def open_range(path: str, offset: int, size: int) -> BinaryIO:
    """A stream over ``size`` bytes from ``offset``. Raises ``Unreadable`` for what is no regular file: a layout can
    hold a named pipe, and opening that would wait for ever."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise Unreadable(f"{path!r} cannot be opened: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unreadable(f"{path!r} is no regular file")
    return io.BufferedReader(_Range(descriptor, path, offset, size), _BUFFER)


class _Range(io.RawIOBase):
    """``pread`` over a part of a file: no position is shared with anybody."""

    def __init__(self, descriptor: int, path: str, offset: int, size: int) -> None:
        self._descriptor, self._path = descriptor, path
        self._offset, self._size, self._position = offset, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), self._size - self._position)
        if wanted <= 0:
            return 0
        try:
            count = os.preadv(self._descriptor, [view[:wanted]], self._offset + self._position)
        except OSError as error:
            raise Unreadable(f"{self._path!r} cannot be read: {error.strerror}") from error
        self._position += count
        return count

    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
        super().close()
