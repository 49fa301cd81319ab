"""``pratique suppress list``: a policy file in, its suppressions and how long each holds out."""

from __future__ import annotations

import argparse
import os
from datetime import date
from typing import IO, TYPE_CHECKING

import msgspec

from pratique.cli import _clock, _output, _policy
from pratique.plugins import Command
from pratique.report._text import count, visible

if TYPE_CHECKING:
    from pratique.policy.schema import Policy, Suppression


class _Row(msgspec.Struct, frozen=True):
    """What ``--format json`` tells of each; days may be negative."""

    id: str
    package: str
    state: str
    days: int
    expires: str
    owner: str
    reason: str
    version: str
    path: str
    image: str
    accept_kev: bool


def configure(parser: argparse.ArgumentParser) -> None:
    """The file and the format."""
    group = parser.add_argument_group("Suppression")
    _policy.add_file(group)
    group.add_argument(
        "--format", metavar="F", choices=("table", "json"), default="table", help="table or json (default: table)"
    )
    _clock.add_now(group)
    _policy.add_fetching(parser)


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0."""
    today = _clock.today_of(args, os.environ)
    name = _policy.file_of(args.policy)
    policy = _policy.whole(args, _policy.text_of(name), name)
    rows = sorted((_row(entry, policy, today) for entry in policy.suppress), key=lambda row: (row.days, row.id))
    if args.format == "json":
        _output.say(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode() + "\n", out)
    else:
        _output.say("".join(f"{line}\n" for row in rows for line in _lines(row)), out)
        _output.say(f"{count(len(rows), 'suppression')}\n", out)
    return 0


def _row(entry: Suppression, policy: Policy, today: date) -> _Row:
    return _Row(
        id=entry.id,
        package=entry.package,
        state=_policy.state(entry, policy, today),
        days=(entry.expires - today).days,
        expires=entry.expires.isoformat(),
        owner=entry.owner,
        reason=entry.reason,
        version=entry.version,
        path=entry.path,
        image=entry.image,
        accept_kev=entry.accept_kev,
    )


def _lines(row: _Row) -> list[str]:
    scope = "".join(f", {name} {value}" for name, value in (("version", row.version), ("in", row.path)) if value)
    scope += f", image {row.image}" if row.image else ""
    scope += ", even in KEV" if row.accept_kev else ""
    left = f"{count(row.days, 'day')} left" if row.days >= 0 else f"{count(-row.days, 'day')} ago"
    about = f" in {visible(row.package)}" if row.package else ""
    head = f"{row.state:9} {visible(row.id)}{about}{visible(scope)}"
    return [f"{head}: until {row.expires} ({left})", f"          {visible(row.owner)}: {visible(row.reason)}"]


COMMAND = Command(
    name="suppress list", help="the suppressions of a policy, the first to end first", configure=configure, run=run
)
