"""A directory that is a root file system in, its entries out, as if it were a layer.

No symbolic link is followed (openat(2) with O_NOFOLLOW, https://man7.org/linux/man-pages/man2/openat.2.html), so that a
hostile tree leads nowhere else; devices, sockets and pipes are never opened.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator

from pratique.errors import LimitExceeded, NotFound, Unreadable
from pratique.image.entry import Entry
from pratique.limits import Limits
from pratique.model import Kind, Problem

_PIECE = 256 << 10
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_KERNEL = frozenset(("proc", "sys", "dev"))  # below a running system's root: made by the kernel, in no image

Report = Callable[[Problem], None]
_Level = tuple[int, str, list[str]]  # descriptor, path with "/" at its end or "", names to come, last first


def read_folder(folder: str, limits: Limits, report: Report) -> Iterator[Entry]:
    """The entries below ``folder``, names sorted, folders before what is in them. What cannot be listed is handed to
    ``report``. Raises ``NotFound`` where there is no such folder, ``LimitExceeded``."""
    try:
        root = os.open(folder, _FOLDER & ~os.O_NOFOLLOW)
    except OSError as error:
        raise NotFound(f"{folder!r} cannot be opened as a folder: {error.strerror}") from error
    stack: list[_Level] = [(root, "", _names(root))]
    device, count = os.fstat(root).st_dev, 0
    try:
        while stack:
            descriptor, path, names = stack[-1]
            if not names:
                stack.pop()
                os.close(descriptor)
                continue
            count += 1
            if count > limits.entries:
                raise LimitExceeded(f"more entries than limits.entries = {limits.entries}")
            yield from _visit(stack, descriptor, path, names.pop(), device, limits, report)
    finally:
        for descriptor, _, _ in stack:
            os.close(descriptor)


def _names(descriptor: int) -> list[str]:
    return sorted(os.listdir(descriptor), reverse=True)


def _visit(
    stack: list[_Level], parent: int, where: str, name: str, device: int, limits: Limits, report: Report
) -> Iterator[Entry]:
    """The entry of one name; a folder is put on the stack."""
    path = where + os.fsencode(name).decode("utf-8", "backslashreplace")
    try:
        status = os.stat(name, dir_fd=parent, follow_symlinks=False)
        mode = stat.S_IMODE(status.st_mode)
        if stat.S_ISDIR(status.st_mode):
            yield Entry(path, Kind.FOLDER, mode, 0, "", _Nothing())
            if len(path) > limits.path:
                raise LimitExceeded(f"a path of more than limits.path = {limits.path} characters")
            if status.st_dev == device or path not in _KERNEL:
                _descend(stack, parent, name, path)
        elif stat.S_ISLNK(status.st_mode):
            target = os.fsencode(os.readlink(name, dir_fd=parent)).decode("utf-8", "backslashreplace")
            yield Entry(path, Kind.SYMLINK, mode, 0, target, _Nothing())
        elif stat.S_ISREG(status.st_mode):
            yield Entry(path, Kind.FILE, mode, status.st_size, "", _FileBody(parent, name))
        else:
            yield Entry(path, Kind.OTHER, mode, 0, "", _Nothing())
    except OSError as error:
        report(Problem(path, f"cannot be read: {error.strerror}", blocking=True))


def _descend(stack: list[_Level], parent: int, name: str, path: str) -> None:
    descriptor = os.open(name, _FOLDER, dir_fd=parent)
    try:
        stack.append((descriptor, f"{path}/", _names(descriptor)))
    except OSError:
        os.close(descriptor)
        raise


class _Nothing:
    """The body of what has none."""

    def peek(self, count: int) -> bytes:
        return b""

    def chunks(self) -> Iterator[bytes]:
        return iter(())


class _FileBody:
    """The body of a regular file, opened only when it is asked for. Raises ``Unreadable``."""

    def __init__(self, parent: int, name: str) -> None:
        self._parent, self._name = parent, name

    def peek(self, count: int) -> bytes:
        try:
            descriptor = self._open()
            try:
                return os.read(descriptor, count)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise Unreadable(f"cannot be read: {error.strerror}") from error

    def chunks(self) -> Iterator[bytes]:
        try:
            descriptor = self._open()
            try:
                while piece := os.read(descriptor, _PIECE):
                    yield piece
            finally:
                os.close(descriptor)
        except OSError as error:
            raise Unreadable(f"cannot be read: {error.strerror}") from error

    def _open(self) -> int:
        descriptor = os.open(self._name, _FILE, dir_fd=self._parent)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # it was one a moment ago
            os.close(descriptor)
            raise Unreadable("is no regular file any more")
        return descriptor
