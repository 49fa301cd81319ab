"""``pratique explain``: an identifier and a target in, why it is a finding there, or why not, out."""

from __future__ import annotations

import argparse
import os
from typing import IO

from pratique.cli import _codes, _explaining, _messages, _options, _output, _progress, _targets
from pratique.errors import Undecided
from pratique.plugins import Command


def configure(parser: argparse.ArgumentParser) -> None:
    """The identifier, the target, what is decided by, output, reading, registries."""
    group = parser.add_argument_group("Question")
    group.add_argument("id", metavar="ID", help="a vulnerability's or a record's: CVE-…, GHSA-…, DSA-…, GO-…, MAL-…")
    group.add_argument("target", metavar="TARGET", help="an image, as `pratique scan` takes it")
    group.add_argument("--package", metavar="NAME", default="", help="only packages of this name, or of this source")
    _options.add_name(group, "once")
    _options.add_platform(group)
    _explaining.add_rest(parser)


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0 for an answer, 2 where the identifier, the package or the target names nothing, 3 where it is not found and a
    part of the image or of the database could not be asked."""
    from pratique import api  # it imports the stages: not for --help
    from pratique.explanation import Explanation
    from pratique.report import _explanation_json, _explanation_text
    from pratique.vuln.identity import as_spelt

    with _progress.bars(args, err) as bars:
        settings = _options.settings_of(args, os.environ, bars, _targets.named((args.target,), args.name or ()))
        outcomes = list(api.explain(as_spelt(args.id.strip()), args.target, settings, args.package))
    codes, found = list[int](), list[Explanation]()
    for outcome in outcomes:
        if outcome.error is not None:
            _messages.tell(err, str(outcome.error), outcome.error.hint)
            codes.append(outcome.error.exit_code)
        if outcome.explanation is not None:
            found.append(outcome.explanation)
            unsure = not outcome.explanation.findings and any(each.blocking for each in outcome.report.problems)
            codes.append(Undecided.exit_code if unsure else 0)
    if found and args.format == "json":
        _output.say(_explanation_json.write_json(found), out)
    elif found:
        _output.say(_explanation_text.write_text(found, _output.write_options(args, out, os.environ)), out)
    return _codes.combined(codes)


COMMAND = Command(
    name="explain",
    help="why an identifier is a finding of an image, or why not: from the layer to the rule",
    configure=configure,
    run=run,
)
