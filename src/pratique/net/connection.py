"""Pools of connections for urllib3: TCP, TLS and Unix sockets, whose headers have to arrive within the read time-out.

http.client waits for each byte of a line as long as for a whole answer, so that a server which sends one at a time
would be waited for all day: https://docs.python.org/3/library/http.client.html
"""

from __future__ import annotations

import contextlib
import http.client
import io
import math
import socket
import time

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError


class _Timed(io.BufferedReader):
    """Lines of a socket that end in time. Bodies are not lines: their pace is looked at by who reads them."""

    def __init__(self, raw: io.RawIOBase, seconds: float) -> None:
        super().__init__(raw)
        self._seconds, self.header_end = seconds, math.inf

    def readline(self, size: int | None = -1, /) -> bytes:
        limit = math.inf if size is None or size < 0 else size
        end = min(self.header_end, time.monotonic() + self._seconds)
        line = bytearray()
        while len(line) < limit and not line.endswith(b"\n"):
            waiting = self.peek(1)  # waits for one packet at most
            if time.monotonic() > end:
                raise TimeoutError("the header does not end")
            if not waiting:
                break
            wanted = waiting.find(b"\n") + 1 or len(waiting)
            line += self.read(int(min(wanted, limit - len(line))))
        return bytes(line)


class _Response(http.client.HTTPResponse):
    """A response whose status line and fields take no longer than the socket's time-out, all together."""

    def __init__(
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self._sock, self._seconds = sock, sock.gettimeout() or math.inf
        self._timed = self.fp = _Timed(self.fp.detach(), self._seconds)

    def begin(self) -> None:
        self._timed.header_end = time.monotonic() + self._seconds
        super().begin()
        self._timed.header_end = math.inf
        _acknowledge(self._sock)


def _acknowledge(sock: socket.socket) -> None:
    """Say at once that the header has come, where the system can: a server that sends the body apart from it often
    waits for that, and the system for 40 ms before it says so (RFC 9293, section 3.8.6.3; tcp(7), TCP_QUICKACK)."""
    option = getattr(socket, "TCP_QUICKACK", None)
    if option is not None and sock.family in (socket.AF_INET, socket.AF_INET6):
        with contextlib.suppress(OSError):  # it is only faster so
            sock.setsockopt(socket.IPPROTO_TCP, option, 1)


class _Http(HTTPConnection):
    response_class = _Response


class _Https(HTTPSConnection):
    response_class = _Response


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _HttpPool, "https": _HttpsPool}


class _Socket(_Http):
    """HTTP over a Unix socket, as the Docker Engine API is spoken."""

    path = ""

    def _new_conn(self) -> socket.socket:
        connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connected.settimeout(self.timeout if isinstance(self.timeout, (int, float)) else None)
            connected.connect(self.path)
        except OSError as error:
            connected.close()
            raise NewConnectionError(self, f"{self.path}: {error.strerror or error}") from error
        return connected


class SocketPool(HTTPConnectionPool):
    """Connections to the Unix socket at ``path``."""

    def __init__(self, path: str, connections: int) -> None:
        super().__init__("localhost", maxsize=connections)
        self.ConnectionCls = type("_SocketAtPath", (_Socket,), {"path": path})
