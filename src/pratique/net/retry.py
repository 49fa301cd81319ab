"""How often it went wrong and what the server says of it in, seconds to wait out.

Exponential with full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/);
``Retry-After`` as RFC 9110, section 10.2.3, has it.
"""

from __future__ import annotations

import email.utils
from datetime import UTC, datetime

from pratique.errors import NetworkError
from pratique.limits import Limits

RETRIED = frozenset({408, 429, 500, 502, 503, 504})
SILENCES = 2
"""Times that a host may say nothing at all before it is given up: the first takes the whole patience of a read."""
_SHARE = 3


def patience_after(silences: int, seconds: float) -> float:
    """How long to wait for a host that has been silent so often: who said nothing all that time is asked once more only
    because the connection may have been dead."""
    return seconds / _SHARE if silences else seconds


_FIRST_SECONDS = 0.25
_PROGRESS = 1 << 20  # bytes


class Breaks:
    """The breaks of one transfer, in a row: a MiB that has come makes the next one the first again."""

    def __init__(self, retries: int, position: int = 0) -> None:
        self._retries, self._position = retries, position
        self.count, self.silences = 0, 0

    def too_many(self, error: NetworkError, position: int) -> bool:
        """Whether the transfer that broke so, so many bytes in, is to be given up: after ``retries`` breaks, or after
        two silences."""
        from pratique.net.transport import Silent  # imported by then: a request has been made

        if position - self._position >= _PROGRESS:
            self.count, self.silences = 0, 0
        self.count += 1
        self.silences += isinstance(error, Silent)
        self._position = position
        return self.count > self._retries or self.silences >= SILENCES


def wait_seconds(attempt: int, limits: Limits) -> float:
    """How long to wait after the ``attempt``-th failure (from 0) of who asks for no time: a random one, never more than
    ``limits.backoff_seconds``."""
    import random  # 3 ms that only a failure need pay

    return random.uniform(0, min(_FIRST_SECONDS * 2.0**attempt, limits.backoff_seconds))


def asked_seconds(retry_after: str, now: datetime) -> float | None:
    """The wait that a ``Retry-After`` asks for; None where it is missing, or says nothing that can be read."""
    retry_after = retry_after.strip()
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        moment = email.utils.parsedate_to_datetime(retry_after)
    except (ValueError, TypeError, IndexError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
