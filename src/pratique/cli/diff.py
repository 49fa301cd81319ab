"""``pratique diff``: two images, SBOMs or saved reports in, what has changed between them out."""

from __future__ import annotations

import argparse
import os
from typing import IO

from pratique.cli import _codes, _database, _options, _output, _progress
from pratique.plugins import Command

_SIDE = "an image as `pratique scan` takes it, or a report that `pratique scan --format json=FILE` wrote"


def configure(parser: argparse.ArgumentParser) -> None:
    """The two sides, what is decided by, output, reading, registries."""
    group = parser.add_argument_group("Sides")
    group.add_argument("old", metavar="OLD", help=_SIDE)
    group.add_argument("new", metavar="NEW", help="the same")
    _options.add_platform(group)
    group.add_argument("--packages", action="store_true", help="compare packages and licences only: ask no database")
    group = parser.add_argument_group("Gate")
    group.add_argument(
        "--fail-on",
        metavar="WHAT",
        choices=("introduced", "verdict"),
        help="exit 1 where the policy fails a finding that OLD does not have (introduced), or NEW at all (verdict)",
    )
    _options.add_gate(group)
    _database.add_place(group)
    group = parser.add_argument_group("Output")
    group.add_argument("--format", metavar="F", choices=("text", "json"), default="text", help="json or text")
    group.add_argument("--all", action="store_true", help="show all, also what has not changed")
    _options.add_color(group)
    _options.add_reading(parser)
    _options.add_registry(parser)


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0, or 1 by ``--fail-on``; 2 where a side names nothing, 3 where a part of one could not be read."""
    from pratique import api  # it imports the stages: not for --help
    from pratique.report import _difference_json, _difference_text

    with _progress.bars(args, err) as bars:
        settings = _options.settings_of(args, os.environ, bars)
        found = api.diff(args.old, args.new, settings, findings=not args.packages)
    if args.format == "json":
        _output.say(_difference_json.write_json(found), out)
    else:
        _output.say(_difference_text.write_text(found, _output.write_options(args, out, os.environ)), out)
    return _codes.of_difference(found, args.fail_on or "")


COMMAND = Command(
    name="diff",
    help="what has changed between two images, SBOMs or reports: packages and findings",
    configure=configure,
    run=run,
)
