"""``pratique suppress add``: a dated promise, or a VEX document, in; the policy file with the suppressions out."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pratique.cli import _clock, _messages, _output, _policy
from pratique.errors import UsageError
from pratique.plugins import Command
from pratique.report._text import visible

if TYPE_CHECKING:
    from datetime import date

    from pratique.policy.schema import Suppression

_OF_ONE = ("id", "package", "reason", "version", "path")  # what a VEX document says itself


def configure(parser: argparse.ArgumentParser) -> None:
    """What is accepted, why, by whom, until when."""
    group = parser.add_argument_group("Suppression")
    group.add_argument("id", metavar="ID", nargs="?", default="", help="the finding's identifier, or an alias of it")
    about = "the package's name, namespace/name or source package; of a finding of the image: --image instead"
    group.add_argument("package", metavar="PACKAGE", nargs="?", default="", help=about)
    group.add_argument(
        "--from-vex",
        metavar="FILE",
        default="",
        help="instead of one: what this VEX document (OpenVEX, CycloneDX or CSAF) calls not affected or fixed, with "
        "its reasons and its author as the owner; what a suppression cannot say exactly is left out and told",
    )
    group.add_argument("--reason", metavar="TEXT", default="", help="why this is no risk here")
    group.add_argument("--owner", metavar="WHO", default="", help="who answers for it")
    _policy.add_end(group)
    group.add_argument(
        "--version",
        metavar="V",
        default="",
        help="only this installed version, or a range of them: '<2.0', '>=1.0 <2.0'",
    )
    group.add_argument("--path", metavar="PATH", default="", help="only in this file")
    group.add_argument("--image", metavar="NAME", default="", help="only in this image: its name or digest")
    group.add_argument("--accept-kev", action="store_true", help="even what is known to be exploited; 14 days at most")
    _policy.add_file(group)
    _clock.add_now(group)
    _policy.add_fetching(parser)


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0 for a file that was written, or holds all of it already; 2 for what is no suppression (``PolicyError``)."""
    from pratique.policy import edit, schema
    from pratique.policy.inherit import shutting
    from pratique.policy.suppress import most_days

    _check(args)
    name = _policy.file_of(args.policy)
    file = Path(name)
    text = _policy.text_of(name) if os.path.lexists(file) else ""
    policy = _policy.whole(args, text, name) if text.strip() else schema.DEFAULT
    if (above := shutting(policy)) is not None:
        _messages.tell(err, f"{above.shown} does not let a policy that extends it suppress anything: it has no force")
    most = most_days(policy.max_suppression_days, accept_kev=args.accept_kev)
    expires = _policy.end_of(args, _clock.today_of(args, os.environ), most)
    entries = _of_document(args, expires, err) if args.from_vex else [_of_options(args, expires)]
    there = {entry.scope: entry.expires for entry in policy.suppress}
    if not args.from_vex and entries[0].scope in there:
        what = f"{name}: {entries[0].subject} is suppressed until {there[entries[0].scope]} already"
        raise UsageError(what, hint=f"pratique suppress renew {args.id} --reason … sets another end")
    if args.from_vex:
        for entry in (one for one in entries if one.scope in there):
            _output.say(f"{visible(name)}: {visible(entry.subject)} is there already\n", out)
        entries = [entry for entry in entries if entry.scope not in there]
    if entries:
        _output.save(edit.added(text, name, *entries), file)
    for entry in entries:
        _output.say(f"{visible(name)}: {visible(entry.subject)} until {expires}\n", out)
    return 0


def _check(args: argparse.Namespace) -> None:
    """Raises for what is missing of one suppression, and for what a document says already."""
    from pratique.policy.image_findings import IDENTIFIERS

    if args.from_vex:
        if given := [name for name in _OF_ONE if getattr(args, name)]:
            names = ", ".join(name.upper() if name in ("id", "package") else f"--{name}" for name in given)
            raise UsageError(f"{names}: --from-vex takes this from the document", hint="give one of the two")
        return
    missing = next((name for name in ("id", "reason", "owner") if not getattr(args, name)), "")
    if missing:
        what = "ID is missing" if missing == "id" else f"--{missing} is missing"
        raise UsageError(what, hint="`pratique suppress add --help` shows what there is")
    if args.id in IDENTIFIERS and not args.image:
        raise UsageError("--image is missing", hint=f"{args.id} is a finding of an image, and of no package")
    if args.id not in IDENTIFIERS and not args.package:
        raise UsageError("PACKAGE is missing: in which one is it accepted?", hint="the table of a scan names it")


def _of_options(args: argparse.Namespace, expires: date) -> Suppression:
    from pratique.policy import schema

    return schema.Suppression(
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


def _of_document(args: argparse.Namespace, expires: date, err: IO[str]) -> list[Suppression]:
    """What the document lets be. Raises ``UsageError`` where that is nothing."""
    from pratique import promises  # it imports the stages: not for --help
    from pratique.limits import DEFAULT
    from pratique.vuln.vex.read import read_files

    ((_, document),) = read_files((Path(args.from_vex),), DEFAULT)
    now = _clock.now_of(args, os.environ)
    found = promises.promised(document, promises.Asked(now, expires, args.owner, args.image, args.accept_kev))
    for sentence in found.refused:
        _messages.tell(err, f"not suppressed: {sentence}")
    if not found.suppressions:
        hint = "--vex of scan hears a document as it is"
        raise UsageError(f"nothing in {args.from_vex!r} can be said by a suppression", hint=hint)
    return list(found.suppressions)


COMMAND = Command(
    name="suppress add", help="accept a finding for a time, with a reason and an owner", configure=configure, run=run
)
