"""The command line: arguments in, a report on stdout and an exit code out; one module a command binds ``COMMAND``.

``db_build.py`` is ``pratique db build``: a command is found by its file's name and imported only when it runs, for
what a command imports is most of what a warm scan costs.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

from pratique import __version__
from pratique.cli import _streams

VERSION = (["--version"], ["-V"])
INTERRUPTED = 130  # 128 and the number of SIGINT, as shells count
COLLECT = (500_000, 20, 100)  # a report is no garbage: each look through it takes 10 to 20 ms


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 pass or warn, 1 the policy says no, 2 wrong usage, 3 undecided, 130 interrupted.

    Without ``argv`` the process is ours: it ends here, unless something is left to be waited for."""
    _streams.complete()
    if argv is not None:
        return _code(list(argv))
    gc.set_threshold(*COLLECT)
    code = _code(sys.argv[1:])
    _streams.end(code)
    return code


def _code(arguments: list[str]) -> int:
    try:
        if arguments in VERSION and _is_told(f"pratique {__version__}"):
            return 0
        from pratique.processes import uninterrupted  # not before: --version answers without it

        with uninterrupted():  # msgspec 0.22 swallows Ctrl-C while it is imported, and breaks the process later
            from pratique.cli import _dispatch
        return _dispatch.run(arguments)
    except KeyboardInterrupt:
        from pratique.cli import _messages  # only where something is to be said

        _messages.tell(sys.stderr, "interrupted")
        return INTERRUPTED


def _is_told(line: str) -> bool:
    """Whether it was written; where not, ``_dispatch`` tries again, and says why not."""
    try:
        print(line, flush=True)
    except OSError:
        return False
    return True
