"""``pratique policy show``: a preset's name in, the preset as a policy file out."""

from __future__ import annotations

import argparse
from typing import IO

from pratique.cli import _output
from pratique.plugins import Command


def configure(parser: argparse.ArgumentParser) -> None:
    """The name."""
    group = parser.add_argument_group("Policy")
    group.add_argument("name", metavar="NAME", help="default, guideline, strict or advisory-only")


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0; 2 for a name that no preset has (``PolicyError``)."""
    from pratique import policies  # not for --help

    _output.say(policies.preset_text(args.name), out)
    return 0


COMMAND = Command(
    name="policy show", help="a preset as a policy file, to read or to begin with", configure=configure, run=run
)
