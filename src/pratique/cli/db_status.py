"""``pratique db status``: the database in, what is in it and how old it is out."""

from __future__ import annotations

import argparse
import os
from datetime import date
from typing import IO

import msgspec

from pratique.cli import _clock, _database, _messages, _options, _output, _progress
from pratique.model import DatabaseStatus
from pratique.plugins import Command
from pratique.report._text import columns, count, cut, pad, paint, visible

_TITLES = ("FEED", "DATE", "AGE", "RECORDS", "RANGES", "NOTE")


def configure(parser: argparse.ArgumentParser) -> None:
    """The folder, the output, the clock."""
    group = parser.add_argument_group("Database")
    _database.add_place(group)
    group.add_argument("--verify", action="store_true", help="read every row and compare it with the manifest")
    group.add_argument(
        "--format", metavar="F", choices=("table", "json"), default="table", help="table or json (default: table)"
    )
    _options.add_color(group)
    _clock.add_now(group)
    _options.add_registries(parser.add_argument_group("Registry"))


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0 for a database that can be asked. Raises ``DatabaseError`` for one that cannot."""
    from pratique import api  # it imports the stages: not for --help

    with (
        _progress.bars(args, err) as bars,
        api.open_database(_database.settings_of(args, os.environ, bars)) as database,
    ):
        if args.verify:
            database.verify()
        status = database.status_here()
    if args.format == "json":
        _output.say(msgspec.json.format(msgspec.json.encode(status), indent=2).decode() + "\n", out)
        return 0
    now = _clock.today_of(args, os.environ)
    coloured, width = _messages.colour(args.color, out, os.environ), _messages.width(out)
    _output.say("\n".join(_lines(status, now, width, colour=coloured)) + "\n", out)
    return 0


def _lines(status: DatabaseStatus, now: date, width: int, *, colour: bool) -> list[str]:
    """The database, then a line a feed."""
    kind = "  the starter that comes with Pratique" if status.starter else ""
    made = [f"{paint(visible(status.name or 'database'), 'strong', colour)}  {visible(status.path)}{kind}"]
    made += [paint(visible(status.digest), "dim", colour), ""]
    rows = [
        (
            visible(feed.name),
            visible(feed.date[:10]),
            _age(feed.date, now),
            f"{feed.records:,}",
            f"{feed.ranges:,}" if feed.ranges else "",
            visible(feed.note) if feed.note or feed.complete else "covers a part only",
        )
        for feed in status.feeds
    ]
    widths = [max(columns(row[place]) for row in (_TITLES, *rows)) for place in range(len(_TITLES) - 1)]
    for number, row in enumerate((_TITLES, *rows)):
        left = [pad(text, room) for text, room in zip(row[:3], widths, strict=False)]
        right = [" " * (room - columns(text)) + text for text, room in zip(row[3:5], widths[3:], strict=False)]
        line = cut("  ".join([*left, *right, row[5]]).rstrip(), width)
        made.append(paint(line, "strong", colour and number == 0))
    return made


def _age(day: str, now: date) -> str:
    try:
        days = (now - date.fromisoformat(day[:10])).days
    except ValueError:
        return "unknown" if day else ""
    return count(days, "day") if days >= 0 else f"in {count(-days, 'day')}"


COMMAND = Command(
    name="db status", help="which vulnerability database is asked, and how old it is", configure=configure, run=run
)
