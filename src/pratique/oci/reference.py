"""Image reference in (``debian:12``, ``host:5000/a/b@sha256:…``), registry, repository, tag and digest out.

The grammar is that of https://github.com/distribution/reference (reference.go) and of the OCI distribution
specification, "Pulling manifests": https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

from __future__ import annotations

import re

from pratique.errors import UsageError
from pratique.model import Struct

DOCKER_HUB = "docker.io"
DEFAULT_TAG = "latest"
DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")

_NAME_LIMIT = 255  # distribution/reference: NameTotalLengthMax
_PART = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Fa-f:]+\])(?::(?P<port>[0-9]{{1,5}}))?")
_BARE_ID = re.compile(r"[0-9a-f]{64}")


class Reference(Struct, frozen=True):
    """A parsed reference. ``registry`` is ``host[:port]``; ``tag`` and ``digest`` are "" where not given, and a
    reference without both means the tag ``latest``."""

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def selector(self) -> str:
        """What the manifest is asked for by: the digest where there is one, else the tag."""
        return self.digest or self.tag or DEFAULT_TAG

    @property
    def name(self) -> str:
        """As people write it, without digest: ``debian:12``, ``ghcr.io/a/b:1``."""
        short = self.repository if self.registry == DOCKER_HUB else f"{self.registry}/{self.repository}"
        if self.registry == DOCKER_HUB:
            short = short.removeprefix("library/")
        return f"{short}:{self.tag}" if self.tag else short

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.registry}/{self.repository}{tag}{digest}"


def parse(text: str) -> Reference:
    """The reference that ``text`` means, Docker Hub and ``library/`` filled in. Raises ``UsageError``."""
    if _BARE_ID.fullmatch(text):
        raise UsageError(f"{text!r} is an image id, not a reference", hint="write NAME@sha256:…, or docker:ID")
    if "://" in text:
        raise UsageError(f"{text!r} is a URL, not a reference", hint="leave the scheme out: HOST[:PORT]/NAME[:TAG]")
    name, at, digest = text.partition("@")
    if at and not DIGEST.fullmatch(digest):
        raise UsageError(f"{text!r}: {digest!r} is no digest", hint="a digest is sha256: and 64 hexadecimal digits")
    name, tag = _split_tag(name, text)
    registry, repository = _split_registry(name)
    if not is_host(registry):
        raise UsageError(f"{text!r}: {registry!r} is no registry host", hint="write HOST[:PORT]/NAME[:TAG]")
    if not all(_PART.fullmatch(part) for part in repository.split("/")):
        raise _bad_repository(text, repository)
    if len(registry) + 1 + len(repository) > _NAME_LIMIT:
        raise UsageError(f"{text[:40]!r}…: the name is longer than {_NAME_LIMIT} characters")
    return Reference(registry, repository, tag, digest)


def familiar(text: str) -> str:
    """``docker.io/library/a:1`` as people write it (``a:1``); a text that is no reference stays as it is."""
    return parse(text).name if is_reference(text) else text


def is_reference(text: str) -> bool:
    """Whether ``parse`` takes it."""
    try:
        parse(text)
    except UsageError:
        return False
    return True


def given_name(text: str) -> str:
    """The name that somebody gives an image, as people write it. Raises ``UsageError`` for what is none."""
    reference = parse(text)
    if reference.digest:
        raise UsageError(f"{text!r} is a name with a digest", hint="leave the digest out: the image's bytes tell it")
    return reference.name


def is_same(one: str, other: str) -> bool:
    """Whether two texts name one image: ``a:1`` and ``docker.io/library/a:1`` do, and so do ``a`` and ``a:latest``."""
    if one == other:
        return True
    try:
        first, second = parse(one), parse(other)
    except UsageError:
        return False
    return (first.registry, first.repository, first.selector) == (second.registry, second.repository, second.selector)


def is_host(text: str) -> bool:
    """Whether ``text`` is ``host[:port]`` as a registry is named."""
    matched = _HOST.fullmatch(text)
    return matched is not None and int(matched["port"] or 0) < 1 << 16


def _split_tag(name: str, text: str) -> tuple[str, str]:
    head, slash, last = name.rpartition("/")
    last, colon, tag = last.partition(":")
    if colon and not _TAG.fullmatch(tag):
        raise UsageError(f"{text!r}: {tag!r} is no tag", hint="letters, digits, '_', '.' and '-', at most 128")
    return head + slash + last, tag


def _split_registry(name: str) -> tuple[str, str]:
    """The first part is a host if it could not be a name on Docker Hub: it has a dot, a port or a capital."""
    first, slash, rest = name.partition("/")
    if slash and (first == "localhost" or any(sign in first for sign in ".:[") or first != first.lower()):
        return (DOCKER_HUB if first == "index.docker.io" else first), _official(first, rest)
    return DOCKER_HUB, _official(DOCKER_HUB, name)


def _official(registry: str, repository: str) -> str:
    if registry in (DOCKER_HUB, "index.docker.io") and "/" not in repository and repository:
        return f"library/{repository}"
    return repository


def _bad_repository(text: str, repository: str) -> UsageError:
    if repository != repository.lower() and _PART.fullmatch(repository.lower().replace("/", "x")):
        return UsageError(f"{text!r}: a repository is lower case", hint=f"do you mean {text.lower()!r}?")
    return UsageError(
        f"{text!r} is no image reference", hint="write [HOST[:PORT]/]NAME[:TAG][@DIGEST], or a path that exists"
    )
