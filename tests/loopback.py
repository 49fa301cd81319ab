"""A web server on loopback: a function from request to reply, on TCP or a Unix socket, that can also misbehave.

with serve(lambda request: Reply(body=b"hello")) as server:
    client.request("GET", server.url + "/x")
    assert server.requests[0].path == "/x"
"""

from __future__ import annotations

import contextlib
import functools
import http.server
import itertools
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    body: bytes


@dataclass(frozen=True)
class Reply:
    """``length`` None announces the body's own; -1 announces nothing and ends by closing. ``cut`` sends only so many
    bytes and closes; ``hang`` says nothing at all until the client goes; ``drop`` closes without a word; ``endless``
    repeats the body for ever; ``drip`` sends a byte at a time, so many seconds apart, and ``drip_header``, if given,
    again and again instead of an answer. To CONNECT the body names the host and port that is connected to."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    length: int | None = None
    cut: int | None = None
    hang: bool = False
    drop: bool = False
    endless: bool = False
    drip: float = 0.0
    drip_header: bytes = b""


@dataclass
class Server:
    url: str
    requests: list[Request] = field(default_factory=list)

    def paths(self, method: str = "GET") -> list[str]:
        return [request.path for request in self.requests if request.method == method]


@contextlib.contextmanager
def serve(
    answer: Callable[[Request], Reply],
    *,
    unix: Path | None = None,
    certificate: Path | None = None,
    host: str = "127.0.0.1",
    clients: Path | None = None,
) -> Iterator[Server]:
    """``certificate`` is a PEM file of key and certificate, for TLS; ``clients`` is the one that clients have to
    show. ``host`` is how the server's URL names it."""
    server = Server("")
    stopped = threading.Event()

    handler = functools.partial(_Handler, answer, server.requests, stopped)
    with _listener(handler, unix, certificate, clients) as listening:
        port = 0 if unix else listening.server_address[1]
        server.url = "http://localhost" if unix else f"{'https' if certificate else 'http'}://{host}:{port}"
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield server
        finally:
            stopped.set()
            listening.shutdown()


class _Handler(http.server.BaseHTTPRequestHandler):
    """Answers as ``answer`` says, and notes what it was asked for; until it is ``stopped``."""

    protocol_version = "HTTP/1.1"

    def __init__(
        self, answer: Callable[[Request], Reply], asked: list[Request], stopped: threading.Event, *rest: Any
    ) -> None:
        self._answer, self._asked, self._stopped = answer, asked, stopped
        super().__init__(*rest)

    def _do(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body)
        self._asked.append(request)
        with contextlib.suppress(ConnectionError):
            self._send(self._answer(request))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = _do

    def do_CONNECT(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._asked.append(Request("CONNECT", self.path, headers, b""))
        target, _, port = self._answer(self._asked[-1]).body.decode().partition(":")
        with socket.create_connection((target, int(port))) as other:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=_pump, args=(other, self.connection), daemon=True)
            back.start()
            _pump(self.connection, other)
            back.join(5)
        self.close_connection = True

    def _send(self, reply: Reply) -> None:
        if reply.hang:
            self._stopped.wait(30)
            self.close_connection = True
            return
        if reply.drop:
            self.close_connection = True
            return
        for number in itertools.count() if reply.drip_header else ():
            self.wfile.write(reply.drip_header[number % len(reply.drip_header) :][:1])
            if self._stopped.wait(reply.drip):
                return
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        if reply.length != -1:
            self.send_header("Content-Length", str(len(reply.body) if reply.length is None else reply.length))
        else:
            self.close_connection = True
        self.end_headers()
        for position in range(len(reply.body) if reply.drip else 0):
            self.wfile.write(reply.body[position : position + 1])
            self._stopped.wait(reply.drip)
        if self.command != "HEAD" and not reply.drip:
            self.wfile.write(reply.body[: reply.cut])
        while reply.endless and not self._stopped.is_set():
            self.wfile.write(reply.body)
        if reply.cut is not None:
            self.close_connection = True

    def log_message(self, *arguments: object) -> None:
        pass

    def address_string(self) -> str:
        return "loopback"


@contextlib.contextmanager
def serve_folder(folder: Path) -> Iterator[tuple[int, list[tuple[str, int]]]]:
    """A folder behind HTTP by Python's own server (https://docs.python.org/3/library/http.server.html): its port, and
    what is asked of it, a (path, status) each."""
    asked: list[tuple[str, int]] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(folder))  # type: ignore[arg-type]

        def log_request(self, code: object = "-", size: object = "-") -> None:
            asked.append((self.path, int(str(getattr(code, "value", code)))))

        def log_message(self, *args: object) -> None:
            pass

    with _Tcp(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield listening.server_port, asked
        finally:
            listening.shutdown()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


class _Tcp(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128  # past it a client waits a second before it tries again: listen(2)

    def handle_error(self, request: object, address: object) -> None:
        pass  # clients that go away are what is tested


class _Unix(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    block_on_close = False


def _listener(
    handler: Callable[..., http.server.BaseHTTPRequestHandler],
    unix: Path | None,
    certificate: Path | None,
    clients: Path | None,
) -> socketserver.BaseServer:
    if unix is not None:
        return _Unix(str(unix), handler)
    server = _Tcp(("127.0.0.1", 0), handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        if clients is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(clients)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    return server


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
