"""``pratique diff``: two images, SBOMs or saved reports in, what has changed between them out."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from functools import partial
from typing import IO, TYPE_CHECKING

from pratique.cli import _codes, _database, _messages, _options, _output, _progress, _targets
from pratique.errors import Undecided
from pratique.limits import DEFAULT
from pratique.plugins import Command, WriteOptions
from pratique.report._text import visible

if TYPE_CHECKING:
    from pratique.difference import Difference

_FORMATS = ("text", "json", "markdown")
_SIDE = (
    "an image as `pratique scan` takes it, or a report that `pratique scan --format json=FILE` wrote, which is decided "
    "anew where --policy, --preset, --baseline, --env, --namespace or --name is given"
)


def configure(parser: argparse.ArgumentParser) -> None:
    """The two sides, what is decided by, output, reading, registries."""
    group = parser.add_argument_group("Sides")
    group.add_argument("old", metavar="OLD", help=_SIDE)
    group.add_argument("new", metavar="NEW", help="the same")
    _options.add_name(group, "once for both, or twice: OLD's and NEW's")
    _options.add_platform(group)
    group.add_argument("--packages", action="store_true", help="compare packages and licences only: ask no database")
    group = parser.add_argument_group("Gate")
    group.add_argument(
        "--fail-on",
        metavar="WHAT",
        choices=("introduced", "verdict"),
        help="exit 1 where the policy fails a finding that OLD does not have (introduced), or NEW at all (verdict)",
    )
    _options.add_gate(group)
    _database.add_place(group)
    group = parser.add_argument_group("Output")
    group.add_argument(
        "--format",
        metavar="F[=FILE]",
        action="append",
        type=partial(_output.wanted, known=_FORMATS),
        help="text, json, or markdown for a pull request's comment; with =FILE into that file; may be given several "
        "times (default: text)",
    )
    _output.add_template(group)
    group.add_argument("--all", action="store_true", help="show all, also what has not changed")
    _options.add_color(group)
    _options.add_reading(parser)
    _options.add_registry(parser)


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0, or 1 by ``--fail-on``; 2 where a side names nothing, 3 where a part of one could not be read."""
    asked = _output.checked((*(args.format or ()), *(args.template or ())), "text")
    from pratique import api  # it imports the stages: not for --help

    with _progress.bars(args, err) as bars:
        names = (args.name or ()) if len(args.name or ()) != 1 else args.name * 2
        settings = _options.settings_of(args, os.environ, bars, _targets.named((args.old, args.new), names))
        found = api.diff(args.old, args.new, settings, findings=not args.packages)
    if not args.quiet:
        for note in _notes(found, args.db if args.db and all(map(api.is_saved, (args.old, args.new))) else None):
            _messages.tell(err, note)
    code = _codes.of_difference(found, args.fail_on or "")
    if code == Undecided.exit_code:
        for why in _undecided(found, args.fail_on or ""):
            _messages.tell(err, f"undecided: {visible(why)}")
    for error in _output.emit(partial(_written, found), asked, out, _output.write_options(args, out, os.environ)):
        _messages.tell(err, str(error), error.hint)
        code = _codes.combined((code, error.exit_code))
    return code


def _undecided(found: Difference, fail_on: str) -> Iterator[str]:
    for side, report in (("OLD", found.old), ("NEW", found.new)):
        if report.coverage.layers_read < report.coverage.layers:
            yield f"a layer of {side} could not be read"
    if fail_on:
        yield from found.new.verdict.undecided


def _notes(found: Difference, unasked: str | None) -> Iterator[str]:
    """That a database was not asked, or two were: what one of them does not know yet looks as if it were mended."""
    if unasked and found.compared:
        yield f"the database {unasked!r} is not asked: both sides are saved reports"
    old, new = found.old.database, found.new.database
    if found.compared and old is not None and new is not None and old.digest != new.digest:
        yield "the two sides rest on different databases: what differs may be what is known, not what is there"


def _written(found: Difference, asked: _output.Wanted, options: WriteOptions) -> str:
    from pratique.report import _difference_json, _difference_markdown, _difference_text, _template

    if asked.template is not None:
        return _template.render(asked.template, [_difference_json.document(found)], "difference", DEFAULT)
    if asked.format == "json":
        return _difference_json.write_json(found)
    write = _difference_markdown.write_markdown if asked.format == "markdown" else _difference_text.write_text
    return write(found, options)


COMMAND = Command(
    name="diff",
    help="what has changed between two images, SBOMs or reports: packages and findings",
    configure=configure,
    run=run,
)
