"""``pratique policy explain``: a finding in, which rule of the policy decides it and why out."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

import msgspec

from pratique.cli import _explaining, _messages, _options, _output, _policy, _progress, _targets
from pratique.errors import UNDECODABLE, UsageError
from pratique.plugins import Command

if TYPE_CHECKING:
    from pratique import api
    from pratique.explanation import Ruling


def configure(parser: argparse.ArgumentParser) -> None:
    """The finding and where it is, what is decided by, output, reading, registries."""
    group = parser.add_argument_group("Finding")
    group.add_argument(
        "finding",
        metavar="FINDING",
        help="ID or ID@PACKAGE: CVE-2023-45853@zlib1g, GHSA-…@@angular/core, base-unpinned",
    )
    group.add_argument("--report", metavar="FILE", help="of a report that `pratique scan --format json=FILE` wrote")
    group.add_argument("--target", metavar="TARGET", help="of an image, as `pratique scan` takes it")
    group.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        type=_pair,
        help="of your own making, as the cases of `pratique policy test` describe one: severity=high, epss=0.3, "
        'kev=2026-11-01, fix_versions=["2.0"], image=NAME, distro="debian 12"; may be given several times',
    )
    _options.add_name(group, "once")
    _options.add_platform(group)
    _explaining.add_rest(parser)


def _pair(text: str) -> tuple[str, str]:
    key, given, value = text.partition("=")
    if not given or not key:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0 for an answer; 2 where there is no such finding; what the target's error says where it cannot be read."""
    from pratique.report import _ruling_json, _ruling_text  # they import the stages: not for --help

    if sum(map(bool, (args.report, args.target, args.set))) > 1:
        raise UsageError("--report, --target and --set each say where the finding is", hint="give one of them")
    if args.name and not (args.report or args.target):
        raise UsageError("--name says which image --report or --target is", hint="of your own making: --set image=NAME")
    with _progress.bars(args, err) as bars:
        names = _targets.named((args.report or args.target or "",), args.name or ())
        found = _rulings(args, _options.settings_of(args, os.environ, bars, names))
    if not (args.report or args.target or args.set or args.quiet):
        what = "nothing says where the finding is, so one of that name is made up"
        _messages.tell(err, what, "--report FILE, --target IMAGE, or --set KEY=VALUE for what it is like")
    if args.format == "json":
        _output.say(_ruling_json.write_json(found), out)
    else:
        _output.say(_ruling_text.write_text(found, _output.write_options(args, out, os.environ)), out)
    return 0


def _rulings(args: argparse.Namespace, settings: api.Settings) -> Sequence[Ruling]:
    from pratique import api, rulings

    identifier, _, package = args.finding.strip().partition("@")
    if args.report:
        for option, given in (("--vex", args.vex), ("--as-of", args.as_of)):
            if given:
                hint = f"save a report of a scan with {option}, or name the image by --target"
                raise UsageError(f"{option} says nothing of a saved report", hint=hint)
        reports = api.called(_policy.saved(args.report), args.report, settings)
        return rulings.rulings(identifier, reports, settings, package, saved=args.now is None)
    if args.target:
        return rulings.rulings(identifier, api.reports_of(api.scan((args.target,), settings)), settings, package)
    return [rulings.of_case(_case(identifier, package, args.set or ()), settings)]


def _case(identifier: str, package: str, pairs: Sequence[tuple[str, str]]) -> str:
    """A list of one case, in JSON, which YAML holds: values are JSON where they can be, else texts. Raises
    ``UsageError`` for a key that a case has not, or not here."""
    from pratique.policy.made import Subject, Surroundings

    around = dict[str, object]()
    finding: dict[str, object] = {"id": identifier}
    if package:
        finding["package"] = package
    for key, text in pairs:
        try:
            value: object = msgspec.json.decode(text)
        except UNDECODABLE:
            value = text
        if key not in (*Subject.__struct_fields__, *Surroundings.__struct_fields__):
            raise _unknown(key, (*Subject.__struct_fields__[1:], *Surroundings.__struct_fields__))
        (finding if key in Subject.__struct_fields__ else around)[key] = value
    try:
        case = {"name": "case", "expect": "none", **around, "finding": finding}
        return msgspec.json.encode([case]).decode()
    except UnicodeEncodeError as error:  # an argument of other bytes than UTF-8 (PEP 383)
        raise UsageError(f"{error.object!r} is no text of UTF-8") from error


def _unknown(key: str, known: Sequence[str]) -> UsageError:
    if key in ("env", "now"):
        return UsageError(f"--set {key}: it has an option of its own", hint=f"--{key} VALUE")
    near = _messages.nearest(key, known)
    hint = f"did you mean {near!r}?" if near else f"there are: {', '.join(known)}"
    return UsageError(f"--set {key}: a finding of your own making has no such key", hint=hint)


COMMAND = Command(
    name="policy explain", help="which rule of the policy decides a finding, and why", configure=configure, run=run
)
