"""A repository and a path in, a response out: mirrors, plain HTTP, credentials and tokens are dealt with here.

OCI distribution specification v1.1: https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import msgspec

from pratique.errors import AuthError, NetworkError, NotFound, UsageError
from pratique.limits import Limits
from pratique.model import Struct
from pratique.net.client import Client, Upload, origin
from pratique.net.options import Options as NetworkOptions
from pratique.net.response import Response
from pratique.net.retry import patience_after
from pratique.oci import credentials
from pratique.oci.auth import Challenge, Grant, grant, parse_challenges, registry_words
from pratique.oci.options import Options, nothing_known
from pratique.oci.reference import DOCKER_HUB, Reference, is_host

_HUB_HOST = "registry-1.docker.io"


class Endpoint(Struct, frozen=True):
    """Where a repository is asked for: a mirror or the registry itself. ``name`` is what its credentials are under."""

    host: str
    prefix: str
    name: str


class Access(Struct, frozen=True):
    """What a grant is for: a repository at a host, and what may be done there (``pull`` or ``pull,push``)."""

    host: str
    repository: str
    actions: str


PULL, PUSH = "pull", "pull,push"
"""Actions of the token specification: https://distribution.github.io/distribution/spec/auth/scope/"""


class Session:
    """What is known of the registries that one target touches: which scheme they speak, which tokens hold. Safe for
    threads; can be pickled, so that a worker process goes on with the tokens that are there."""

    def __init__(
        self,
        options: Options,
        limits: Limits,
        schemes: Mapping[str, str] | None = None,
        grants: Mapping[Access, Grant] | None = None,
    ) -> None:
        self.limits = limits
        self._options = msgspec.structs.replace(options, known=nothing_known)
        self._client = Client(network_options(options), limits)
        self._schemes = dict(schemes or {})
        self._grants = dict(grants or {})
        self._challenged: dict[Access, tuple[list[Challenge], str]] = {}
        self._failed: set[str] = set()
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[object, ...]:
        return Session, (self._options, self.limits, dict(self._schemes), dict(self._grants))

    def request(self, method: str, reference: Reference, path: str, fields: Mapping[str, str]) -> Response:
        """The answer (200 or 206) of the first of mirrors and registry that has it. Raises what the registry itself
        gives: ``NotFound``, ``AuthError``, ``NetworkError``."""
        places = _endpoints(reference.registry, self._options.mirrors)
        for endpoint in places[:-1]:  # a mirror may fail in any way: the registry decides
            if endpoint.host in self._failed:
                continue
            try:
                return self._at(endpoint, method, reference, path, fields)
            except NotFound:
                continue
            except NetworkError:
                self._failed.add(endpoint.host)  # its retries are not waited for again
        return self._at(places[-1], method, reference, path, fields)

    def push(
        self,
        method: str,
        reference: Reference,
        place: str,
        fields: Mapping[str, str] | None = None,
        body: bytes | Upload | None = None,
    ) -> Response:
        """The registry's own answer, whatever its status, with leave to write; no mirror is asked. ``place`` is a path
        below the repository, or the URL that the registry gave an upload. Raises ``AuthError``, ``NetworkError``."""
        endpoint = _endpoints(reference.registry, {})[-1]
        base = f"{self._scheme(endpoint.host)}://{endpoint.host}/v2/{reference.repository}/"
        url = place if "://" in place else base + place
        if origin(url) != origin(base):  # an upload elsewhere carries its leave in its URL
            return self._client.request(method, url, headers=fields, body=body)
        access = Access(endpoint.host, reference.repository, PUSH)
        return self._granting(endpoint.name, access, method, url, fields or {}, body)

    def pause(self, attempt: int) -> None:
        """Wait after the ``attempt``-th failure, from 0."""
        self._client.pause(attempt)

    def _at(
        self, endpoint: Endpoint, method: str, reference: Reference, path: str, fields: Mapping[str, str]
    ) -> Response:
        repository = f"{endpoint.prefix}{reference.repository}"
        url = f"{self._scheme(endpoint.host)}://{endpoint.host}/v2/{repository}/{path}"
        access = Access(endpoint.host, repository, PULL)
        response = self._granting(endpoint.name, access, method, url, fields, None)
        return response.expect(reference.name, 200, 206, words=registry_words)

    def _granting(
        self,
        name: str,
        access: Access,
        method: str,
        url: str,
        fields: Mapping[str, str],
        body: bytes | Upload | None,
    ) -> Response:
        """The answer to a request with the grant that is held, or that the registry's challenge asks for."""
        known = self._known(access)
        if known is None and access in self._challenged:  # a body is not to be sent twice because a token has run out
            known = self._granted(access, name, known)
        response = self._client.request(method, url, headers=_with(fields, known), body=body)
        # A challenge of whom we were redirected to is not for this registry's credentials.
        if response.status == 401 and origin(response.url) == origin(url):
            response.discard()
            self._challenged[access] = parse_challenges(response.headers.all("www-authenticate")), response.url
            known = self._granted(access, name, known)
            response = self._client.request(method, url, headers=_with(fields, known), body=body)
            if response.status == 401 and known.field.startswith("Basic "):
                response.discard()
                raise AuthError(
                    f"{access.host} refuses the user and the password", hint=f"log in anew: docker login {name}"
                )
        return response

    def _known(self, access: Access) -> Grant | None:
        held = self._grants.get(access)
        return held if held is not None and held.until > time.time() else None

    def _granted(self, access: Access, name: str, refused: Grant | None) -> Grant:
        """A new grant; of threads that ask at once one fetches it, and the others use it."""
        with self._lock:
            held = self._known(access)
            if held is None or held == refused:
                challenges, url = self._challenged[access]
                found = credentials.find(name, access.repository, self._options)
                scope = f"repository:{access.repository}:{access.actions}"
                held = grant(challenges, url, scope, found, self._client)
                self._grants[access] = held
            return held

    def _scheme(self, host: str) -> str:
        """``https``; this machine, and hosts that are listed as insecure, may speak plain HTTP: they are tried."""
        if host not in self._schemes:
            name = urlsplit(f"//{host}").hostname or ""
            if name in ("localhost", "::1") or name.startswith("127."):
                self._schemes[host] = "http" if self._speaks("http", host) else "https"
            elif host in self._options.insecure or name in self._options.insecure:
                self._schemes[host] = "https" if self._speaks("https", host) else "http"
            else:
                self._schemes[host] = "https"
        return self._schemes[host]

    def _speaks(self, scheme: str, host: str) -> bool:
        """Whether there is a sensible answer; nothing secret is sent. To plain HTTP, TLS servers say 400 or hang up."""
        from pratique.net.transport import Broken, NotEncrypted, Silent

        client = Client(network_options(self._options), msgspec.structs.replace(self.limits, retries=0))
        try:
            # Who says nothing in plain HTTP is spoken to in it all the same: to wait for long would tell nothing.
            patience = patience_after(int(scheme == "http"), client.patience)
            with client.request("GET", f"{scheme}://{host}/v2/", read_seconds=patience) as response:
                return scheme == "https" or response.status != 400
        except Silent:
            return scheme == "http"
        except (Broken, NotEncrypted):
            return False


def network_options(options: Options) -> NetworkOptions:
    """The part of the options that the HTTP client needs."""
    return NetworkOptions(
        ca_file=options.ca_file,
        client_certificate=options.client_certificate,
        client_key=options.client_key,
        insecure=options.insecure,
        read_seconds=options.read_seconds,
        environment=options.environment,
    )


def _with(fields: Mapping[str, str], known: Grant | None) -> dict[str, str]:
    return {**fields, **({"Authorization": known.field} if known is not None else {})}


def _endpoints(registry: str, mirrors: Mapping[str, Sequence[str]]) -> list[Endpoint]:
    """Mirrors in order, then the registry. Raises ``UsageError`` for a mirror that is no host."""
    found = []
    for mirror in mirrors.get(registry, ()):
        host, _, prefix = mirror.removeprefix("https://").strip("/").partition("/")
        if not is_host(host):
            raise UsageError(f"{mirror!r} is no mirror", hint="write HOST[:PORT][/PREFIX]")
        found.append(Endpoint(host, f"{prefix}/" if prefix else "", host))
    own = _HUB_HOST if registry == DOCKER_HUB else registry
    return [*found, Endpoint(own, "", registry)]
