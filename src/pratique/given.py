"""The name of a file that an option gives in, its bytes out: no more of them than are wanted, none waited for in vain.

What the caller has opened already is read as it comes: /dev/stdin, and /dev/fd/63, as a shell spells ``<(command)``
(https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html). A pipe by its name is not: who says that somebody will write
into it?
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from pratique.errors import UsageError

_OPENED = "/proc/"  # where /dev/fd and /dev/stdin lead


def read_given(path: str | Path, most: int, what: str, *, hint: str = "", stdin: bool = False) -> bytes:
    """The bytes of ``what`` ("the list of targets"), at most ``most``; with ``stdin``, ``-`` is standard input. Raises
    ``UsageError`` where it cannot be read, is larger, or may never end."""
    try:
        if stdin and path == "-":
            data = sys.stdin.buffer.read(most + 1)
        else:
            check_ends(path, what)
            with Path(path).open("rb") as file:
                data = file.read(most + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"cannot read {what} {str(path)!r}: {why}", hint=hint) from error
    if len(data) > most:
        raise UsageError(f"{what} {str(path)!r} is larger than {most} bytes", hint=hint)
    return data


def check_ends(path: str | Path, what: str, kind: type[UsageError] = UsageError) -> None:
    """Raises ``kind`` for a pipe by its name, a socket, and a device other than /dev/null; ``OSError`` and
    ``ValueError`` where there is nothing to be looked at."""
    status = Path(path).stat()
    mode = status.st_mode
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):  # of a folder the error says so itself
        return
    if stat.S_ISFIFO(mode) and os.path.realpath(path).startswith(_OPENED):
        return
    if stat.S_ISCHR(mode) and os.path.samestat(status, Path(os.devnull).stat()):
        return
    found = "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
    hint = "name a file" + (f", or read the pipe as /dev/stdin: … /dev/stdin < {path}" if found == "a pipe" else "")
    raise kind(f"cannot read {what} {str(path)!r}: it is {found}, which may never end", hint=hint)
