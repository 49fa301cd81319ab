"""Blobs on disk and a manifest in, the same in a repository out: what is there already is not sent again.

OCI distribution specification v1.1, "Push": https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode, urlsplit, urlunsplit

from pratique.errors import AuthError, DigestMismatch, NetworkError
from pratique.model import Struct
from pratique.net.client import Upload, target_of
from pratique.net.response import Response
from pratique.net.retry import RETRIED, Breaks
from pratique.oci.auth import registry_words
from pratique.oci.files import Member
from pratique.oci.reference import Reference
from pratique.oci.session import Session

Sent = Callable[[int], None]

_CHUNK = 256 << 10
_RANGE = re.compile(r"(?:bytes=)?0-(\d{1,18})")
_BINARY = {"Content-Type": "application/octet-stream"}
_AGAIN = RETRIED | {404, 416}  # 404: the upload is forgotten, 416: it stands elsewhere than we think
_SMALL = 4096


class Blob(Struct, frozen=True):
    """Bytes on disk and the digest that they are known to have."""

    digest: str
    member: Member


def holds(session: Session, reference: Reference, digest: str) -> bool:
    """Whether the repository has the blob."""
    with session.push("HEAD", reference, f"blobs/{digest}") as response:
        return response.expect(f"{reference.name}: {digest}", 200, 404).status == 200


def send_blob(session: Session, reference: Reference, blob: Blob, sent: Sent = lambda size: None) -> None:
    """Send a blob, in one piece; one that breaks off is gone on with where the registry says that it stands, or begun
    anew. ``sent`` is told the bytes so far. Raises ``AuthError``, ``NetworkError``, ``DigestMismatch``."""
    upload, breaks = _Upload(session, reference, blob, sent), Breaks(session.limits.retries)
    while True:
        try:
            upload.advance()
        except AuthError:
            raise
        except NetworkError as error:
            if isinstance(error, _Refused):
                raise
            if breaks.too_many(error, upload.stands()):
                raise
            session.pause(breaks.count - 1)
        else:
            return


def send_manifest(session: Session, reference: Reference, media_type: str, data: bytes, digest: str) -> None:
    """Send a manifest under the reference's tag, or under its digest where it has no tag. Raises as ``send_blob``."""
    name = reference.tag or digest
    fields = {"Content-Type": media_type}
    with session.push("PUT", reference, f"manifests/{name}", fields, data) as response:
        _expect(response, reference, f"{reference.name}: the manifest", 201, 200)
    stored = response.headers.get("docker-content-digest", digest)
    if stored != digest:
        raise DigestMismatch(f"{reference.name}: the registry stored the manifest as {stored[:100]!r}, not {digest}")


class _Refused(NetworkError):
    """An answer that another attempt would not change."""


class _Upload:
    """One blob on its way: the address that the registry gave it, and how much of it has arrived."""

    def __init__(self, session: Session, reference: Reference, blob: Blob, sent: Sent) -> None:
        self._session, self._reference, self._blob, self._sent = session, reference, blob, sent
        self._place = ""
        self.position = 0

    def advance(self) -> None:
        """All that is left, in one request, and the end of the upload."""
        if not self._place:
            self._begin()
        if self.position == 0:
            self._request("PUT", _closing(self._place, self._blob.digest), _BINARY, self._rest(), 201)
            return
        if self.position < self._blob.member.size:
            fields = _BINARY | {"Content-Range": f"{self.position}-{self._blob.member.size - 1}"}
            self._place = target_of(self._request("PATCH", self._place, fields, self._rest(), 202))
        self._request("PUT", _closing(self._place, self._blob.digest), _BINARY | {"Content-Length": "0"}, b"", 201)

    def stands(self) -> int:
        """How many bytes the registry has after a failure; 0 where the upload has to begin anew."""
        place, self._place, self.position = self._place, "", 0
        if not place:
            return 0
        try:
            with self._session.push("GET", self._reference, place) as response:
                matched = _RANGE.fullmatch(response.headers.get("range", ""))
                if response.status == 204 and matched and "location" in response.headers:
                    self._place, self.position = target_of(response), int(matched[1]) + 1
        except NetworkError:
            return 0
        if not 1 < self.position <= self._blob.member.size:  # "0-0" is said of nothing, too
            self._place, self.position = "", 0
        return self.position

    def _begin(self) -> None:
        response = self._request("POST", "blobs/uploads/", {"Content-Length": "0"}, b"", 202)
        self._place, self.position = target_of(response), 0

    def _rest(self) -> Upload:
        start = self.position
        return Upload(functools.partial(self._pieces, start), self._blob.member.size - start)

    def _pieces(self, start: int) -> Iterator[bytes]:
        with self._blob.member.opener()() as stream:
            stream.seek(start)
            while data := stream.read(_CHUNK):
                yield data
                start += len(data)
                self._sent(start)

    def _request(self, method: str, place: str, fields: dict[str, str], body: bytes | Upload, wanted: int) -> Response:
        with self._session.push(method, self._reference, place, fields, body) as response:
            return _expect(response, self._reference, f"{self._reference.name}: {self._blob.digest}", wanted)


def _expect(response: Response, reference: Reference, what: str, *wanted: int) -> Response:
    """The answer, if it is the one wanted. Raises ``_Refused`` with the registry's own words for one that is final."""
    if response.status in wanted:
        response.discard()
        return response
    if response.status in (401, 403):
        response.close()
        raise AuthError(
            f"{what}: {response.host} answers {response.status}",
            hint=f"log in with an account that may push to {reference.registry}/{reference.repository}",
        )
    if response.status in _AGAIN and response.status != 404:
        response.expect(what, *wanted)
    body = response.take(_SMALL)
    page = body.lstrip().startswith(b"<")  # of a proxy: its status says as much
    said = registry_words(body) or ("" if page else " ".join(body.decode(errors="replace").split())[:300])
    response.close()
    hint = "a proxy before the registry bounds the size of what is sent" if response.status == 413 else ""
    kind = NetworkError if response.status in _AGAIN else _Refused
    raise kind(f"{what}: {response.host} answers {response.status}" + (f": {said}" if said else ""), hint=hint)


def _closing(place: str, digest: str) -> str:
    """The upload's address with the digest, behind what the registry has put there."""
    parts = urlsplit(place)
    query = f"{parts.query}&" if parts.query else ""
    return urlunsplit(parts._replace(query=query + urlencode({"digest": digest}, safe=":")))
