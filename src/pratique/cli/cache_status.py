"""``pratique cache status``: the folder of what is cached in, how much is in it out."""

from __future__ import annotations

import argparse
import os
from typing import IO

from pratique.cli import _cache, _output
from pratique.plugins import Command
from pratique.report._text import size


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0, also for a cache that is empty."""
    status = _cache.open_cache(args, os.environ).status()
    lines = [status.folder, *_cache.summary(status, f" of at most {size(status.limit)}")]
    _output.say("".join(f"{line}\n" for line in lines), out)
    return 0


COMMAND = Command(
    name="cache status", help="how much is kept of layers, policies and databases", configure=_cache.configure, run=run
)
