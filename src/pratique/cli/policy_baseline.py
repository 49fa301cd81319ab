"""``pratique policy baseline``: saved reports in, what fails and warns in them as a baseline out."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import IO

from pratique.cli import _clock, _messages, _options, _output, _policy
from pratique.plugins import Command
from pratique.report._text import count


def configure(parser: argparse.ArgumentParser) -> None:
    """The reports, whose the baseline is, until when, and what it holds."""
    group = parser.add_argument_group("Baseline")
    group.add_argument(
        "reports", metavar="REPORT…", nargs="+", help="what `pratique scan --format json=FILE` wrote; it goes to stdout"
    )
    group.add_argument("--owner", metavar="WHO", required=True, help="who answers for it")
    group.add_argument("--reason", metavar="TEXT", required=True, help="why this is let be for now")
    _policy.add_end(group)
    group.add_argument("--all", action="store_true", help="also what is below the gate, and may be above it some day")
    _options.add_policy(group)
    _clock.add_now(group)
    _policy.add_fetching(parser)


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0; what is never in a baseline is told on stderr. 2 for a file that is no report."""
    from pratique import policies  # not for --help
    from pratique.policy import baseline_file

    today = _clock.today_of(args, os.environ)
    policy = policies.read_policy(Path(args.policy) if args.policy else None, args.preset, _policy.parents_of(args))
    expires = _policy.end_of(args, today, policy.max_suppression_days)
    reports = [report for name in args.reports for report in _policy.saved(name)]
    taken = baseline_file.taken(reports, args.owner, args.reason, today, expires, everything=args.all)
    _output.say(taken.text, out)
    if not args.quiet:
        for sentence in taken.left:
            _messages.tell(err, sentence)
        _messages.tell(err, f"{count(taken.count, 'finding')} until {expires}")
    return 0


COMMAND = Command(
    name="policy baseline", help="take what is there today, so as to fail on what is new", configure=configure, run=run
)
