"""How often it went wrong and what the server says of it in, seconds to wait out.

Exponential with full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/);
``Retry-After`` as RFC 9110, section 10.2.3, has it.
"""

from __future__ import annotations

import email.utils
from datetime import UTC, datetime

from pratique.limits import Limits

RETRIED = frozenset({408, 429, 500, 502, 503, 504})
_FIRST_SECONDS = 0.25


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
