"""The command line: arguments in, a report on stdout and an exit code out; one module a command binds ``COMMAND``.

``db_build.py`` is ``pratique db build``: a command is found by its file's name and imported only when it runs, for
what a command imports is most of what a warm scan costs.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from pratique import __version__

INTERRUPTED = 130  # 128 and the number of SIGINT, as shells count
COLLECT = (500_000, 20, 100)  # a report is no garbage: each look through it takes 10 to 20 ms


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 pass or warn, 1 the policy says no, 2 wrong usage, 3 undecided, 130 interrupted.

    Without ``argv`` the process is ours: it ends here, unless something is left to be waited for."""
    if argv is not None:
        return _code(list(argv))
    gc.set_threshold(*COLLECT)
    code = _code(sys.argv[1:])
    _end(code)
    return code


def _code(arguments: list[str]) -> int:
    if arguments in (["--version"], ["-V"]):
        print(f"pratique {__version__}")
        return 0
    try:
        from pratique.cli import _dispatch  # not before: --version answers without argparse

        return _dispatch.run(arguments)
    except KeyboardInterrupt:
        print("pratique: interrupted", file=sys.stderr)
        return INTERRUPTED


def _end(code: int) -> None:
    """Ends the process without taking apart, object by object, what the system takes back at once: a tenth of a warm
    scan. Where a thread still runs, or a stream cannot be flushed, the interpreter ends it as ever."""
    if "threading" in sys.modules and sys.modules["threading"].active_count() > 1:
        return
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):
        return
    os._exit(code)
