"""What the commands of ``pratique cache`` share: the folder, and what is in it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli import _options
from pratique.report._text import count, size

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


def summary(status: CacheStatus, bound: str = "") -> list[str]:
    """``12 layers, 3.4 MB`` with what ``bound`` says of that, and ``120.0 MB of policies and databases``."""
    layers = f"{count(status.entries, 'layer')}, {size(status.size)}{bound}"
    return [layers, *([f"{size(status.fetched)} of policies and databases"] if status.fetched else [])]
