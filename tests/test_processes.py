"""Children end with their parent, and Ctrl-C falls between two blocks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from pratique.processes import binding, can_fork, uninterrupted

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")

_PARENT = """
import os, sys, time
from pratique.processes import binding
bind = binding(os.getpid())
if os.fork() == 0:
    bind()
    print("bound", flush=True)
    time.sleep(60)
    os._exit(0)
time.sleep(60)
"""


@linux
def test_a_child_ends_with_a_parent_that_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"bound\n"
    parent.kill()
    assert parent.stdout.read() == b""  # the end of the pipe: nobody holds it any more
    parent.wait()


@linux
def test_a_child_whose_parent_is_another_ends_at_once() -> None:
    bind = binding(os.getpid() + 1)
    child = os.fork()
    if child == 0:
        bind()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


def interrupted(reached: list[str]) -> None:
    with uninterrupted():
        signal.raise_signal(signal.SIGINT)
        reached.append("the end of the block")


def test_an_interrupt_waits_for_the_end_of_the_block() -> None:
    reached: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        interrupted(reached)
    assert reached
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_nothing_is_forked_beside_threads() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert not can_fork()
    finally:
        done.set()
        thread.join()
