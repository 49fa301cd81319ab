"""``pratique suppress renew``: a suppression and a new last day in, the policy file with it out."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import IO

from pratique.cli import _clock, _output, _policy
from pratique.errors import UsageError
from pratique.plugins import Command
from pratique.report._text import visible


def configure(parser: argparse.ArgumentParser) -> None:
    """Which one, until when, and why still."""
    group = parser.add_argument_group("Suppression")
    group.add_argument("id", metavar="ID", help="as the file has it")
    group.add_argument("package", metavar="PACKAGE", nargs="?", default="", help="where several have the identifier")
    group.add_argument("--reason", metavar="TEXT", required=True, help="why it is still no risk")
    _policy.add_end(group)
    _policy.add_file(group)
    _clock.add_now(group)
    _policy.add_fetching(parser)


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0 for a file that was written; 2 where it names none, or several."""
    from pratique.policy import edit
    from pratique.policy.suppress import most_days

    if not args.reason.strip():
        raise UsageError("--reason says nothing", hint="say why it is still no risk, or let the suppression end")
    today = _clock.today_of(args, os.environ)
    name = _policy.file_of(args.policy)
    text = _policy.text_of(name)
    policy = _policy.whole(args, text, name)
    indexes = _policy.named(policy, args.id, args.package)
    for index in indexes:
        entry = policy.suppress[index]
        most = most_days(policy.max_suppression_days, accept_kev=entry.accept_kev)
        expires = _policy.end_of(args, today, most)
        text = edit.renewed(text, name, index, expires, args.reason)
        _output.say(f"{visible(name)}: {visible(entry.subject)} until {expires}\n", out)
    _output.save(text, Path(name))
    return 0


COMMAND = Command(name="suppress renew", help="let a suppression go on, with a reason", configure=configure, run=run)
