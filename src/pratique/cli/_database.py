"""What the commands of ``pratique db`` share: the folder, and a database's status in one sentence."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli import _clock, _options
from pratique.errors import UsageError
from pratique.model import DatabaseStatus
from pratique.report._text import count

if TYPE_CHECKING:
    from pratique import api
    from pratique.workers import Progress


def add_folder(group: argparse._ArgumentGroup) -> None:
    """--db."""
    group.add_argument(
        "--db", metavar="DIR", help="the database (default: pratique/db in $XDG_DATA_HOME, ~/.local/share)"
    )


def add_ecosystem(group: argparse._ArgumentGroup) -> None:
    """--ecosystem."""
    group.add_argument("--ecosystem", metavar="NAME", action="append", help="only this one; may be given several times")


def add_place(group: argparse._ArgumentGroup) -> None:
    """--db of what only reads: a folder, or where a database is carried to."""
    group.add_argument(
        "--db",
        metavar="DB",
        help="the vulnerability database: a folder, or oci://HOST/NAME:TAG or oci-archive:FILE, of which only what is "
        "needed is fetched (default: the one that `pratique db` keeps, else the starter)",
    )


def settings_of(args: argparse.Namespace, environment: Mapping[str, str], progress: Progress | None) -> api.Settings:
    """The library's settings for a command that only asks the database."""
    from pratique import api  # it imports the stages: not for --help

    folder, origin = _options.database_of(args.db)
    return api.Settings(
        now=_clock.now_of(args, environment),
        cache=api.cache_folder(environment),
        database=folder,
        origin=origin,
        options=_options.options_of(args, environment),
        progress=progress,
    )


def folder_of(args: argparse.Namespace, environment: Mapping[str, str]) -> Path:
    """The folder that is written: the one asked for, or the user's own; never the starter. Raises ``UsageError``."""
    from pratique import api  # it imports the stages: not for --help

    folder, origin = _options.database_of(args.db)
    if origin:
        raise UsageError(f"--db: {origin!r} is no folder", hint="name the folder that is to be written")
    return folder or api.own_database(environment)


def carried_of(args: argparse.Namespace, environment: Mapping[str, str]) -> Path:
    """The folder that is carried elsewhere. Raises ``NotFound`` for one that is named and holds no database."""
    from pratique.vuln import manifest  # as above

    folder = folder_of(args, environment)
    if args.db:
        manifest.demand(folder)
    return folder


def learnt_file(environment: Mapping[str, str]) -> Path:
    """Where scans note what they ask for."""
    from pratique import api  # as above

    return api.learnt_file(environment)


def summary(status: DatabaseStatus) -> str:
    """``/home/u/…/db: 12 feeds, 340,000 records, sha256:…``."""
    records = sum(feed.records for feed in status.feeds)
    return f"{status.path}: {count(len(status.feeds), 'feed')}, {count(records, 'record')}, {status.digest}"
