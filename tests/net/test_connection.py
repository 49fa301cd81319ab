"""When a header has come it is acknowledged, so that a server which waits for that sends the body."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

from loopback import Reply, serve
from pratique.net.connection import POOLS

_QUICK = getattr(socket, "TCP_QUICKACK", None)


class _Noting(socket.socket):
    """A TCP socket that notes which of its options are set."""

    def __init__(self) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_STREAM)
        self.set: list[tuple[int, int, object]] = []

    def setsockopt(self, level: int, option: int, value: object, *more: object) -> None:
        self.set.append((level, option, value))
        super().setsockopt(level, option, value, *more)  # type: ignore[call-overload]


@pytest.mark.skipif(_QUICK is None, reason="only Linux has TCP_QUICKACK")
def test_each_header_is_acknowledged_at_once() -> None:
    with serve(lambda request: Reply(body=b"x")) as server, _Noting() as noting:
        parts = urlsplit(server.url)
        noting.settimeout(5)
        noting.connect((parts.hostname, parts.port))
        connection = POOLS["http"].ConnectionCls(parts.hostname or "", parts.port)
        connection.sock = noting
        for _ in range(2):  # the system forgets it after each
            noting.set.clear()
            connection.request("GET", "/x")
            assert noting.set == []
            response = connection.getresponse()
            assert noting.set == [(socket.IPPROTO_TCP, _QUICK, 1)]
            assert response.data == b"x"
