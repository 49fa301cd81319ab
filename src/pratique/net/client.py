"""A request in, a response out: retries, redirects, proxies, TLS and time-outs are dealt with here, for all parts.

HTTP semantics: RFC 9110 (https://www.rfc-editor.org/rfc/rfc9110).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import msgspec

from pratique.errors import NetworkError
from pratique.limits import DEFAULT, Limits
from pratique.net.options import Options
from pratique.net.response import Response
from pratique.net.retry import RETRIED, SILENCES, asked_seconds, patience_after, wait_seconds

if TYPE_CHECKING:
    from pratique.net.transport import Transport

_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# What may be a secret that one host was trusted with.
_CREDENTIALS = frozenset({"authorization", "cookie", "x-registry-auth", "x-registry-config"})
_STORING = 10  # times the patience of a read: who takes a large body answers when it is stored
_PORTS = {"http": 80, "https": 443}


class Upload(msgspec.Struct, frozen=True):
    """A body too large for memory: ``size`` bytes that ``open`` gives in pieces, anew for each attempt."""

    open: Callable[[], Iterator[bytes]]
    size: int


class Client:
    """Safe for threads, and for processes that fork: connections are never shared. It can be pickled."""

    def __init__(
        self,
        options: Options,
        limits: Limits = DEFAULT,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.options, self.limits = options, limits
        self._sleep = sleep
        self._transport: Transport | None = None

    def __reduce__(self) -> tuple[type[Client], tuple[Options, Limits, Callable[[float], None]]]:
        return Client, (self.options, self.limits, self._sleep)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | Upload | None = None,
        read_seconds: float | None = None,
    ) -> Response:
        """The answer, whatever its status, after redirects (of GET and HEAD) and retries (of idempotent methods, on
        broken connections and on statuses that ask for it; never of an ``Upload``, whose sender asks how far it came).
        A host that is silent twice, the second time for a third of it, is given up, and so is one that asks for more
        than ``limits.backoff_seconds`` in all. ``read_seconds`` is the longest silence, by default ``patience``. Raises
        ``NetworkError``, ``UsageError`` (a proxy or a certificate that cannot be used)."""
        fields = {"User-Agent": self.options.user_agent, "Accept-Encoding": "identity", **(headers or {})}
        if isinstance(body, Upload):
            fields["Content-Length"] = str(body.size)
        patience = self.patience if read_seconds is None else read_seconds
        if isinstance(body, Upload) and read_seconds is None:
            patience *= _STORING
        for _ in range(self.limits.redirects + 1):
            response = self._persistent(method, url, fields, body, patience)
            if response.status not in _REDIRECTS or method not in ("GET", "HEAD"):
                return response
            target = target_of(response)
            if origin(target) != origin(url):
                fields = {name: value for name, value in fields.items() if name.lower() not in _CREDENTIALS}
            url = target
        raise NetworkError(f"{response.host}: more than {self.limits.redirects} redirects")

    def _persistent(
        self, method: str, url: str, fields: Mapping[str, str], body: bytes | Upload | None, patience: float
    ) -> Response:
        from pratique.net.transport import Broken, Silent

        retries = self.limits.retries if method in _IDEMPOTENT and not isinstance(body, Upload) else 0
        silences, left = 0, self.limits.backoff_seconds  # of waiting for who says how long
        for attempt in range(retries + 1):
            try:
                sent = body.open() if isinstance(body, Upload) else body
                waiting = patience_after(silences, patience)
                response = Response(self._sender().send(method, url, fields, sent, waiting), url, patience)
            except Broken as error:
                silences += isinstance(error, Silent)
                if silences == SILENCES:
                    waited = sum(patience_after(at, patience) for at in range(SILENCES))
                    raise Silent(f"{error}: it was asked twice in {waited:.2g} s", hint=error.hint) from error
                if attempt == retries:
                    raise
                self.pause(attempt)
            else:
                asked = asked_seconds(response.headers.get("retry-after", ""), datetime.now(UTC))
                if response.status not in RETRIED or attempt == retries or (asked or 0.0) > left:
                    return response
                response.discard()
                self._sleep(wait_seconds(attempt, self.limits) if asked is None else asked)
                left -= asked or 0.0
        raise AssertionError("the last attempt returns or raises")

    @property
    def patience(self) -> float:
        """How long a host may say nothing, in seconds."""
        return self.options.read_seconds or self.limits.read_seconds

    def pause(self, attempt: int) -> None:
        """Wait after the ``attempt``-th failure, from 0."""
        self._sleep(wait_seconds(attempt, self.limits))

    def _sender(self) -> Transport:
        if self._transport is None:
            from pratique.net.transport import Transport  # urllib3 takes 60 ms to import

            self._transport = Transport(self.options, self.limits)
        return self._transport


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port (RFC 9110, section 4.3.1): what a credential is bound to."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)


def target_of(response: Response) -> str:
    """Where an answer's ``Location`` leads (RFC 9110, section 10.2.2). Raises ``NetworkError`` for one that leads out
    of HTTP, or out of encryption."""
    location = response.headers.get("location", "")
    response.discard()
    try:
        target = urljoin(response.url, location)
        scheme, host, _ = origin(target)
    except ValueError as error:
        raise NetworkError(f"{response.host}: it redirects to {location[:200]!r}") from error
    if not location or scheme not in _PORTS or not host:
        raise NetworkError(f"{response.host}: it redirects to {location[:200]!r}")
    if scheme == "http" and response.url.startswith("https:"):
        raise NetworkError(f"{response.host}: it redirects to {host!r} without encryption")
    return target
