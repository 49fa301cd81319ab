"""A raw HTTP response in, its status, fields and bounded body out.

RFC 9110 (https://www.rfc-editor.org/rfc/rfc9110), sections 6.4 (content) and 8.4 (Content-Encoding).
"""

from __future__ import annotations

import http.client
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pratique.errors import AuthError, LimitExceeded, NetworkError, NotFound
from pratique.net.retry import asked_seconds

if TYPE_CHECKING:
    import urllib3

_REST = 64 << 10  # what is read of an unwanted body, to keep its connection
_PACE = 1 << 10  # bytes a second: slower than that is no answer
_CHUNK = 256 << 10


class Headers(Mapping[str, str]):
    """Fields of a response, whatever their case; of several of one name the mapping has the first."""

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        self._fields: dict[str, list[str]] = {}
        for name, value in fields:
            self._fields.setdefault(name.lower(), []).append(value)

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()][0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def all(self, name: str) -> list[str]:
        """All values of one name, in order."""
        return self._fields.get(name.lower(), [])


class Response:
    """``status``, ``headers`` and ``url`` (the last one, after redirects); the body is read once, by ``read``,
    ``take`` or ``stream``."""

    def __init__(self, raw: urllib3.BaseHTTPResponse, url: str, read_seconds: float) -> None:
        self.status = raw.status
        self.headers = Headers(raw.headers.items())
        self.url = url
        self._raw, self._patience = raw, read_seconds
        self._waited, self._received = 0.0, 0

    def take(self, size: int = _CHUNK) -> bytes:
        """The next bytes as they were sent, at most ``size``; none at the end. Raises ``NetworkError`` when the
        connection breaks, before the announced length is there, or the bytes come too slowly to ever end."""
        from pratique.net.transport import ERRORS, Silent, translated

        start = time.monotonic()
        try:
            data = self._raw.read1(size)
        except ERRORS as error:
            raise translated(error, self.url) from error
        self._waited += time.monotonic() - start
        self._received += len(data)
        if self._waited > self._patience and self._received < self._waited * _PACE:
            self.close()
            raise Silent(f"{self.host}: {self._received} bytes in {self._waited:.0f} s are too slow to go on")
        return data

    def stream(self, chunk: int = _CHUNK) -> Iterator[bytes]:
        """The body as it was sent, in pieces of at most ``chunk`` bytes."""
        while data := self.take(chunk):
            yield data

    def read(self, limit: int) -> bytes:
        """The whole body, decoded if it was compressed on the way. Raises ``LimitExceeded`` past ``limit`` bytes."""
        announced = self.headers.get("content-length", "")
        if announced.isdigit() and int(announced[:20]) > limit:
            raise self._too_large(limit)
        parts, total = [], 0
        while data := self.take():
            parts.append(data)
            total += len(data)
            if total > limit:
                raise self._too_large(limit)
        return self._decoded(b"".join(parts), limit)

    def expect(self, what: str, *allowed: int, words: Callable[[bytes], str] = lambda body: "") -> Response:
        """Itself, if its status is one of ``allowed``. Else raises ``AuthError``, ``NotFound`` or ``NetworkError`` that
        names ``what`` was asked for, if anything, and what ``words`` finds in the body's first 64 KiB; and closes."""
        if self.status in allowed:
            return self
        told = words(self._rest())
        answer = f"{what}: " if what else ""
        answer += f"{self.host} answers {self.status} {http.client.responses.get(self.status, '')}".rstrip()
        answer += f" ({told})" if told else ""
        asked = asked_seconds(self.headers.get("retry-after", ""), datetime.now(UTC))
        wait = "wait" if asked is None else f"wait {asked:.0f} s, as it asks"
        if self.status in (401, 403, 407):
            raise AuthError(answer, hint="log in (docker login, podman login), or check what the account may read")
        if self.status in (404, 410):
            raise NotFound(answer, hint="check the name; private images answer so too, to who has not logged in")
        if self.status == 429:
            raise NetworkError(answer, hint=f"too many requests: log in for a higher limit, use a mirror, or {wait}")
        raise NetworkError(answer, hint=wait if asked else "")

    @property
    def host(self) -> str:
        """Who answered."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    def discard(self) -> None:
        """Reads a short rest, so that the connection serves again; a long one is not worth it."""
        self._rest()

    def _rest(self) -> bytes:
        parts, left = [], _REST
        try:
            while left > 0 and (data := self.take(left)):
                parts.append(data)
                left -= len(data)
        except NetworkError:
            pass  # what has come is as good as it gets
        self.close()
        return b"".join(parts)

    def close(self) -> None:
        """Ends it; what was not read is lost, with its connection."""
        self._raw.close()

    def __enter__(self) -> Response:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _too_large(self, limit: int) -> LimitExceeded:
        self.close()
        return LimitExceeded(f"{self.host}: an answer of more than {limit} bytes")

    def _decoded(self, data: bytes, limit: int) -> bytes:
        """We ask for ``identity``; some servers and proxies compress all the same."""
        encoding = self.headers.get("content-encoding", "identity").strip().lower()
        if encoding in ("", "identity"):
            return data
        if encoding not in ("gzip", "x-gzip", "deflate"):
            raise NetworkError(f"{self.host}: the answer is encoded as {encoding[:40]!r}, which was not asked for")
        inflating = zlib.decompressobj(wbits=47 if encoding != "deflate" else 15)
        try:
            plain = inflating.decompress(data, limit + 1)
        except zlib.error as error:
            raise NetworkError(f"{self.host}: the answer is not {encoding}: {error}") from error
        if len(plain) > limit:
            raise self._too_large(limit)
        if not inflating.eof:
            raise NetworkError(f"{self.host}: the {encoding} answer is cut short")
        return plain
