"""``pratique db push``: the vulnerability database in, an OCI artifact in a registry out."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import IO

from pratique.cli import _database, _messages, _options, _output, _progress
from pratique.plugins import Command
from pratique.report._text import count


def configure(parser: argparse.ArgumentParser) -> None:
    """What, and where to."""
    group = parser.add_argument_group("Database")
    group.add_argument("reference", metavar="REF", help="HOST/NAME:TAG, where it is pushed to")
    _database.add_folder(group)
    group.add_argument("--from", dest="file", metavar="FILE", help="push what `pratique db export` wrote instead")
    _options.add_registries(parser.add_argument_group("Registry"))


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0 when the registry has it; stdout names it by its digest. Raises what ``vuln.carry_out.push_database`` does."""
    from pratique.vuln import carry_out  # the network and SQLite: not for --help

    options = _options.options_of(args, os.environ)
    with _progress.bars(args, err) as bars:
        if args.file:
            pushed = carry_out.push_file(Path(args.file), args.reference, options)
        else:
            folder = _database.carried_of(args, os.environ)
            pushed = carry_out.push_database(folder, args.reference, options, progress=bars)
    if not args.quiet:
        there = pushed.blobs - pushed.sent
        _messages.tell(err, f"pushed: {count(pushed.sent, 'blob')} sent, {there} there already")
    _output.say(f"{pushed.reference}\n", out)
    return 0


COMMAND = Command(
    name="db push", help="push the vulnerability database to a registry, as one artifact", configure=configure, run=run
)
