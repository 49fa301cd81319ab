"""``pratique policy check``: a policy file in, what is wrong or hardly meant in it out."""

from __future__ import annotations

import argparse
import os
from typing import IO

from pratique.cli import _clock, _messages, _output, _policy
from pratique.plugins import Command
from pratique.report._text import count, visible


def configure(parser: argparse.ArgumentParser) -> None:
    """The file, and the day."""
    group = parser.add_argument_group("Policy")
    group.add_argument("file", metavar="FILE", nargs="?", help="(default: pratique.yaml or pratique.yml here)")
    group.add_argument("--strict", action="store_true", help="exit 2 for what is hardly meant, too")
    _clock.add_now(group)
    _policy.add_fetching(parser)


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0 for a policy that can be used, 2 for one that cannot (``PolicyError``), or with ``--strict`` should not, and 3
    where what it extends cannot be had."""
    from pratique.policy.review import review

    name = _policy.file_of(args.file)
    text = _policy.text_of(name)
    today = _clock.today_of(args, os.environ)
    policy, remarks = review(text, name, today, parents=_policy.parents_of(args))
    for remark in remarks:
        _messages.tell(err, f"{name}:{remark.line}:{remark.column}: {remark.text}")
    told = [count(len(tuple(policy.rules())), "rule"), count(len(policy.suppress), "suppression")]
    told += [f"{count(len(policy.scopes), 'scope')}"] if policy.scopes else []
    told += ["licences"] if policy.licences else []
    told += [f"extends {visible(each.shown)}" for each in tuple(policy.line())[1:]]
    _output.say(f"{visible(name)}: {', '.join(told)}; {count(len(remarks), 'warning')}\n", out)
    return 2 if remarks and args.strict else 0


COMMAND = Command(
    name="policy check", help="whether a policy file can be used, and is meant so", configure=configure, run=run
)
