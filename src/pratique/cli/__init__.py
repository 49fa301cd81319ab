"""The command line: arguments in, a report on stdout and an exit code out; one module a command binds ``COMMAND``.

``db_build.py`` is ``pratique db build``: a command is found by its file's name and imported only when it runs, for
what a command imports is most of what a warm scan costs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from pratique import __version__

INTERRUPTED = 130  # 128 and the number of SIGINT, as shells count


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 pass or warn, 1 the policy says no, 2 wrong usage, 3 undecided, 130 interrupted."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):
        print(f"pratique {__version__}")
        return 0
    try:
        from pratique.cli import _dispatch  # not before: --version answers without argparse

        return _dispatch.run(arguments)
    except KeyboardInterrupt:
        print("pratique: interrupted", file=sys.stderr)
        return INTERRUPTED
