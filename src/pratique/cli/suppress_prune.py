"""``pratique suppress prune``: a policy file in, the same without what is over, and what silences nothing, out."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import IO

from pratique.cli import _clock, _output, _policy
from pratique.plugins import Command
from pratique.report._text import count, visible


def configure(parser: argparse.ArgumentParser) -> None:
    """What counts as useless."""
    group = parser.add_argument_group("Suppression")
    group.add_argument(
        "--unused",
        metavar="REPORT",
        action="append",
        help="also those that silence nothing in this report (pratique scan --format json), or in several: it may be "
        "given more than once",
    )
    group.add_argument("--dry-run", action="store_true", help="tell what would go, and change nothing")
    _policy.add_file(group)
    _clock.add_now(group)


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0; nothing is written where nothing goes."""
    from pratique.policy import edit, schema

    today = _clock.today_of(args, os.environ)
    name = _policy.file_of(args.policy)
    text = _policy.text_of(name)
    policy = schema.load(text, name)
    over = {index for index, entry in enumerate(policy.suppress) if entry.expires < today}
    unused = _policy.unused(policy, args.unused, today) - over if args.unused else set()
    gone = sorted(over | unused)
    for index in gone:
        entry = policy.suppress[index]
        why = f"over since {entry.expires}" if index in over else "silences nothing in the reports"
        _output.say(f"{visible(entry.subject)}: {why}\n", out)
    if gone and not args.dry_run:
        _output.save(edit.pruned(text, name, gone), Path(name))
    verb = "would go" if args.dry_run else "removed"
    _output.say(f"{visible(name)}: {count(len(gone), 'suppression')} {verb}\n", out)
    return 0


COMMAND = Command(
    name="suppress prune", help="remove suppressions that are over or of no use", configure=configure, run=run
)
