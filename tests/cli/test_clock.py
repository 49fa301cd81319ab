"""The time that a command counts to: the option, its variable, the build's epoch."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest

from pratique.cli import _clock, _config, _parser
from pratique.errors import UsageError


def now_of(*arguments: str, **variables: str) -> datetime:
    parser = _parser.Parser("list", "x")
    _clock.add_now(parser.add_argument_group("Reading"))
    _parser.add_general(parser)
    found = _config.resolve(parser, arguments, {"HOME": "/nonexistent", **variables}, dict, io.StringIO())
    return _clock.now_of(found, variables)


@pytest.mark.parametrize(
    ("arguments", "variables", "now"),
    [
        (["--now=2026-01-31"], {"SOURCE_DATE_EPOCH": "0"}, datetime(2026, 1, 31, tzinfo=UTC)),
        ([], {"PRATIQUE_NOW": "2026-01-31T01:02:03Z", "SOURCE_DATE_EPOCH": "0"}, datetime(2026, 1, 31, 1, 2, 3, tzinfo=UTC)),  # noqa: E501
        ([], {"SOURCE_DATE_EPOCH": "86400"}, datetime(1970, 1, 2, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_the_time(arguments: list[str], variables: dict[str, str], now: datetime) -> None:
    assert now_of(*arguments, **variables) == now


@pytest.mark.parametrize("epoch", ["soon", "1e9", "9" * 40, "253402300800", "-62135596801", "9" * 5000])
def test_a_wrong_epoch_is_wrong_usage(epoch: str) -> None:
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
        now_of(SOURCE_DATE_EPOCH=epoch)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_utc_has_no_year_for_is_wrong_usage(moment: str) -> None:
    with pytest.raises(UsageError, match=re.escape(f"--now: {moment!r} is not within the years 1 to 9999 of UTC")):
        now_of("--now", moment)
