"""A reference in, its images out of a registry: manifests, indexes, configs now; layers when they are opened.

OCI distribution specification v1.1, "Pull": https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

from __future__ import annotations

import functools
import hashlib
import io
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from pratique.errors import NotFound, Unreadable
from pratique.limits import Limits
from pratique.model import Image
from pratique.net.response import Response
from pratique.oci import assemble, blob, platforms
from pratique.oci.documents import (
    DOCKER_INDEX,
    DOCKER_MANIFEST,
    FOREIGN_LAYERS,
    INDEXES,
    MANIFESTS,
    OCI_INDEX,
    OCI_MANIFEST,
    Descriptor,
    check_digest,
    verify,
)
from pratique.oci.options import Options
from pratique.oci.reference import DIGEST, Reference, parse
from pratique.oci.resolve import absent, candidates, choose
from pratique.oci.session import Session

_ACCEPT = {"Accept": ", ".join([OCI_INDEX, OCI_MANIFEST, DOCKER_INDEX, DOCKER_MANIFEST])}
_ANY = {"Accept": "*/*"}
_SNIFFED = 512
_NO_REGISTRY = "is it a registry, and does a proxy or a network want you to log in first?"


def images(target: str, text: str, options: Options, limits: Limits) -> tuple[Image, ...]:
    """The images that the reference ``text`` names: one, or one for each platform. Raises ``UsageError``, ``NotFound``,
    ``AuthError``, ``NetworkError``, ``Unreadable``."""
    reference = parse(text)
    repository = Repository(Session(options, limits), reference, limits)
    listed = candidates(repository, [repository.root()], limits)
    if options.platform == platforms.ALL:  # else the one that is chosen is asked for, and no other
        listed = [msgspec.structs.replace(one, missing=repository.lack(one.descriptor)) for one in listed]
    chosen = choose(listed, options.platform, reference.name)
    chosen = chosen if options.platform == platforms.ALL else chosen[:1]
    problems = absent(listed, options.platform)
    found = (assemble.image(repository, candidate, target, reference.name, limits) for candidate in chosen)
    return tuple(
        msgspec.structs.replace(image, named="caller", problems=(*image.problems, *problems)) for image in found
    )


class Missing(Unreadable):
    """A document that another one names, and that the registry does not have."""


class Repository:
    """Blobs of one repository; a ``resolve.Content``. Documents are kept: choosing and assembling both ask for them."""

    def __init__(self, session: Session, reference: Reference, limits: Limits) -> None:
        self._session, self._reference, self._limits = session, reference, limits
        self._documents: dict[str, bytes] = {}

    def root(self) -> Descriptor:
        """What the reference names, read and verified."""
        selector = self._reference.selector
        with self._get(f"manifests/{selector}", _ACCEPT) as response:
            data = _document(response, self._limits.manifest)
        stated = response.headers.get("docker-content-digest", "")
        expected = self._reference.digest or (stated if DIGEST.fullmatch(stated) else "")
        digest = expected or f"sha256:{hashlib.sha256(data).hexdigest()}"
        verify(data, digest, -1, f"{response.host}: {self._reference.name}")
        self._documents[digest] = data
        media_type = response.headers.get("content-type", "").partition(";")[0].strip()
        return Descriptor(media_type, digest, len(data))

    def read(self, descriptor: Descriptor, limit: int) -> bytes:
        """As ``Content`` says."""
        digest = check_digest(descriptor.digest, self._reference.name)
        if digest not in self._documents:
            is_manifest = not descriptor.media_type or descriptor.media_type in INDEXES | MANIFESTS
            path, fields = (f"manifests/{digest}", _ACCEPT) if is_manifest else (f"blobs/{digest}", _ANY)
            try:
                response = self._get(path, fields)
            except NotFound as error:  # it is not what the caller named that is missing
                raise Missing(
                    f"{self._reference.name} names {digest}, which the registry does not have: {error}"
                ) from error
            with response:
                data = _document(response, limit)
            self._documents[digest] = verify(data, digest, descriptor.size, f"{response.host}: {digest}")
        return self._documents[digest]

    def lack(self, manifest: Descriptor) -> str:
        """Why a manifest cannot be had, "" where it is there (it is kept). Raises what ``read`` does otherwise."""
        try:
            self.read(manifest, self._limits.manifest)
        except Missing:
            return "its manifest is missing"
        return ""

    def fault(self, descriptor: Descriptor) -> str:
        """As ``Content`` says. Only layers that are not to be distributed are asked for; the others are expected."""
        if descriptor.media_type not in FOREIGN_LAYERS:
            return ""
        try:
            self._session.request("HEAD", self._reference, f"blobs/{check_digest(descriptor.digest, '')}", _ANY).close()
        except NotFound:
            return "its blob is missing"
        return ""

    def opener(self, descriptor: Descriptor) -> Callable[[], BinaryIO]:
        """As ``Content`` says."""
        return functools.partial(open_blob, self._session, self._reference, descriptor.digest, descriptor.size)

    def stated(self) -> str:
        """The digest that the registry states for what the reference names, "" where it states none: one small request,
        none where the reference has it. Raises as ``root`` does."""
        if self._reference.digest:
            return self._reference.digest
        path = f"manifests/{self._reference.selector}"
        with self._session.request("HEAD", self._reference, path, _ACCEPT) as response:
            found = response.headers.get("docker-content-digest", "")
        return found if DIGEST.fullmatch(found) else ""

    def resume(self, descriptor: Descriptor, position: int) -> io.BufferedReader:
        """The bytes of a blob from ``position`` on."""
        return open_blob(self._session, self._reference, descriptor.digest, descriptor.size, position)

    def _get(self, path: str, fields: dict[str, str]) -> Response:
        return self._session.request("GET", self._reference, path, fields)


def _document(response: Response, limit: int) -> bytes:
    data = response.read(limit)
    if data[:_SNIFFED].lstrip().startswith(b"<"):  # no JSON begins so; a login page does
        raise Unreadable(f"{response.host}: a web page, where a registry's document should be", hint=_NO_REGISTRY)
    return data


def open_blob(session: Session, reference: Reference, digest: str, size: int, position: int = 0) -> io.BufferedReader:
    """The bytes of a blob from ``position`` on, streamed; a broken connection is resumed. Not verified: that is for who
    reads it to the end. Raises ``NotFound``, ``AuthError``, ``NetworkError``, ``Unreadable``."""
    retries = session.limits.retries
    return blob.stream(
        functools.partial(_ask, session, reference, digest), size, retries, f"{reference.name}: {digest}", position
    )


def _ask(session: Session, reference: Reference, digest: str, position: int) -> Response:
    fields = _ANY | ({"Range": f"bytes={position}-"} if position else {})
    return session.request("GET", reference, f"blobs/{digest}", fields)
