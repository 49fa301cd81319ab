"""A way to ask for bytes from a position in, one unbroken stream out: a connection that breaks is resumed by range.

OCI distribution specification, "Pulling blobs": https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from pratique.errors import NetworkError, Unreadable
from pratique.net.response import Response
from pratique.net.retry import Breaks

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(?:\d{1,18}|\*)")
_BUFFER = 256 << 10


def stream(ask: Callable[[int], Response], size: int, retries: int, name: str, position: int = 0) -> io.BufferedReader:
    """The blob of ``size`` bytes (-1: unknown), from ``position`` on. ``ask`` gives the response from a position on,
    with status 200 or 206. At most ``retries`` answers in a row may break off early, one of them in silence. Raises
    ``NetworkError``, and ``Unreadable`` for more bytes than ``size``; the digest is for the reader to check."""
    return io.BufferedReader(_Blob(ask, size, retries, name, position), _BUFFER)


class _Blob(io.RawIOBase):
    def __init__(self, ask: Callable[[int], Response], size: int, retries: int, name: str, position: int) -> None:
        self._ask, self._size, self._name = ask, size, name
        self._position = position
        self._breaks = Breaks(retries, position)
        self._response: Response | None = None  # also while the first request fails: the collector closes us then
        self._response = self._from(position)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        if self._position == self._size:
            self._refuse_more()
            return 0
        data = self._next(len(view))
        self._position += len(data)
        if 0 <= self._size < self._position:
            raise self._too_long()
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if self._response is not None:
            self._response.close()
            self._response = None
        super().close()

    def _next(self, count: int) -> bytes:
        """The next bytes, from a new answer when this one breaks; none at the end of a blob of unknown size."""
        while True:
            if self._response is None:
                self._response = self._from(self._position)  # the client has its own retries for this
            try:
                data = self._response.take(count)
                if not data and self._position < self._size:
                    raise NetworkError(f"{self._name}: {self._position} bytes came, not {self._size}")
            except NetworkError as error:
                self._drop()
                if self._breaks.too_many(error, self._position):
                    raise
            else:
                return data

    def _from(self, position: int) -> Response:
        response = self._ask(position)
        try:
            return self._checked(response, position)
        except BaseException:
            response.close()
            raise

    def _checked(self, response: Response, position: int) -> Response:
        encoding = response.headers.get("content-encoding", "identity").lower()
        if encoding not in ("", "identity"):
            raise Unreadable(f"{self._name}: sent as {encoding[:40]!r}, which is not what its digest names")
        announced = response.headers.get("content-length", "")
        if announced.isdigit() and 0 <= self._size < int(announced[:20]):
            raise self._too_long()
        if response.status == 206:
            matched = _RANGE.fullmatch(response.headers.get("content-range", ""))
            if matched is None or int(matched[1]) != position:
                raise NetworkError(f"{self._name}: not the range that was asked for")
            return response
        left = position
        while left > 0:  # the server does not know ranges: what we have comes again
            again = response.take(min(left, _BUFFER))
            if not again:
                raise NetworkError(f"{self._name}: it ends at byte {position - left}, where more had come before")
            left -= len(again)
        return response

    def _refuse_more(self) -> None:
        """An answer without a length that goes on past the blob's size is not that blob."""
        if self._response is None:
            return
        response, self._response = self._response, None
        try:
            more = response.take(1)
        except NetworkError:
            more = b""
        response.close()
        if more:
            raise self._too_long()

    def _drop(self) -> None:
        if self._response is not None:
            self._response.close()
            self._response = None

    def _too_long(self) -> Unreadable:
        return Unreadable(f"{self._name}: more than the {self._size} bytes that its descriptor says")
