"""A registry for tests, behind ``loopback.serve``: pull and push of the distribution specification v1.1
(https://github.com/opencontainers/distribution-spec/blob/main/spec.md), and the token server of
https://distribution.github.io/distribution/spec/auth/token/ .

    registry = Registry()
    registry.push("a/b", "1", image)
    with serve(registry) as server:
        ...
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from images import Built, digest_of, index_of
from loopback import Reply, Request

OCI_INDEX = "application/vnd.oci.image.index.v1+json"


@dataclass
class Registry:
    """``auth`` is "", "basic" or "token"; ``users`` hold passwords; ``identity`` is a refresh token that is taken.
    ``overrides`` replace the reply to a path. ``breaks`` say of the next requests that carry bytes of a blob how many
    arrive before the connection breaks (-1: all, and it holds); ``resumes`` whether it tells how far an upload has
    come. ``written`` lists the repository of each upload that was begun."""

    auth: str = ""
    users: dict[str, str] = field(default_factory=dict)
    identity: str = ""
    anonymous: bool = True
    realm: str = ""
    manifests: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    overrides: dict[str, list[Reply]] = field(default_factory=dict)
    scopes: list[str] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    resumes: bool = True
    uploads: dict[str, bytearray] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)

    def push(self, repository: str, tag: str, *images: Built) -> str:
        """One image, or several as an index; gives the digest of what the tag names."""
        for image in images:
            self._put(repository, image.digest, image.media_type, image.manifest)
            for data in (*image.layers, image.config):
                self.blobs[f"/v2/{repository}/blobs/{digest_of(data)}"] = data
        media_type, data = (images[0].media_type, images[0].manifest)
        if len(images) > 1:
            media_type, data = OCI_INDEX, index_of(*images)
            self._put(repository, digest_of(data), media_type, data)
        self._put(repository, tag, media_type, data)
        return digest_of(data)

    def _put(self, repository: str, name: str, media_type: str, data: bytes) -> None:
        self.manifests[f"/v2/{repository}/manifests/{name}"] = (media_type, data)

    def __call__(self, request: Request) -> Reply:
        parts = urlsplit(request.path)
        if parts.path == "/token":
            return self._token(request)
        if self.auth and not self._allowed(request):
            return Reply(401, b'{"errors":[]}', (("WWW-Authenticate", self._challenge(request)),))
        if self.overrides.get(parts.path):
            return self.overrides[parts.path].pop(0)
        if "/blobs/uploads/" in parts.path:
            return self._upload(request)
        if request.method == "PUT" and "/manifests/" in parts.path:
            return self._take(request)
        if parts.path in self.manifests:
            media_type, data = self.manifests[parts.path]
            return Reply(200, data, (("Content-Type", media_type), ("Docker-Content-Digest", digest_of(data))))
        if parts.path in self.blobs:
            return ranged(self.blobs[parts.path], request)
        return Reply(404, b'{"errors":[{"code":"NAME_UNKNOWN"}]}')

    def _upload(self, request: Request) -> Reply:
        """POST begins, PATCH adds, PUT adds and ends, GET says how far it is."""
        parts = urlsplit(request.path)
        repository = parts.path.removeprefix("/v2/").partition("/blobs/")[0]
        if request.method == "POST":
            self.written.append(repository)
            place = f"/v2/{repository}/blobs/uploads/{len(self.written)}"
            self.uploads[place] = bytearray()
            return Reply(202, headers=(("Location", f"{place}?state=a%2Fb"),))
        if parts.path not in self.uploads:
            return Reply(404, b'{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}')
        held, place = self.uploads[parts.path], (("Location", f"{parts.path}?state=c"),)
        if request.method == "GET":
            told = (*place, ("Range", f"0-{max(len(held) - 1, 0)}"))
            return Reply(204, headers=told) if self.resumes else Reply(404)
        start = request.headers.get("content-range", f"{len(held)}-").partition("-")[0]
        if int(start) != len(held):
            return Reply(416)
        if request.body and self.breaks and (arrived := self.breaks.pop(0)) >= 0:
            held += request.body[:arrived]
            return Reply(drop=True)
        held += request.body
        if request.method == "PATCH":
            return Reply(202, headers=(*place, ("Range", f"0-{len(held) - 1}")))
        (digest,) = parse_qs(parts.query)["digest"]
        if digest != digest_of(bytes(held)):
            return Reply(400, b'{"errors":[{"code":"DIGEST_INVALID"}]}')
        self.blobs[f"/v2/{repository}/blobs/{digest}"] = bytes(self.uploads.pop(parts.path))
        return Reply(201, headers=(("Location", f"/v2/{repository}/blobs/{digest}"),))

    def _take(self, request: Request) -> Reply:
        """A manifest, if all that it names is there."""
        repository, _, name = request.path.removeprefix("/v2/").partition("/manifests/")
        document = json.loads(request.body)
        for descriptor in (document["config"], *document["layers"]):
            if f"/v2/{repository}/blobs/{descriptor['digest']}" not in self.blobs:
                return Reply(400, b'{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}')
        for each in (name, digest_of(request.body)):
            self._put(repository, each, request.headers["content-type"], request.body)
        return Reply(201, headers=(("Docker-Content-Digest", digest_of(request.body)),))

    def _challenge(self, request: Request) -> str:
        if self.auth == "basic":
            return 'Basic realm="test"'
        realm = self.realm or f"http://{request.headers['host']}/token"
        repository = request.path.removeprefix("/v2/").partition("/manifests")[0].partition("/blobs")[0]
        actions = "pull" if request.method in ("GET", "HEAD") else "pull,push"
        return f'Bearer realm="{realm}",service="reg, istry",scope="repository:{repository}:{actions}"'

    def _allowed(self, request: Request) -> bool:
        given = request.headers.get("authorization", "")
        if self.auth == "basic":
            return self._user(given) is not None
        reads = request.method in ("GET", "HEAD")
        return given == "Bearer writes" or (reads and given == "Bearer good")

    def _user(self, given: str) -> str | None:
        if not given.startswith("Basic "):
            return None
        user, _, password = base64.b64decode(given[6:]).decode().partition(":")
        return user if self.users.get(user) == password else None

    def _token(self, request: Request) -> Reply:
        sent = parse_qs(request.body.decode() if request.method == "POST" else urlsplit(request.path).query)
        self.scopes += sent.get("scope", [])
        given = request.headers.get("authorization", "")
        if request.method == "POST":
            fine = sent["grant_type"] == ["refresh_token"] and sent["refresh_token"] == [self.identity]
            return Reply(200, json.dumps({"access_token": "good"}).encode()) if fine else Reply(401)
        if sent["service"] != ["reg, istry"] or (given and self._user(given) is None) or not (given or self.anonymous):
            return Reply(401)
        if ":pull,push" in sent.get("scope", [""])[0]:
            return Reply(200, b'{"token":"writes","expires_in":300}') if given else Reply(401)
        return Reply(200, b'{"token":"good","expires_in":300}')


def ranged(data: bytes, request: Request, cut: int | None = None) -> Reply:
    """A blob, or the part of it that is asked for."""
    wanted = request.headers.get("range", "")
    if not wanted:
        return Reply(200, data, cut=cut)
    start = int(wanted.removeprefix("bytes=").rstrip("-"))
    return Reply(206, data[start:], (("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}"),), cut=cut)
