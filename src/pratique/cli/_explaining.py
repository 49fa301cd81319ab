"""What the commands that explain ask beside their question: what is decided by, the form of the answer, how images are
read and registries reached."""

from __future__ import annotations

import argparse

from pratique.cli import _database, _options


def add_rest(parser: argparse.ArgumentParser) -> None:
    """Gate, output, reading and registries."""
    group = parser.add_argument_group("Gate")
    _options.add_gate(group)
    _database.add_place(group)
    group = parser.add_argument_group("Output")
    group.add_argument(
        "--format", metavar="F", choices=("text", "json"), default="text", help="text or json (default: text)"
    )
    _options.add_color(group)
    _options.add_reading(parser)
    _options.add_registry(parser)
