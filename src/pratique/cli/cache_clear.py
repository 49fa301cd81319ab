"""``pratique cache clear``: the folder of what is cached in, an empty one out."""

from __future__ import annotations

import argparse
import os
from typing import IO

from pratique.cli import _cache, _messages
from pratique.plugins import Command


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0 when nothing is left. Raises ``StorageError`` where something cannot be removed."""
    removed = _cache.open_cache(args, os.environ).clear()
    if not args.quiet:
        _messages.tell(err, f"removed {', '.join(_cache.summary(removed))} from {removed.folder}")
    return 0


COMMAND = Command(
    name="cache clear", help="forget what was read of layers, and what was fetched", configure=_cache.configure, run=run
)
