"""``pratique scan``: targets in, reports with verdicts out."""

from __future__ import annotations

import argparse
from typing import IO

from pratique.cli import _codes, _database, _options, _run
from pratique.plugins import Command


def configure(parser: argparse.ArgumentParser) -> None:
    """Targets, gate, output, reading, registries."""
    _options.add_targets(parser)
    group = parser.add_argument_group("Gate")
    _options.add_gate(group)
    _database.add_place(group)
    _options.add_output(parser, gate=True)
    group = parser.add_argument_group("Advice")
    group.add_argument(
        "--candidate-base",
        metavar="IMAGE",
        action="append",
        help="an image to build on instead: what that would remove and add is told; may be given several times",
    )
    _options.add_reading(parser)
    _options.add_registry(parser)


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """The exit code of the verdicts: 0 pass or warn, 1 fail, 2 nothing of that name, 3 undecided."""
    asked = _run.request(args)
    from pratique import api  # it imports the stages: not for --help, nor for what names nothing

    return _run.answer(asked, args, out, err, api.scan, _codes.of_verdict, inventory=False)


COMMAND = Command(
    name="scan",
    help="what is in an image, what is known of it, and what the policy says",
    configure=configure,
    run=run,
)
