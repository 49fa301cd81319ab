"""``pratique db build``: a folder of published feeds in, the vulnerability database out."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import IO

from pratique.cli import _database, _messages, _progress
from pratique.plugins import Command


def configure(parser: argparse.ArgumentParser) -> None:
    """Source and target."""
    group = parser.add_argument_group("Database")
    group.add_argument(
        "--from",
        dest="source",
        metavar="DIR",
        required=True,
        help="the feeds: ecosystems.txt and <Ecosystem>/all.zip as OSV exports them, KEV and EPSS beside them",
    )
    _database.add_folder(group)
    _database.add_ecosystem(group)


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0 when the database is there. Raises what ``vuln.build.build`` raises; the old database then stays."""
    from pratique.vuln import build  # SQLite and the feeds' readers: not for --help

    folder = _database.folder_of(args, os.environ)
    with _progress.bars(args, err) as bars:
        status = build.build(Path(args.source), folder, ecosystems=args.ecosystem, progress=bars)
    if not args.quiet:
        _messages.tell(err, f"built {_database.summary(status)}")
    return 0


COMMAND = Command(name="db build", help="build the vulnerability database from feeds", configure=configure, run=run)
