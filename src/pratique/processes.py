"""What a process and the children that it forks owe one another: none outlives it, none is lost to Ctrl-C.

fork(2), https://man7.org/linux/man-pages/man2/fork.2.html. Nothing heavy is imported here: a warm scan makes no child.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def can_fork() -> bool:
    """Whether fork is safe: on Linux, and while no other thread could hold a lock that the child waits for."""
    return sys.platform == "linux" and threading.active_count() == 1


def binding(parent: int) -> Callable[[], None]:
    """What a child calls so that it ends with its parent, even with one that SIGTERM or SIGKILL ended at once:
    PR_SET_PDEATHSIG (https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html), which Linux alone has.

    Asked for before the fork, what it needs is loaded once for all children."""
    if sys.platform != "linux":
        return lambda: None
    import ctypes  # it takes longer than a warm scan's other imports

    prctl = ctypes.CDLL(None).prctl

    def bind() -> None:
        prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))
        if os.getppid() != parent:  # it ended before we asked to be told
            os._exit(1)

    return bind


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C waits until the block is left: it could fall between a child and our knowing of it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
