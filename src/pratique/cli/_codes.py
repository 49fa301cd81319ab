"""Outcomes in, the exit code of the whole run out: of several targets 1 outranks 3, 3 outranks 2, 2 outranks 0."""

from __future__ import annotations

from collections.abc import Iterable

from pratique.errors import PratiqueError
from pratique.model import Report, Result

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


def combined(codes: Iterable[int]) -> int:
    """The one that outranks the others."""
    return min(codes, key=_RANK.index, default=0)
