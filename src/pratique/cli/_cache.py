"""What the commands of ``pratique cache`` share: the folder, and its contents in one sentence."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli import _options
from pratique.report._text import count

if TYPE_CHECKING:
    from pratique.cache import Cache, CacheStatus


def configure(parser: argparse.ArgumentParser) -> None:
    """--cache-dir."""
    _options.add_cache_folder(parser.add_argument_group("Cache"))


def open_cache(args: argparse.Namespace, environment: Mapping[str, str]) -> Cache:
    """The cache, to be measured and cleared."""
    from pratique import api  # it imports the stages: not for --help
    from pratique.cache import Cache

    return Cache(Path(args.cache_dir) if args.cache_dir else api.cache_folder(environment))


def summary(status: CacheStatus) -> str:
    """``12 layers, 3.4 MB``."""
    return f"{count(status.entries, 'layer')}, {size(status.size)}"


def size(number: int) -> str:
    """Bytes as a person reads them, in powers of ten."""
    value, units = float(number), ["bytes", "kB", "MB", "GB", "TB"]
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{number} bytes" if units[0] == "bytes" else f"{value:.1f} {units[0]}"
