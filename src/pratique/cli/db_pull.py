"""``pratique db pull``: an OCI artifact in, the vulnerability database, or what this machine uses of it, out."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pratique.cli import _database, _messages, _options, _progress
from pratique.errors import UsageError
from pratique.plugins import Command
from pratique.report._text import count, size

if TYPE_CHECKING:
    from pratique.vuln import carry_in


def configure(parser: argparse.ArgumentParser) -> None:
    """Where from, and how much."""
    group = parser.add_argument_group("Database")
    group.add_argument(
        "reference",
        metavar="REF",
        nargs="?",
        help="HOST/NAME:TAG or HOST/NAME@sha256:…, or oci-archive:FILE (default: where the database came from)",
    )
    _database.add_folder(group)
    _database.add_ecosystem(group)
    group.add_argument(
        "--all",
        action="store_true",
        help="all ecosystems (default: those that scans here have asked for, once there are)",
    )
    _options.add_registries(parser.add_argument_group("Registry"))


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0 when the folder holds what was asked for. Raises what ``vuln.carry_in.pull`` raises; the old database then
    stays."""
    from pratique.limits import DEFAULT
    from pratique.oci import artifact  # the network and SQLite: not for --help
    from pratique.vuln import carry, carry_in

    folder = _database.folder_of(args, os.environ)
    place = args.reference or _origin(folder)
    wanted = _wanted(args, os.environ)
    with _progress.bars(args, err) as bars:
        source = artifact.source(place, carry.ARTIFACT, _options.options_of(args, os.environ), DEFAULT)
        pulled = carry_in.pull(source, place, folder, wanted, progress=bars)
    if not args.quiet:
        what = f"{count(pulled.fetched, 'shard')} fetched, {size(pulled.bytes)}" if pulled.fetched else "unchanged"
        left = f"; {len(pulled.left)} left there (--all)" if pulled.left else ""
        _messages.tell(err, f"{what}{left}: {_database.summary(pulled.status)}")
    return 0


def _origin(folder: Path) -> str:
    from pratique.limits import DEFAULT
    from pratique.vuln import carry, manifest

    hint = "for example: pratique db pull registry.example.org/security/db:1"
    if not (folder / manifest.NAME).is_file():
        raise UsageError("no place to pull from is named, and there is no database here yet", hint=hint)
    reference = carry.read_origin(folder, manifest.read(folder, DEFAULT)).reference
    if not reference:
        raise UsageError(f"no place to pull from is named, and {str(folder)!r} was not pulled", hint=hint)
    return reference


def _wanted(args: argparse.Namespace, environment: Mapping[str, str]) -> carry_in.Wanted:
    """What is asked for: all, or by name, or what scans here have used, and what is here already; all where nobody
    knows yet."""
    from pratique.vuln import carry_in, manifest, used

    if args.all:
        return carry_in.Wanted()
    if args.ecosystem:
        return carry_in.Wanted(tuple(args.ecosystem), here=True)
    learnt = used.recent(_database.learnt_file(environment), datetime.now(UTC).date())
    if not learnt and not (_database.folder_of(args, environment) / manifest.NAME).is_file():
        return carry_in.Wanted()
    return carry_in.Wanted((), learnt, here=True)


COMMAND = Command(
    name="db pull", help="pull the vulnerability database from a registry, or parts of it", configure=configure, run=run
)
