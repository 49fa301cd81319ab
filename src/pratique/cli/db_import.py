"""``pratique db import``: a file that ``pratique db export`` wrote in, the vulnerability database out."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import IO

from pratique.cli import _database, _messages, _progress
from pratique.errors import Unreadable
from pratique.plugins import Command
from pratique.report._text import count, size


def configure(parser: argparse.ArgumentParser) -> None:
    """What, and where to."""
    group = parser.add_argument_group("Database")
    group.add_argument(
        "file", metavar="FILE", help="what `pratique db export` wrote, or a copy of the artifact as an OCI layout"
    )
    _database.add_folder(group)


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0 when the folder is that database. Raises what ``vuln.carry_in.pull`` raises; the old database then stays."""
    from pratique.limits import DEFAULT
    from pratique.oci import artifact
    from pratique.vuln import carry, carry_in

    folder, place = _database.folder_of(args, os.environ), f"{artifact.FILE}{Path(args.file).absolute()}"
    with _progress.bars(args, err) as bars:
        try:
            source = artifact.open_layout(place, carry.ARTIFACT, DEFAULT)
            pulled = carry_in.pull(source, place, folder, carry_in.Wanted(), progress=bars)
        except Unreadable as error:
            error.hint = error.hint or "the old database is as it was; copy what `pratique db export` wrote again"
            raise
    if not args.quiet:
        what = f"{count(pulled.fetched, 'shard')}, {size(pulled.bytes)}" if pulled.fetched else "nothing new"
        _messages.tell(err, f"imported {what}: {_database.summary(pulled.status)}")
    return 0


COMMAND = Command(
    name="db import", help="take in the vulnerability database that `db export` wrote", configure=configure, run=run
)
