"""What the commands of ``pratique db`` share: the folder, and a database's status in one sentence."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from pratique.model import DatabaseStatus
from pratique.report._text import count


def add_folder(group: argparse._ArgumentGroup) -> None:
    """--db."""
    group.add_argument(
        "--db", metavar="DIR", help="the database (default: pratique/db in $XDG_DATA_HOME, ~/.local/share)"
    )


def add_ecosystem(group: argparse._ArgumentGroup) -> None:
    """--ecosystem."""
    group.add_argument(
        "--ecosystem", metavar="NAME", action="append", help="build only this one anew; may be given several times"
    )


def folder_of(args: argparse.Namespace, environment: Mapping[str, str]) -> Path:
    """The folder that is written: the one asked for, or the user's own; never the starter."""
    from pratique import api  # it imports the stages: not for --help

    return Path(args.db) if args.db else api.own_database(environment)


def summary(status: DatabaseStatus) -> str:
    """``/home/u/…/db: 12 feeds, 340,000 records, sha256:…``."""
    records = sum(feed.records for feed in status.feeds)
    return f"{status.path}: {count(len(status.feeds), 'feed')}, {count(records, 'record')}, {status.digest}"
