"""``pratique cache status``: the folder of cached facts in, how much is in it out."""

from __future__ import annotations

import argparse
import os
from typing import IO

from pratique.cli import _cache, _output
from pratique.plugins import Command


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0, also for a cache that is empty."""
    status = _cache.open_cache(args, os.environ).status()
    _output.say(f"{status.folder}\n{_cache.summary(status)} of at most {_cache.size(status.limit)}\n", out)
    return 0


COMMAND = Command(
    name="cache status", help="how much is kept of layers that were read", configure=_cache.configure, run=run
)
