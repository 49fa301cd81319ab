"""Outcomes in, the exit code of the whole run out: of several targets 1 outranks 3, 3 outranks 2, 2 outranks 0."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pratique.errors import PratiqueError
from pratique.model import Action, Report, Result

if TYPE_CHECKING:
    from pratique.difference import Difference

_RANK = (1, 3, 2, 0)
_OF_RESULT = {Result.PASS: 0, Result.WARN: 0, Result.FAIL: 1, Result.UNKNOWN: 3}


def of_verdict(report: Report, error: PratiqueError | None) -> int:
    """0 pass or warn, 1 fail, 3 unknown; the error's own where the target could not be read."""
    return _OF_RESULT[report.verdict.result] if error is None else error.exit_code


def of_inventory(report: Report, error: PratiqueError | None) -> int:
    """0 for one that was read whole, 3 for one with a part unread."""
    if error is not None:
        return error.exit_code
    return 3 if any(problem.blocking for problem in report.problems) else 0


def of_difference(found: Difference, fail_on: str) -> int:
    """1 where ``fail_on`` ("introduced", "verdict" or "") says so; else 3 where a layer of a side could not be read,
    and, where something should fail, where the new side is undecided by its policy: what the old one may hold unseen
    counts as introduced."""
    if fail_on == "introduced" and any(
        one.is_new and one.finding.decision.action is Action.FAIL for one in found.findings
    ):
        return 1
    if fail_on == "verdict" and found.new.verdict.result is Result.FAIL:
        return 1
    if any(side.coverage.layers_read < side.coverage.layers for side in (found.old, found.new)):
        return 3
    new = found.new.verdict
    return 3 if fail_on and (new.result is Result.UNKNOWN or new.undecided) else 0


def combined(codes: Iterable[int]) -> int:
    """The one that outranks the others."""
    return min(codes, key=_RANK.index, default=0)
