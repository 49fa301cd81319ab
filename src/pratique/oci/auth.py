"""A registry's challenge and credentials in, the ``Authorization`` field that answers it out.

Challenges: RFC 9110, section 11.6.1; tokens: https://distribution.github.io/distribution/spec/auth/token/ and, with an
identity token, https://distribution.github.io/distribution/spec/auth/oauth/
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from pratique.errors import UNDECODABLE, AuthError, NetworkError, NotFound
from pratique.model import Struct
from pratique.net.client import Client, origin
from pratique.oci.credentials import ANONYMOUS, Credentials

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_SCHEME = re.compile(rf"\s*({_TOKEN})(?:\s+|\s*$|\s*(?=,))")
_PARAMETER = re.compile(rf'\s*({_TOKEN})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|({_TOKEN}))\s*')
_TOKEN68 = re.compile(r"[A-Za-z0-9._~+/-]+=*\s*(?=,|$)")
_BEARER = re.compile(r"[\x21-\x7e]{1,65536}")
_ANSWER_LIMIT = 1 << 20
_DEFAULT_SECONDS = 60.0  # token specification: "expires_in … defaults to 60 seconds"
_MARGIN_SECONDS = 10.0
_CLIENT_ID = "pratique"
_CODE = re.compile(r"[A-Z_]{1,40}")
_WORDS = 200  # characters of what a registry says of an error


class Challenge(Struct, frozen=True):
    """One of ``WWW-Authenticate``; scheme and names of parameters in lower case."""

    scheme: str
    parameters: dict[str, str] = msgspec.field(default_factory=dict)


class Grant(Struct, frozen=True):
    """An ``Authorization`` field and the moment of ``time.time()`` until which it is good."""

    field: str
    until: float


class _Answer(msgspec.Struct, frozen=True):
    """What a token server says."""

    token: str | None = ""
    access_token: str | None = ""
    expires_in: float | None = None


class _Complaint(msgspec.Struct, frozen=True):
    code: str | None = ""
    message: str | None = ""


class _Complaints(msgspec.Struct, frozen=True):
    """Why a registry refuses: distribution specification, "Error codes"; a token server's ``details`` likewise."""

    errors: tuple[_Complaint, ...] | None = ()
    details: str | None = ""


def registry_words(body: bytes) -> str:
    """The first reason that an answer gives, as ``CODE: 'message'``; "" where it gives none that can be read."""
    try:
        told = msgspec.json.decode(body, type=_Complaints)
    except UNDECODABLE:
        return ""
    first = told.errors[0] if told.errors else _Complaint(message=told.details)
    code = first.code if first.code and _CODE.fullmatch(first.code) else ""
    message = repr(first.message[:_WORDS]) if first.message else ""
    return ": ".join(filter(None, (code, message)))


def parse_challenges(values: Sequence[str]) -> list[Challenge]:
    """All challenges of all fields; one that cannot be read ends its field, what came before it counts."""
    return [challenge for value in values for challenge in _challenges(value)]


def _challenges(value: str) -> list[Challenge]:
    found: list[Challenge] = []
    position = 0
    while position < len(value):
        scheme = _SCHEME.match(value, position)
        if scheme is None:
            break
        position, parameters = _parameters(value, scheme.end())
        found.append(Challenge(scheme[1].lower(), parameters))
        while position < len(value) and value[position] in ", \t":
            position += 1
    return found


def _parameters(value: str, position: int) -> tuple[int, dict[str, str]]:
    parameters: dict[str, str] = {}
    blob = _TOKEN68.match(value, position)
    if blob is not None and _PARAMETER.match(value, position) is None:
        return blob.end(), parameters
    while (matched := _PARAMETER.match(value, position)) is not None:
        quoted, plain = matched[2], matched[3]
        parameters[matched[1].lower()] = plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        position = matched.end()
        if value[position : position + 1] != ",":
            break
        position += 1
    return position, parameters


def grant(challenges: Sequence[Challenge], url: str, scope: str, credentials: Credentials, client: Client) -> Grant:
    """The answer to the challenges that ``url`` gave. Raises ``AuthError``: none that we can answer, credentials that
    were refused or are missing, or a token server that credentials must not be sent to."""
    for challenge in challenges:
        if challenge.scheme == "bearer":
            return _bearer(challenge, url, scope, credentials, client)
    if any(challenge.scheme == "basic" for challenge in challenges):
        if not credentials.username:
            raise AuthError(f"{urlsplit(url).netloc}: a user and a password are wanted", hint="log in: docker login")
        return Grant(_basic(credentials), float("inf"))
    offered = ", ".join(challenge.scheme for challenge in challenges) or "nothing"
    raise AuthError(f"{urlsplit(url).netloc}: it asks for {offered[:100]}, where Basic or Bearer can be answered")


def _basic(credentials: Credentials) -> str:
    return "Basic " + base64.b64encode(f"{credentials.username}:{credentials.password}".encode()).decode()


def _bearer(challenge: Challenge, url: str, scope: str, credentials: Credentials, client: Client) -> Grant:
    if credentials.registry_token:
        return Grant(f"Bearer {credentials.registry_token}", float("inf"))
    realm = _realm(challenge.parameters.get("realm", ""), url)
    query = {"service": challenge.parameters.get("service", ""), "scope": challenge.parameters.get("scope") or scope}
    query = {name: value for name, value in query.items() if value}
    if credentials.identity_token:
        form = {"grant_type": "refresh_token", "client_id": _CLIENT_ID, "refresh_token": credentials.identity_token}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        response = client.request("POST", realm, headers=headers, body=urlencode(form | query).encode())
    else:
        headers = {"Authorization": _basic(credentials)} if credentials != ANONYMOUS else {}
        response = client.request("GET", _with_query(realm, query), headers=headers)
    with response:
        try:
            data = response.expect("the token server", 200, words=registry_words).read(_ANSWER_LIMIT)
            answer = msgspec.json.decode(data, type=_Answer)
        except NotFound as error:
            raise AuthError(f"{error}", hint="its registry names a token server that is none") from error
        except UNDECODABLE as error:
            raise AuthError(f"{response.host}: its answer is no token") from error
    token = answer.token or answer.access_token or ""
    if not _BEARER.fullmatch(token):
        raise AuthError(f"{response.host}: its answer is no token")
    seconds = answer.expires_in if answer.expires_in and answer.expires_in > 0 else _DEFAULT_SECONDS
    return Grant(f"Bearer {token}", time.time() + max(1.0, seconds - _MARGIN_SECONDS))


def _realm(realm: str, url: str) -> str:
    """The token server, if credentials may go there: over TLS, or to the very host that already is asked without."""
    try:
        scheme, host, _ = origin(realm)
        asked_scheme, asked_host, _ = origin(url)
    except ValueError as error:
        raise NetworkError(f"{realm[:200]!r} is no address of a token server") from error
    if scheme == "https" and host:
        return realm
    if scheme == "http" and asked_scheme == "http" and host == asked_host:
        return realm
    raise AuthError(
        f"{asked_host}: it sends us for a token to {realm[:200]!r}, where credentials would not be encrypted",
        hint="the registry's realm has to be an https:// address",
    )


def _with_query(realm: str, query: dict[str, str]) -> str:
    parts = urlsplit(realm)
    return urlunsplit(parts._replace(query=urlencode(parse_qsl(parts.query) + list(query.items())), fragment=""))
