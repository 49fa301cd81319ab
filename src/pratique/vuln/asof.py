"""A past moment and the dates of records in, what was not known then out.

Only dates are turned back: a record's text, and the ranges that were corrected since, are those of today.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec


class AsOf(msgspec.Struct, frozen=True):
    """What was known at a moment, which is aware of its time zone."""

    at: datetime

    @property
    def day(self) -> str:
        """The day in UTC, YYYY-MM-DD."""
        return self.at.astimezone(UTC).date().isoformat()

    @property
    def text(self) -> str:
        """RFC 3339, in UTC to the second."""
        return self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def had(self, day: str) -> bool:
        """Whether that day (YYYY-MM-DD, or a time) had come; what has no date that can be read is not taken away."""
        return day[:10] <= self.day or parse_date(day[:10]) is None

    def before(self, moment: str) -> bool:
        """Whether that moment (RFC 3339) was still to come; False where it is none."""
        then = parse_date(moment)
        return then is not None and then > self.at


def silence(published: str, withdrawn: str, as_of: AsOf | None, now: datetime | None = None) -> str:
    """Why a record of these dates says nothing, "" where it does: it was withdrawn, or not yet published. A day of
    withdrawal that is later than ``now`` has not come."""
    if as_of is not None and as_of.before(published):
        return f"it was published on {published[:10]}, later than {as_of.day}"
    moment = as_of or (AsOf(now) if now is not None else None)
    if not withdrawn or (moment is not None and moment.before(withdrawn)):
        return ""
    return f"it was withdrawn on {withdrawn[:10]}"


def parse_date(text: str) -> datetime | None:
    """An RFC 3339 time as an aware datetime; None for what is none."""
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
