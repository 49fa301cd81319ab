"""A registry's host and the user's files in, credentials for it out: Docker's and Podman's files, credential helpers.

config.json: https://docs.docker.com/reference/cli/docker/login/#credential-stores ; containers-auth.json(5):
https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md ; helpers:
https://github.com/docker/docker-credential-helpers
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pratique.errors import UNDECODABLE, AuthError, UsageError
from pratique.folders import home
from pratique.given import check_ends
from pratique.model import Struct
from pratique.oci.options import Options
from pratique.oci.reference import DOCKER_HUB

if TYPE_CHECKING:
    from subprocess import Popen

_HUB_KEY = "https://index.docker.io/v1/"
_HUB_NAMES = frozenset({DOCKER_HUB, "index.docker.io", "registry-1.docker.io"})
_HELPER = re.compile(r"[A-Za-z0-9._-]{1,100}")
_HELPER_SECONDS = 30.0
_TOKEN_USER = "<token>"  # docker-credential-helpers: the secret is an identity token
_FILE_LIMIT = 8 << 20  # bytes, also of what a helper writes
_PIECE = 1 << 16


class Credentials(Struct, frozen=True):
    """What proves who asks; all empty means anonymous. ``identity_token`` is exchanged for an access token,
    ``registry_token`` is one."""

    username: str = ""
    password: str = ""
    identity_token: str = ""
    registry_token: str = ""

    def __repr__(self) -> str:
        return f"Credentials({self.username!r}, …)"  # never a secret in a message


ANONYMOUS = Credentials()


class _Entry(msgspec.Struct, frozen=True, rename="lower"):
    """One of ``auths``."""

    auth: str | None = ""
    username: str | None = ""
    password: str | None = ""
    identity_token: str | None = msgspec.field(default="", name="identitytoken")
    registry_token: str | None = msgspec.field(default="", name="registrytoken")


class _File(msgspec.Struct, frozen=True, rename="camel"):
    """config.json and auth.json: the fields about credentials."""

    auths: dict[str, _Entry] | None = None
    cred_helpers: dict[str, str] | None = None
    creds_store: str | None = ""


class _Answer(msgspec.Struct, frozen=True, rename="pascal"):
    """What a helper prints."""

    username: str = ""
    secret: str = ""


def find(registry: str, repository: str, options: Options) -> Credentials:
    """Credentials for ``repository`` at ``registry`` (``host[:port]``), from the first file that has some. Raises
    ``UsageError`` for a file that cannot be read, ``AuthError`` for a helper that fails."""
    for path, named in _paths(options):
        file = _load(path, named)
        found = _in_file(file, registry, repository, options) if file is not None else ANONYMOUS
        if found != ANONYMOUS:
            return found
    return ANONYMOUS


def _paths(options: Options) -> Iterator[tuple[Path, bool]]:
    """Where credentials may lie, and whether the user named the file (then it has to exist)."""
    environment = options.environment
    named = options.auth_file or environment.get("REGISTRY_AUTH_FILE", "")
    if named:
        yield Path(named), True
        return
    if environment.get("DOCKER_CONFIG"):
        yield Path(environment["DOCKER_CONFIG"], "config.json"), False
    if environment.get("XDG_RUNTIME_DIR"):
        yield Path(environment["XDG_RUNTIME_DIR"], "containers", "auth.json"), False
    yield Path(environment.get("XDG_CONFIG_HOME") or home(environment) / ".config", "containers", "auth.json"), False
    if not environment.get("DOCKER_CONFIG"):
        yield home(environment) / ".docker" / "config.json", False


def _load(path: Path, named: bool) -> _File | None:
    try:
        check_ends(path, "the file of credentials")
        with path.open("rb") as stream:
            return msgspec.json.decode(stream.read(_FILE_LIMIT), type=_File)
    except FileNotFoundError as error:
        if not named:
            return None
        raise UsageError(f"{str(path)!r}: there is no such file of credentials") from error
    except (OSError, *UNDECODABLE) as error:
        raise UsageError(
            f"{str(path)!r} cannot be read: {error}", hint="it is to be like Docker's config.json"
        ) from error


def _in_file(file: _File, registry: str, repository: str, options: Options) -> Credentials:
    helpers = file.cred_helpers or {}
    for name in _HUB_NAMES if registry == DOCKER_HUB else (registry,):
        if name in helpers:
            return _ask(helpers[name], registry, options)
    entry = _entry(file.auths or {}, registry, repository)
    found = _credentials(entry, registry) if entry is not None else ANONYMOUS
    if found == ANONYMOUS and file.creds_store:
        return _ask(file.creds_store, registry, options)
    return found


def _entry(auths: dict[str, _Entry], registry: str, repository: str) -> _Entry | None:
    """The most specific key counts: ``host/namespace/name`` before ``host/namespace`` before ``host``."""
    keys = {_key(key): entry for key, entry in auths.items()}
    parts = [registry, *repository.split("/")]
    for end in range(len(parts), 0, -1):
        if (entry := keys.get("/".join(parts[:end]))) is not None:
            return entry
    return None


def _key(text: str) -> str:
    """Docker wrote URLs (``https://host/v1/``) where Podman writes ``host`` or ``host/namespace``."""
    bare = text.removeprefix("https://").removeprefix("http://").rstrip("/")
    host, slash, rest = bare.partition("/")
    host = DOCKER_HUB if host in _HUB_NAMES else host
    return host if not slash or rest in ("v1", "v2") else f"{host}/{rest}"


def _credentials(entry: _Entry, registry: str) -> Credentials:
    username, password = entry.username or "", entry.password or ""
    if entry.auth:
        try:
            username, _, password = base64.b64decode(entry.auth, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError, ValueError) as error:
            raise UsageError(f"the credentials for {registry!r} are not base64 of user:password") from error
    return Credentials(username, password.rstrip("\0"), entry.identity_token or "", entry.registry_token or "")


def _ask(helper: str, registry: str, options: Options) -> Credentials:
    """``docker-credential-<helper> get``, the server on its standard input; no shell is between."""
    if not _HELPER.fullmatch(helper):
        raise UsageError(f"{helper[:100]!r} is no name of a credential helper")
    program = f"docker-credential-{helper}"
    code, out, err = _run(program, _HUB_KEY if registry == DOCKER_HUB else registry, options.environment)
    if code != 0:
        said = (out + err).decode(errors="replace").strip()
        if "credentials not found" in said.lower():
            return ANONYMOUS
        how = f"exit code {code}" if code > 0 else f"signal {-code}"
        raise AuthError(f"{program} fails: {said[:200] or how}")
    try:
        answer = msgspec.json.decode(out, type=_Answer)
    except UNDECODABLE as error:
        raise AuthError(f"{program} answers with something else than credentials") from error
    if answer.username == _TOKEN_USER:
        return Credentials(identity_token=answer.secret)
    return Credentials(answer.username, answer.secret)


def _run(program: str, server: str, environment: Mapping[str, str]) -> tuple[int, bytes, bytes]:
    """The program's exit code, and what it wrote to its two outputs. Raises ``AuthError`` where it cannot be run, does
    not end, or writes without an end."""
    import subprocess  # most files name no helper

    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen([program, "get"], env=environment, bufsize=0, stdin=pipe, stdout=pipe, stderr=pipe)
    except OSError as error:
        raise AuthError(f"{program} cannot be run: {error.strerror}", hint="install it, or log in anew") from error
    with process:
        try:
            out, err = _heard(process, program, server.encode())
            return process.wait(_HELPER_SECONDS), out, err
        except subprocess.TimeoutExpired as error:
            raise _silent(program) from error
        finally:
            process.kill()


def _heard(process: Popen[bytes], program: str, server: bytes) -> tuple[bytes, bytes]:
    """All that it writes, once it has been told the server."""
    import selectors

    assert process.stdin is not None  # all three are pipes
    assert process.stdout is not None
    assert process.stderr is not None
    with suppress(BrokenPipeError):  # it need not listen
        process.stdin.write(server)
    process.stdin.close()
    found = {process.stdout.fileno(): bytearray(), process.stderr.fileno(): bytearray()}
    last = time.monotonic() + _HELPER_SECONDS
    with selectors.DefaultSelector() as selector:
        for pipe in found:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(last - time.monotonic(), 0))
            if not ready:
                raise _silent(program)
            for key, _ in ready:
                data = os.read(key.fd, _PIECE)
                found[key.fd] += data
                if not data:
                    selector.unregister(key.fd)
                if len(found[key.fd]) > _FILE_LIMIT:
                    raise AuthError(f"{program} answers with more than {_FILE_LIMIT} bytes")
    out, err = found.values()
    return bytes(out), bytes(err)


def _silent(program: str) -> AuthError:
    return AuthError(f"{program} does not answer within {_HELPER_SECONDS:.0f} s")
