"""A command's arguments and one function of the library in, reports written and the exit code out."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from typing import IO, TYPE_CHECKING

import msgspec

from pratique.cli import _codes, _messages, _options, _output, _progress, _targets
from pratique.errors import PratiqueError, UsageError
from pratique.model import Report

if TYPE_CHECKING:
    from pratique import api

Ask = Callable[[Sequence[str], "api.Settings"], Iterator["api.Outcome"]]
Judge = Callable[[Report, PratiqueError | None], int]


class Request(msgspec.Struct, frozen=True):
    """What is asked: the targets, and where the answer goes."""

    targets: _targets.Targets
    formats: tuple[_output.Wanted, ...]


def request(args: argparse.Namespace) -> Request:
    """The request, checked before the stages are imported. Raises ``UsageError``."""
    return Request(_targets.targets_of(args), _output.checked((*(args.format or ()), *(args.template or ()))))


def answer(
    asked: Request, args: argparse.Namespace, out: IO[str], err: IO[str], ask: Ask, judge: Judge, *, inventory: bool
) -> int:
    """Asks the library for all targets, writes the reports, tells the errors; a report that could not be written
    counts as undecided. Where no target names anything, there is nothing to report: stdout stays empty."""
    options = msgspec.structs.replace(_output.write_options(args, out, os.environ), inventory=inventory)
    with _progress.bars(args, err) as bars:
        settings = _options.settings_of(args, os.environ, bars, asked.targets.names)
        outcomes = list(ask(asked.targets.all, settings))
    for outcome in outcomes:
        if outcome.error is not None:
            _messages.tell(err, _told(outcome.report.target, str(outcome.error)), outcome.error.hint)
    code = _codes.combined(judge(outcome.report, outcome.error) for outcome in outcomes)
    if code != UsageError.exit_code or any(outcome.error is None for outcome in outcomes):
        render = _output.of_reports(tuple(outcome.report for outcome in outcomes))
        for error in _output.emit(render, asked.formats, out, options):
            _messages.tell(err, str(error), error.hint)
            code = _codes.combined((code, error.exit_code))
    return code


def _told(target: str, what: str) -> str:
    """Which target it is, where the error does not say so itself."""
    said = not target or repr(target) in what or what.startswith(f"{target}: ")
    return what if said else f"{target}: {what}"
