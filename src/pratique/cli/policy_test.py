"""``pratique policy test``: cases and a policy in, which of them it decides otherwise out."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import IO

from pratique.cli import _clock, _options, _output, _policy
from pratique.plugins import Command
from pratique.report._text import count, visible


def configure(parser: argparse.ArgumentParser) -> None:
    """The cases, the policy, and the time."""
    group = parser.add_argument_group("Policy")
    group.add_argument("cases", metavar="CASES…", nargs="+", help="YAML files: findings, and what is expected of each")
    _options.add_policy(group)
    group.add_argument("--all", action="store_true", help="tell the cases that are decided as expected, too")
    _clock.add_now(group)
    _policy.add_fetching(parser)


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0 where all are decided as expected, 1 where one is not, 2 for a file that is none (``PolicyError``)."""
    from pratique import policies  # not for --help
    from pratique.policy import cases

    parents = _policy.parents_of(args)
    policy = policies.read_policy(Path(args.policy) if args.policy else None, args.preset, parents)
    now = _clock.now_of(args, os.environ)
    wrong = number = 0
    lines = list[str]()
    for name in args.cases:
        for case in cases.read(policies.text_of(Path(name), kind="list of cases"), name):
            found = cases.run(case, policy, now)
            number += 1
            wrong += bool(found.wrong)
            if found.wrong:
                lines.append(f"FAIL  {visible(name)}: {visible(case.name)}: {visible(found.wrong)}")
            elif args.all:
                lines.append(f"ok    {visible(name)}: {visible(case.name)}")
    lines.append(f"{count(number, 'case')}, {wrong:,} decided otherwise")
    _output.say("".join(f"{line}\n" for line in lines), out)
    return 1 if wrong else 0


COMMAND = Command(name="policy test", help="whether a policy decides cases as you expect", configure=configure, run=run)
