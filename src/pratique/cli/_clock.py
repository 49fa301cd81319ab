"""What the command line and the environment say of the time in, the moment that ages are counted to out."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, date, datetime

from pratique.errors import UsageError


def add_now(group: argparse._ArgumentGroup) -> None:
    """--now."""
    group.add_argument(
        "--now",
        metavar="TIME",
        type=moment,
        help="the time that ages and expiries are counted to, RFC 3339 (default: $SOURCE_DATE_EPOCH, else the clock)",
    )


def moment(text: str) -> datetime:
    """A moment as RFC 3339 writes it, or a day, which means its first second; UTC where no zone is given."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no time as in 2026-01-31T12:00:00Z") from error
    try:
        return found.astimezone(UTC) if found.tzinfo is not None else found.replace(tzinfo=UTC)
    except OverflowError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not within the years 1 to 9999 of UTC") from error


def today_of(args: argparse.Namespace, environment: Mapping[str, str]) -> date:
    """The day, UTC, of ``now_of``."""
    return now_of(args, environment).astimezone(UTC).date()


def now_of(args: argparse.Namespace, environment: Mapping[str, str]) -> datetime:
    """``--now``, else the clock, which ``SOURCE_DATE_EPOCH`` stops
    (https://reproducible-builds.org/specs/source-date-epoch/). Raises ``UsageError``."""
    given: datetime | None = getattr(args, "now", None)
    if given is not None:
        return given
    epoch = environment.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"SOURCE_DATE_EPOCH: {epoch!r} is no number of seconds since 1970") from error
