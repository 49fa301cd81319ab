"""``pratique db export``: the vulnerability database in, one file that carries it past an air gap out."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import IO

from pratique.cli import _database, _messages, _output, _progress
from pratique.errors import UsageError
from pratique.plugins import Command
from pratique.report._text import size


def configure(parser: argparse.ArgumentParser) -> None:
    """What, and where to."""
    group = parser.add_argument_group("Database")
    group.add_argument("file", metavar="FILE", help="the file to write: an OCI layout as a tar archive")
    _database.add_folder(group)


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0 when the file is whole; stdout names the artifact by its digest. Raises what ``vuln.carry_out`` raises."""
    from pratique.vuln import carry_out  # SQLite and the compressor: not for --help

    file = Path(args.file)
    if file.is_dir() or not file.absolute().parent.is_dir():
        raise UsageError(f"cannot write {args.file!r}: it is a folder, or there is none for it")
    folder = _database.carried_of(args, os.environ)
    with _progress.bars(args, err) as bars:
        digest = carry_out.export_database(folder, file.absolute(), os.environ, progress=bars)
    if not args.quiet:
        _messages.tell(err, f"exported {str(folder)!r} to {args.file!r}, {size(file.stat().st_size)}")
    _output.say(f"{digest}\n", out)
    return 0


COMMAND = Command(
    name="db export", help="write the vulnerability database to one file, for an air gap", configure=configure, run=run
)
