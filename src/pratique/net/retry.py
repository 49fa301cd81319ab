"""What went wrong and how often in, seconds to wait out.

Exponential with full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/);
``Retry-After`` as RFC 9110, section 10.2.3, has it.
"""

from __future__ import annotations

import email.utils
from datetime import UTC, datetime

from pratique.limits import Limits

RETRIED = frozenset({408, 429, 500, 502, 503, 504})
_FIRST_SECONDS = 0.25


def wait_seconds(attempt: int, retry_after: str, limits: Limits, now: datetime) -> float:
    """How long to wait after the ``attempt``-th failure (from 0): what the server asks for, else a random time; never
    more than ``limits.backoff_seconds``."""
    asked = _asked(retry_after.strip(), now)
    if asked is not None:
        return max(0.0, min(asked, limits.backoff_seconds))
    import random  # 3 ms that only a failure need pay

    return random.uniform(0, min(_FIRST_SECONDS * 2.0**attempt, limits.backoff_seconds))


def _asked(retry_after: str, now: datetime) -> float | None:
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        moment = email.utils.parsedate_to_datetime(retry_after)
    except (ValueError, TypeError, IndexError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (moment - now).total_seconds()
