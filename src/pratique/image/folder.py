"""A directory that is a root file system in, its entries out, as if it were a layer.

No symbolic link is followed (openat(2) with O_NOFOLLOW, https://man7.org/linux/man-pages/man2/openat.2.html), so that a
hostile tree leads nowhere else; devices, sockets and pipes are never opened.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator

from pratique.errors import LimitExceeded, NotFound, Unreadable
from pratique.image.entry import Entry
from pratique.limits import Limits
from pratique.model import Kind, Problem

_PIECE = 256 << 10
_EXAMPLES = 3
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_KERNEL = frozenset(("proc", "sys", "dev"))  # below a running system's root: made by the kernel, in no image

Report = Callable[[Problem], None]
_Level = tuple[int, str, list[str]]  # descriptor, path with "/" at its end or "", names to come, last first


def read_folder(folder: str, limits: Limits, report: Report) -> Iterator[Entry]:
    """The entries below ``folder``, names sorted, folders before what is in them. What cannot be listed or opened is no
    entry; all of it together is one problem, handed to ``report`` at the end. Raises ``NotFound`` where there is no
    such folder, ``LimitExceeded``."""
    try:
        root = os.open(folder, _FOLDER & ~os.O_NOFOLLOW)
    except OSError as error:
        raise NotFound(f"{folder!r} cannot be opened as a folder: {error.strerror}") from error
    unread = _Unread()
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
            yield from _visit(stack, descriptor, path, names.pop(), device, limits, unread)
    finally:
        for descriptor, _, _ in stack:
            os.close(descriptor)
        unread.tell(report)


class _Unread:
    """What could not be read, counted: a plain user can be refused thousands of files for one reason."""

    def __init__(self) -> None:
        self._count = 0
        self._first = ""
        self._examples = list[str]()
        self._refused = False

    def add(self, path: str, error: OSError) -> None:
        """One more file or folder."""
        self._count += 1
        self._refused |= error.errno in (errno.EACCES, errno.EPERM)
        self._first = self._first or path
        if self._count <= _EXAMPLES:
            self._examples.append(f"{path!r} ({error.strerror})")

    def tell(self, report: Report) -> None:
        """The problem, if there is one."""
        if self._count:
            more = f" and {self._count - _EXAMPLES} more" if self._count > _EXAMPLES else ""
            what = f"cannot be read: {', '.join(self._examples)}{more}"
            hint = "run as a user who may read all of it, such as root" if self._refused else ""
            report(Problem(self._first, what, blocking=True, hint=hint))


def _names(descriptor: int) -> list[str]:
    return sorted(os.listdir(descriptor), reverse=True)


def _visit(
    stack: list[_Level], parent: int, where: str, name: str, device: int, limits: Limits, unread: _Unread
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
            yield from _file(parent, name, path, mode, unread)
        else:
            yield Entry(path, Kind.OTHER, mode, 0, "", _Nothing())
    except OSError as error:
        unread.add(path, error)


def _file(parent: int, name: str, path: str, mode: int, unread: _Unread) -> Iterator[Entry]:
    """The entry of a regular file, opened: what we may not read must be told, whether somebody asks for it or not.
    Raises ``OSError``."""
    descriptor = os.open(name, _FILE, dir_fd=parent)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):  # it was one a moment ago
            raise OSError(errno.ESTALE, "is no regular file any more")
        body = _FileBody(descriptor)
        yield Entry(path, Kind.FILE, mode, status.st_size, "", body)
        if body.failed is not None:
            unread.add(path, body.failed)
    finally:
        os.close(descriptor)


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
    """The body of a regular file that is open; ``failed`` is why it could not be read to its end. Raises
    ``Unreadable``."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.failed: OSError | None = None

    def peek(self, count: int) -> bytes:
        try:
            return os.pread(self._descriptor, count, 0)
        except OSError as error:
            raise self._failed(error) from error

    def chunks(self) -> Iterator[bytes]:
        try:
            while piece := os.read(self._descriptor, _PIECE):
                yield piece
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> Unreadable:
        self.failed = error
        return Unreadable(f"cannot be read: {error.strerror}")
