"""Pushing to the fake of tests/registry.py, by the distribution specification's "Push"."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest

from images import digest_of
from loopback import Reply, serve
from pratique.errors import AuthError, DigestMismatch, NetworkError, Unreadable
from pratique.limits import Limits
from pratique.oci.files import Member
from pratique.oci.options import Options
from pratique.oci.push import Blob, holds, send_blob, send_manifest
from pratique.oci.reference import Reference, parse
from pratique.oci.session import Session
from registry import Registry

LIMITS = Limits(retries=2, backoff_seconds=0.0, read_seconds=5)
DATA = bytes(range(256)) * 4000
KIND = "application/vnd.oci.image.manifest.v1+json"


@pytest.fixture
def blob(tmp_path: Path) -> Blob:
    path = tmp_path / "blob"
    path.write_bytes(b"before" + DATA + b"after")
    return Blob(digest_of(DATA), Member(str(path), 6, len(DATA)))


def at(url: str, options: Options | None = None) -> tuple[Session, Reference]:
    return Session(options or Options(environment={}), LIMITS), parse(f"{url.removeprefix('http://')}/a/b:1")


def test_a_blob_arrives_in_one_request(blob: Blob) -> None:
    told: list[int] = []
    with serve(registry := Registry()) as server:
        session, reference = at(server.url)
        assert not holds(session, reference, blob.digest)
        send_blob(session, reference, blob, told.append)
        assert holds(session, reference, blob.digest)
    assert registry.blobs == {f"/v2/a/b/blobs/{blob.digest}": DATA}
    assert (told[-1], told) == (len(DATA), sorted(told))
    puts = [request for request in server.requests if request.method == "PUT"]
    assert [request.headers["content-length"] for request in puts] == [str(len(DATA))]
    assert "state=a%2Fb&digest=sha256:" in puts[0].path


def test_an_empty_blob(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with serve(registry := Registry()) as server:
        send_blob(*at(server.url), Blob(digest_of(b""), Member(str(tmp_path / "empty"), 0, 0)))
    assert list(registry.blobs.values()) == [b""]


@pytest.mark.parametrize(
    ("breaks", "resumes", "begun", "methods"),
    [
        ([1000], True, 1, ["PUT", "PATCH", "PUT"]),
        ([1000, 500_000], True, 1, ["PUT", "PATCH", "PATCH", "PUT"]),
        ([len(DATA)], True, 1, ["PUT", "PUT"]),  # all has arrived, but the answer
        ([1], True, 2, ["PUT", "PUT"]),  # "0-0" is also said of nothing
        ([1000], False, 2, ["PUT", "PUT"]),
        ([0, 0], True, 3, ["PUT", "PUT", "PUT"]),
    ],
)
def test_what_breaks_off_is_gone_on_with(
    blob: Blob, breaks: list[int], resumes: bool, begun: int, methods: list[str]
) -> None:
    with serve(registry := Registry(breaks=list(breaks), resumes=resumes)) as server:
        send_blob(*at(server.url), blob)
    assert registry.blobs[f"/v2/a/b/blobs/{blob.digest}"] == DATA
    assert len(registry.written) == begun
    assert [request.method for request in server.requests if request.method in ("PUT", "PATCH")] == methods
    sent = sum(len(request.body) for request in server.requests)
    assert not resumes or sent <= len(DATA) * begun + sum(len(DATA) - arrived for arrived in breaks if arrived > 1)


@pytest.mark.parametrize("breaks", [[0] * 9, [1000] + [3] * 30])
def test_it_gives_up(blob: Blob, breaks: list[int]) -> None:
    """Also where a few bytes get through each time."""
    with serve(Registry(breaks=breaks)) as server, pytest.raises(NetworkError):
        send_blob(*at(server.url), blob)
    assert len([request for request in server.requests if request.method in ("PUT", "PATCH")]) == LIMITS.retries + 1


def test_a_refusal_is_told_in_the_registrys_words_and_not_repeated(tmp_path: Path, blob: Blob) -> None:
    wrong = Blob(digest_of(b"other"), blob.member)
    with serve(Registry()) as server, pytest.raises(NetworkError, match=r"400.*DIGEST_INVALID"):
        send_blob(*at(server.url), wrong)
    assert len([request for request in server.requests if request.method == "PUT"]) == 1


def test_too_large_for_a_proxy_between(blob: Blob) -> None:
    def small(request: object) -> Reply:
        if getattr(request, "method", "") == "PUT":
            return Reply(413)
        return registry(request)  # type: ignore[arg-type]

    registry = Registry()
    with serve(small) as server, pytest.raises(NetworkError, match="413") as caught:
        send_blob(*at(server.url), blob)
    assert "size" in caught.value.hint


def test_an_upload_may_lead_elsewhere_but_no_credential_goes_there(blob: Blob, tmp_path: Path) -> None:
    elsewhere, registry = Registry(), Registry(auth="basic", users={"me": "pw"})
    elsewhere.uploads["/v2/a/b/blobs/uploads/x"] = bytearray()
    with serve(elsewhere) as other, serve(registry) as server:
        place = f"{other.url}/v2/a/b/blobs/uploads/x?signed=1"
        session, reference = at(server.url, logged_in(tmp_path, server.url))
        assert not holds(session, reference, blob.digest)
        registry.overrides["/v2/a/b/blobs/uploads/"] = [Reply(202, headers=(("Location", place),))]
        send_blob(session, reference, blob)
    assert list(elsewhere.blobs.values()) == [DATA]
    assert all("authorization" not in request.headers for request in other.requests)


def logged_in(tmp_path: Path, url: str) -> Options:
    entry = {"auth": base64.b64encode(b"me:pw").decode()}
    (tmp_path / "auth.json").write_text(json.dumps({"auths": {url.removeprefix("http://"): entry}}))
    return Options(auth_file=str(tmp_path / "auth.json"), environment={})


@pytest.mark.parametrize("kind", ["basic", "token"])
def test_leave_to_write_is_asked_for(blob: Blob, tmp_path: Path, kind: str) -> None:
    with serve(registry := Registry(auth=kind, users={"me": "pw"})) as server:
        session, reference = at(server.url, logged_in(tmp_path, server.url))
        assert not holds(session, reference, blob.digest)
        send_blob(session, reference, blob)
    assert list(registry.blobs.values()) == [DATA]
    assert kind == "basic" or registry.scopes[-1] == "repository:a/b:pull,push"
    bodies = [request for request in server.requests if request.body]
    assert len(bodies) == 1  # the blob itself is never sent to be refused


@pytest.mark.parametrize("kind", ["basic", "token"])
def test_who_may_not_write(blob: Blob, kind: str) -> None:
    with serve(Registry(auth=kind)) as server, pytest.raises(AuthError):
        send_blob(*at(server.url), blob)


def test_a_manifest_goes_under_its_tag_or_its_digest() -> None:
    manifest = json.dumps({"config": {"digest": digest_of(b"{}")}, "layers": []}).encode()
    with serve(registry := Registry(blobs={f"/v2/a/b/blobs/{digest_of(b'{}')}": b"{}"})) as server:
        session, reference = at(server.url)
        send_manifest(session, reference, KIND, manifest, digest_of(manifest))
        bare = Reference(reference.registry, "a/b")
        send_manifest(session, bare, KIND, manifest, digest_of(manifest))
        assert registry.manifests["/v2/a/b/manifests/1"] == (KIND, manifest)
        with pytest.raises(NetworkError, match="MANIFEST_BLOB_UNKNOWN"):
            send_manifest(session, reference, KIND, manifest.replace(b"sha256:", b"sha256:1"), "sha256:1")
    assert [re.sub("[0-9a-f]{64}", "…", path) for path in server.paths("PUT")][:2] == [
        "/v2/a/b/manifests/1",
        "/v2/a/b/manifests/sha256:…",
    ]


def test_a_registry_that_stores_something_else() -> None:
    def lies(request: object) -> Reply:
        return Reply(201, headers=(("Docker-Content-Digest", digest_of(b"other")),))

    with serve(lies) as server, pytest.raises(DigestMismatch):
        send_manifest(*at(server.url), KIND, b"{}", digest_of(b"{}"))


@pytest.mark.parametrize("location", ["", "ftp://x/y", "http://["])
def test_a_location_that_leads_nowhere(blob: Blob, location: str) -> None:
    def lies(request: object) -> Reply:
        return Reply(202, headers=(("Location", location),))

    with serve(lies) as server, pytest.raises((NetworkError, Unreadable)):
        send_blob(*at(server.url), blob)
