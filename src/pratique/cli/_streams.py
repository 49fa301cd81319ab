"""The three standard streams as a caller hands them over in, streams that can be relied on out.

A caller may close them, and the next file that is opened then gets the number of one
(https://pubs.opengroup.org/onlinepubs/9799919799/functions/execve.html). Nothing heavy is imported: ``--version`` comes
through here.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

# What stands in for each: an input that is at its end; an output that is open for reading only, so that what is
# written there fails with EBADF instead of being lost; messages that nobody hears.
_INSTEAD = (("stdin", "r", os.O_RDONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY))


def complete() -> None:
    """Puts something in the place of each stream that the caller closed. No file that is opened later, by us or by a
    child, gets its number then: a message would be written into a report. Streams that do not block, as event loops
    have them, do so from now on: a report that a pipe cannot hold at once would be lost, a list that is late none."""
    for name, mode, flags in _INSTEAD:
        if getattr(sys, name) is None:
            number = os.open(os.devnull, flags)  # the lowest that is free, which is the stream's own
            os.set_inheritable(number, True)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))
    for number in range(len(_INSTEAD)):
        with suppress(OSError):  # an embedder's streams may be no files
            os.set_blocking(number, True)


def end(code: int) -> None:
    """Ends the process without taking apart, object by object, what the system takes back at once: a tenth of a warm
    scan. Where a thread still runs, the interpreter ends it as ever."""
    if "threading" in sys.modules and sys.modules["threading"].active_count() > 1:
        return
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # it was told, or there is nobody to be told
            continue
    os._exit(code)
