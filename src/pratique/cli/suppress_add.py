"""``pratique suppress add``: a dated promise in, the policy file with it out."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import IO

from pratique.cli import _options, _output, _policy
from pratique.plugins import Command
from pratique.report._text import visible


def configure(parser: argparse.ArgumentParser) -> None:
    """What is accepted, why, by whom, until when."""
    group = parser.add_argument_group("Suppression")
    group.add_argument("id", metavar="ID", help="the finding's identifier, or an alias of it")
    about = "the package's name, namespace/name or source package; of a finding of the image: --image instead"
    group.add_argument("package", metavar="PACKAGE", nargs="?", default="", help=about)
    group.add_argument("--reason", metavar="TEXT", required=True, help="why this is no risk here")
    group.add_argument("--owner", metavar="WHO", required=True, help="who answers for it")
    _policy.add_end(group)
    group.add_argument("--version", metavar="V", default="", help="only this installed version")
    group.add_argument("--path", metavar="PATH", default="", help="only in this file")
    group.add_argument("--image", metavar="NAME", default="", help="only in this image: its name or digest")
    group.add_argument("--accept-kev", action="store_true", help="even what is known to be exploited; 14 days at most")
    _policy.add_file(group)
    _options.add_now(group)


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0 for a file that was written; 2 for what is no suppression (``PolicyError``)."""
    from pratique.policy import edit, schema
    from pratique.policy.suppress import most_days

    today = _options.today_of(args, os.environ)
    file = Path(args.policy)
    text = _policy.text_of(args.policy) if os.path.lexists(file) else ""
    policy = schema.load(text, args.policy) if text.strip() else schema.DEFAULT
    most = most_days(policy.max_suppression_days, accept_kev=args.accept_kev)
    expires = _policy.end_of(args, today, most)
    entry = schema.Suppression(
        id=args.id,
        package=args.package,
        reason=args.reason,
        owner=args.owner,
        expires=expires,
        version=args.version,
        path=args.path,
        image=args.image,
        accept_kev=args.accept_kev,
    )
    _output.save(edit.added(text, args.policy, entry), file)
    _output.say(f"{visible(args.policy)}: {visible(entry.subject)} until {expires}\n", out)
    return 0


COMMAND = Command(
    name="suppress add", help="accept a finding for a time, with a reason and an owner", configure=configure, run=run
)
