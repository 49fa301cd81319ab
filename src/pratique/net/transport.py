"""One request in, one raw response out: connection pools, TLS, proxies and sockets, with urllib3's errors translated.

Together with ``connection`` the only module that knows urllib3, imported when the first request is made:
https://urllib3.readthedocs.io/en/stable/reference/
"""

from __future__ import annotations

import builtins
import http.client
import os
import socket
import ssl
from collections.abc import Iterable, Mapping
from http.client import InvalidURL
from urllib.parse import unquote, urlsplit

import urllib3
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import (
    HTTPError,
    InsecureRequestWarning,
    LocationParseError,
    NewConnectionError,
    ProxyError,
    TimeoutError,
)

from pratique.errors import NetworkError, UsageError
from pratique.given import check_ends
from pratique.limits import Limits
from pratique.net.connection import POOLS, SocketPool
from pratique.net.options import Options
from pratique.net.proxy import proxy_for

ERRORS = (HTTPError, http.client.HTTPException, OSError, ValueError)
_POOLS, _CONNECTIONS = 16, 8
_SAID = 200
# In OpenSSL's names of the alerts on certificates that another side sends (RFC 8446, section 6.2).
_REFUSED = frozenset(("ALERT", "CERTIFICATE"))


class Broken(NetworkError):
    """A connection that failed in a way that may be gone at the next attempt."""


class Silent(Broken):
    """No answer within the time."""


class NotEncrypted(NetworkError):
    """The other side does not speak TLS."""


class Transport:
    """Pools of connections. After a fork the child makes its own: two processes on one TLS connection would read each
    other's bytes."""

    def __init__(self, options: Options, limits: Limits) -> None:
        self._options, self._limits = options, limits
        self._forget()

    def _forget(self) -> None:
        self._process = os.getpid()
        self._managers: dict[tuple[str, bool, bool], urllib3.PoolManager] = {}
        self._socket_pool: HTTPConnectionPool | None = None

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | Iterable[bytes] | None,
        read_seconds: float,
    ) -> urllib3.BaseHTTPResponse:
        """The response, its body not yet read, no redirect followed. Raises ``Broken`` for what may pass,
        ``NetworkError``, ``UsageError``."""
        if self._process != os.getpid():
            self._forget()
        timeout = urllib3.Timeout(connect=min(self._limits.connect_seconds, read_seconds), read=read_seconds)
        try:
            pool, address = self._pool(url)
            return pool.urlopen(
                method,
                address,
                body=body,
                headers=dict(headers),
                timeout=timeout,
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
        except ERRORS as error:
            raise translated(error, url) from error

    def _pool(self, url: str) -> tuple[urllib3.PoolManager | HTTPConnectionPool, str]:
        """The pool for ``url``, and how the URL is written in a request to it."""
        if self._options.unix_socket:
            parts = urlsplit(url)
            self._socket_pool = self._socket_pool or SocketPool(self._options.unix_socket, _CONNECTIONS)
            return self._socket_pool, parts.path + (f"?{parts.query}" if parts.query else "")
        proxy = proxy_for(url, self._options.environment)
        key = (proxy, url.startswith("https:"), is_listed(url, self._options.insecure))
        if key not in self._managers:
            self._managers[key] = self._manager(*key)
        return self._managers[key], url

    def _manager(self, proxy: str, encrypted: bool, insecure: bool) -> urllib3.PoolManager:
        context = _context(self._options, insecure) if encrypted else None  # loading the system's roots takes 20 ms
        if not proxy:
            manager = urllib3.PoolManager(_POOLS, maxsize=_CONNECTIONS, ssl_context=context)
        else:
            manager = self._proxied(proxy, context)
        manager.pool_classes_by_scheme = POOLS
        return manager

    def _proxied(self, proxy: str, context: ssl.SSLContext | None) -> urllib3.ProxyManager:
        parts = urlsplit(proxy)
        headers = None
        if parts.username:
            headers = urllib3.make_headers(
                proxy_basic_auth=f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            )
        bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        return urllib3.ProxyManager(
            bare,
            _POOLS,
            maxsize=_CONNECTIONS,
            proxy_headers=headers,
            ssl_context=context,
            proxy_ssl_context=_context(self._options, False) if parts.scheme == "https" else None,
        )


def is_listed(url: str, hosts: Iterable[str]) -> bool:
    """Whether the URL's ``host`` or ``host:port`` is one of ``hosts``."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2].lower() in hosts or (parts.hostname or "") in hosts


def translated(error: Exception, url: str) -> NetworkError:
    """Ours for what urllib3, http.client and sockets raise. Only the host is named: a URL may hold a signature."""
    host = urlsplit(url).netloc.rpartition("@")[2] or url
    cause = _root(error)
    said = " ".join(str(cause).split())[:_SAID]  # of who does not speak HTTP, what it sent
    if isinstance(cause, ssl.SSLCertVerificationError):
        hint = "give the CA's certificate with --ca-file, or list the host with --insecure-registry if you must"
        return NetworkError(f"{host}: its certificate is not trusted: {cause.verify_message}", hint=hint)
    if isinstance(cause, ssl.SSLError) and _REFUSED.issubset((cause.reason or "").split("_")):
        hint = "it wants a certificate that it trusts: --client-cert and --client-key"
        return NetworkError(f"{host}: it refuses this client's certificate, or that there is none", hint=hint)
    if isinstance(cause, ssl.SSLError):
        return NotEncrypted(f"{host}: TLS fails: {cause.reason or cause}", hint="does it speak plain HTTP?")
    if isinstance(cause, socket.gaierror) and isinstance(error, ProxyError):
        return Broken(f"{host}: its proxy's name has no address", hint="check HTTPS_PROXY, HTTP_PROXY and NO_PROXY")
    if isinstance(cause, socket.gaierror) and cause.errno != socket.EAI_AGAIN:
        return NetworkError(f"{host}: there is no such host", hint="check the name, the network, and HTTPS_PROXY")
    if isinstance(error, (LocationParseError, InvalidURL, UnicodeError)):
        return NetworkError(f"{url[:200]!r} is no URL")
    if isinstance(cause, builtins.TimeoutError | TimeoutError) and not isinstance(cause, NewConnectionError):
        return Silent(f"{host}: no answer in time", hint="is the host reachable, is a proxy needed?")
    if isinstance(error, ProxyError):
        return Broken(f"{host}: the proxy refused or failed: {said}", hint="check HTTPS_PROXY and NO_PROXY")
    return Broken(f"{host}: the connection failed: {said}", hint="is the host reachable, is a proxy needed?")


def _root(error: BaseException) -> BaseException:
    """The innermost reason: urllib3 wraps, and each layer says less."""
    for _ in range(10):
        inner = getattr(error, "reason", None)
        inner = inner if isinstance(inner, BaseException) else error.__cause__ or error.__context__
        if not isinstance(inner, BaseException):
            break
        error = inner
    return error


def _context(options: Options, insecure: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if insecure:
        urllib3.disable_warnings(InsecureRequestWarning)  # the user has asked for it
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    named = [name for name in (options.ca_file, options.client_certificate, options.client_key) if name]
    try:
        for name in named:
            check_ends(name, "the PEM file")
        if options.ca_file:
            context.load_verify_locations(options.ca_file)
        if options.client_certificate:
            context.load_cert_chain(options.client_certificate, options.client_key or None)
    except (OSError, ssl.SSLError) as error:
        keyless = options.client_certificate and not options.client_key
        hint = "PEM files are wanted" + (", and the certificate's key: --client-key" if keyless else "")
        raise UsageError(f"{' or '.join(map(repr, named))} cannot be used: {error}", hint=hint) from error
    return context
