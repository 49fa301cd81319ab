from __future__ import annotations

import base64
import json
import multiprocessing
import pickle
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import pytest

from images import Built, build, digest_of, file, layer
from loopback import Reply, Request, free_port, serve
from pratique.errors import AuthError, DigestMismatch, LimitExceeded, NetworkError, NotFound, PratiqueError, Unreadable
from pratique.limits import Limits
from pratique.model import Image, Problem
from pratique.oci.options import Options
from pratique.oci.source import open_target
from registry import Registry, ranged
from targets import content

QUICK = Limits(connect_seconds=1.0, read_seconds=0.5, retries=2, backoff_seconds=0.01)
IMAGE = build(
    layer(file("a", random.Random(1).randbytes(3_000_000))), layer(file("b", b"2")), created_by=("ADD", "RUN")
)
ARM = build(layer(file("c", b"3")), platform="linux/arm64")
BLOB = IMAGE.layers[0]
BLOB_PATH = f"/v2/a/b/blobs/{digest_of(BLOB)}"


def options(tmp_path: Path | None = None, auths: object = None, **more: object) -> Options:
    """``auths`` goes to an auth file."""
    if tmp_path is not None:
        (tmp_path / "auth.json").write_text(json.dumps(auths))
        more["auth_file"] = str(tmp_path / "auth.json")
    return Options(**{"environment": {}, **more})


def opened(url: str, name: str = "a/b:1", given: Options | None = None, limits: Limits = QUICK) -> tuple[Image, ...]:
    with open_target(f"{host(url)}/{name}", given or options(), limits) as images:
        return images


def host(url: str) -> str:
    return url.partition("://")[2]


def holding(*images: Built, **settings: object) -> Registry:
    registry = Registry(**settings)
    registry.push("a/b", "1", *images)
    return registry


def login(user: str = "bob", password: str = "pw") -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


# --- pull ------------------------------------------------------------------------------------


def test_pulls_an_image() -> None:
    registry = holding(IMAGE)
    with serve(registry) as server:
        (image,) = opened(server.url)
        assert (image.name, image.named) == (f"{host(server.url)}/a/b:1", "caller")
        assert (image.digest, image.config_digest) == (IMAGE.digest, IMAGE.config_digest)
        assert [item.created_by for item in image.layers] == ["ADD", "RUN"]
        assert not [path for path in server.paths() if digest_of(BLOB) in path]  # layers come when they are opened
        assert [content(item.open) for item in image.layers] == list(IMAGE.layers)
        (same,) = opened(server.url, f"a/b@{IMAGE.digest}")
        assert same.digest == image.digest
    accepted = server.requests[1].headers["accept"]
    assert "application/vnd.oci.image.index.v1+json" in accepted
    assert "application/vnd.docker.distribution.manifest.v2+json" in accepted


def test_picks_the_platform() -> None:
    with serve(holding(IMAGE, ARM)) as server:
        assert [image.digest for image in opened(server.url, given=options(platform="linux/arm64"))] == [ARM.digest]
        every = opened(server.url, given=options(platform="all"))
        assert [image.digest for image in every] == [IMAGE.digest, ARM.digest]
        with pytest.raises(NotFound, match="s390x") as caught:
            opened(server.url, given=options(platform="linux/s390x"))
        assert "linux/amd64, linux/arm64" in caught.value.hint


def test_a_platform_that_is_listed_and_not_held_costs_the_others_nothing() -> None:
    registry = holding(IMAGE, ARM)
    registry.overrides[f"/v2/a/b/manifests/{ARM.digest}"] = [Reply(404)] * 4
    with serve(registry) as server:
        (image,) = opened(server.url, given=options(platform="all"))
        problem = Problem(ARM.digest, "linux/arm64 is listed, but its manifest is missing", blocking=True)
        assert (image.digest, image.problems) == (IMAGE.digest, (problem,))
        assert opened(server.url, given=options(platform="linux/amd64"))[0].problems == ()
        with pytest.raises(Unreadable, match="does not have"):
            opened(server.url, given=options(platform="linux/arm64"))


def test_layers_come_in_threads_and_workers() -> None:
    registry = holding(IMAGE, auth="token")
    with serve(registry) as server:
        openers = [item.open for item in opened(server.url)[0].layers]
        tokens = len(registry.scopes)
        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(content, openers * 2)) == list(IMAGE.layers * 2)
        with multiprocessing.get_context("fork").Pool(2) as pool:
            assert pool.map(_length, openers) == [len(blob) for blob in IMAGE.layers]
        assert content(pickle.loads(pickle.dumps(openers[1]))) == IMAGE.layers[1]
        assert len(registry.scopes) == tokens == 1


def _length(opener: Callable[[], BinaryIO]) -> int:
    return len(opener().read())


def test_what_is_not_there() -> None:
    with serve(holding(IMAGE)) as server, pytest.raises(NotFound, match="404") as caught:
        opened(server.url, "a/b:2")
    assert caught.value.exit_code == 2


# --- authentication --------------------------------------------------------------------------


def test_basic(tmp_path: Path) -> None:
    with serve(holding(IMAGE, auth="basic", users={"bob": "pw"})) as server:
        found = opened(server.url, given=options(tmp_path, {"auths": {host(server.url): login()}}))
        assert content(found[0].layers[1].open) == IMAGE.layers[1]
        with pytest.raises(AuthError, match="wanted"):
            opened(server.url)
        with pytest.raises(AuthError, match="refuses the user and the password"):
            opened(server.url, given=options(tmp_path, {"auths": {host(server.url): login("bob", "bad")}}))


def test_tokens(tmp_path: Path) -> None:
    registry = holding(IMAGE, auth="token", users={"bob": "pw"}, identity="refresh")
    with serve(registry) as server:
        assert opened(server.url)
        assert registry.scopes == ["repository:a/b:pull"]
        registry.anonymous = False
        with pytest.raises(AuthError, match="token server"):
            opened(server.url)
        for entry in (login(), {"username": "bob", "password": "pw"}, {"identitytoken": "refresh"}):
            assert opened(server.url, given=options(tmp_path, {"auths": {host(server.url): entry}}))
        asked = len(registry.scopes)
        assert opened(server.url, given=options(tmp_path, {"auths": {host(server.url): {"registrytoken": "good"}}}))
        assert len(registry.scopes) == asked
        with pytest.raises(AuthError, match="401"):
            opened(server.url, given=options(tmp_path, {"auths": {host(server.url): {"identitytoken": "old"}}}))


def test_a_token_server_elsewhere_is_not_told_a_password_in_clear(tmp_path: Path) -> None:
    with serve(Registry(users={"bob": "pw"})) as thief:
        registry = holding(IMAGE, auth="token", realm=thief.url.replace("127.0.0.1", "localhost") + "/token")
        with serve(registry) as server, pytest.raises(AuthError, match="not be encrypted"):
            opened(server.url, given=options(tmp_path, {"auths": {host(server.url): login()}}))
    assert thief.requests == []


@pytest.mark.parametrize(
    "challenge",
    ["", "Negotiate", "Bearer", 'Bearer realm=""', 'Bearer realm="file:///x"', 'Bearer realm="http://[::x/"', "=", '"'],
)
def test_challenges_that_cannot_be_answered(challenge: str) -> None:
    reply = Reply(401, headers=(("WWW-Authenticate", challenge),))
    with serve(lambda request: reply) as server, pytest.raises(NetworkError):
        opened(server.url)


@pytest.mark.parametrize("answer", [b"", b"{}", b"[]", b'{"token":"a\\r\\nX-Evil: 1"}', b'{"token":7}', b"[" * 90_000])
def test_tokens_that_are_none(answer: bytes) -> None:
    registry = holding(IMAGE, auth="token")

    def lying(request: Request) -> Reply:
        return Reply(body=answer) if request.path.startswith("/token") else registry(request)

    with serve(lying) as server, pytest.raises(AuthError, match="no token"):
        opened(server.url)


# --- mirrors ---------------------------------------------------------------------------------


def test_mirrors_are_asked_first() -> None:
    mirror = Registry()
    mirror.push("proxy/hub/library/app", "1", IMAGE)
    with serve(mirror) as server:
        dead = f"127.0.0.1:{free_port()}"
        given = options(mirrors={"docker.io": (dead, f"{host(server.url)}/proxy/hub")})
        with open_target("app:1", given, QUICK) as (image,):
            assert (image.name, image.digest) == ("app:1", IMAGE.digest)
            assert content(image.layers[1].open) == IMAGE.layers[1]


def test_the_registry_is_asked_when_mirrors_fail() -> None:
    with serve(holding(IMAGE)) as server, serve(lambda request: Reply(500)) as ill, serve(Registry()) as empty:
        given = options(mirrors={host(server.url): (host(ill.url), host(empty.url))})
        assert content(opened(server.url, given=given)[0].layers[0].open) == BLOB
    manifests = [path for path in ill.paths() if path != "/v2/"]
    assert len(manifests) == 1 + QUICK.retries  # then it is left alone


# --- blobs that break ------------------------------------------------------------------------


def breaking(registry: Registry, cut: Callable[[int], int | None]) -> Callable[[Request], Reply]:
    """Cuts the ``n``-th answer for the blob after ``cut(n)`` bytes."""
    asked: list[str] = []

    def answer(request: Request) -> Reply:
        if request.path != BLOB_PATH:
            return registry(request)
        asked.append(request.headers.get("range", ""))
        return ranged(BLOB, request, cut(len(asked)))

    return answer


def test_a_broken_blob_is_resumed() -> None:
    with serve(breaking(holding(IMAGE), lambda count: 1_000_000 if count < 3 else None)) as server:
        assert content(opened(server.url)[0].layers[0].open) == BLOB
    asked = [request.headers.get("range") for request in server.requests if request.path == BLOB_PATH]
    assert asked == [None, "bytes=1000000-", "bytes=2000000-"]


def test_a_server_without_ranges_sends_it_again() -> None:
    registry = holding(IMAGE)
    registry.overrides[BLOB_PATH] = [Reply(body=BLOB, cut=1_000_000), Reply(body=BLOB, cut=2_000_000), Reply(body=BLOB)]
    with serve(registry) as server:
        assert content(opened(server.url)[0].layers[0].open) == BLOB


def test_a_blob_that_never_comes_further_ends() -> None:
    stuck = serve(breaking(holding(IMAGE), lambda count: 1_000_000 if count == 1 else 0))
    with stuck as server, pytest.raises(NetworkError):
        content(opened(server.url)[0].layers[0].open)
    assert len([path for path in server.paths() if path == BLOB_PATH]) == 1 + QUICK.retries


@pytest.mark.parametrize(
    ("replies", "kind", "match"),
    [
        ([Reply(body=BLOB + b"x")], Unreadable, "more than"),
        ([Reply(body=b"x" * 65536, length=-1, endless=True)], Unreadable, "more than"),
        ([Reply(body=BLOB[:-1], length=-1)] * 9, NetworkError, "bytes came, not"),
        ([Reply(body=BLOB, headers=(("Content-Encoding", "gzip"),))], Unreadable, "'gzip'"),
        (
            [Reply(body=BLOB, cut=1000)] + [Reply(206, BLOB, (("Content-Range", "bytes 5-9/10"),))] * 9,
            NetworkError,
            "range",
        ),
        ([Reply(body=BLOB, cut=1000)] + [Reply(body=b"short")] * 9, NetworkError, "ends at byte 5"),
        ([Reply(body=BLOB, cut=1000), Reply(403)], AuthError, "403"),
        ([Reply(body=BLOB, cut=1000)] + [Reply(hang=True)] * 9, NetworkError, "no answer in time"),
        ([Reply(404)], NotFound, "404"),
        ([Reply(429)] * 9, NetworkError, "429"),
    ],
)
def test_blobs_that_lie(replies: Sequence[Reply], kind: type[Exception], match: str) -> None:
    registry = holding(IMAGE)
    registry.overrides[BLOB_PATH] = list(replies)
    with serve(registry) as server, pytest.raises(kind, match=match):
        content(opened(server.url)[0].layers[0].open)


def test_a_blob_that_drips_is_given_up_the_second_time() -> None:
    registry = holding(IMAGE)
    registry.overrides[BLOB_PATH] = [Reply(body=BLOB, drip=0.02) for _ in range(9)]
    limits = Limits(read_seconds=0.2, retries=4, backoff_seconds=0.01)
    with serve(registry) as server, pytest.raises(NetworkError, match="too slow"):
        content(opened(server.url, limits=limits)[0].layers[0].open)
    assert len([path for path in server.paths() if path == BLOB_PATH]) == 2


def test_a_redirected_blob_takes_no_credentials_along(tmp_path: Path) -> None:
    registry = holding(IMAGE, auth="basic", users={"bob": "pw"})
    with serve(lambda request: ranged(BLOB, request)) as storage:
        registry.overrides[BLOB_PATH] = [Reply(307, headers=(("Location", storage.url + "/x?sig=1"),))]
        with serve(registry) as server:
            given = options(tmp_path, {"auths": {host(server.url): login()}})
            assert content(opened(server.url, given=given)[0].layers[0].open) == BLOB
    assert "authorization" not in storage.requests[0].headers


def test_a_challenge_of_another_host_is_not_answered(tmp_path: Path) -> None:
    registry = holding(IMAGE, auth="basic", users={"bob": "pw"})
    with serve(lambda request: Reply(401, headers=(("WWW-Authenticate", "Basic"),))) as thief:
        registry.overrides[BLOB_PATH] = [Reply(307, headers=(("Location", thief.url + "/x"),))]
        with serve(registry) as server:
            given = options(tmp_path, {"auths": {host(server.url): login(), host(thief.url): login()}})
            (image,) = opened(server.url, given=given)
            with pytest.raises(AuthError):
                content(image.layers[0].open)
    assert ["authorization" in request.headers for request in thief.requests] == [False]


# --- documents that lie ----------------------------------------------------------------------


def manifest_reply(data: bytes, digest: str = "", kind: str = IMAGE.media_type) -> Reply:
    return Reply(200, data, (("Content-Type", kind), ("Docker-Content-Digest", digest or digest_of(data))))


@pytest.mark.parametrize(
    ("path", "reply", "kind", "match"),
    [
        ("manifests/1", manifest_reply(IMAGE.manifest, ARM.digest), DigestMismatch, "the bytes are"),
        ("manifests/1", manifest_reply(b"\n<html>", kind="text/html"), Unreadable, "a web page"),
        ("manifests/1", manifest_reply(b" " * (5 << 20)), LimitExceeded, "more than"),
        ("manifests/1", Reply(body=b" " * 9999, length=-1, endless=True), LimitExceeded, "more than"),
        ("manifests/1", manifest_reply(b"{" * 100_000), Unreadable, "JSON"),
        ("manifests/1", manifest_reply(b'{"layers":' * 100_000), Unreadable, "JSON"),
        (
            "manifests/1",
            manifest_reply(b'{"schemaVersion":1}', kind="application/vnd.docker.distribution.manifest.v1+prettyjws"),
            Unreadable,
            "schema 1",
        ),
        (
            "manifests/1",
            manifest_reply(IMAGE.manifest, kind="application/vnd.oci.image.index.v1+json"),
            Unreadable,
            "says that it is",
        ),
        (f"blobs/{IMAGE.config_digest}", Reply(body=ARM.config), DigestMismatch, "bytes"),
        (f"blobs/{IMAGE.config_digest}", Reply(404), Unreadable, "which the registry does not have: .*404"),
    ],
)
def test_documents_that_lie(path: str, reply: Reply, kind: type[Exception], match: str) -> None:
    registry = holding(IMAGE)
    registry.overrides[f"/v2/a/b/{path}"] = [reply]
    with serve(registry) as server, pytest.raises(kind, match=match) as caught:
        opened(server.url)
    assert isinstance(caught.value, PratiqueError)


def test_another_manifest_than_the_digest_names() -> None:
    registry = holding(IMAGE)
    registry.overrides[f"/v2/a/b/manifests/{IMAGE.digest}"] = [manifest_reply(ARM.manifest)]
    with serve(registry) as server, pytest.raises(DigestMismatch):
        opened(server.url, f"a/b@{IMAGE.digest}")


@pytest.mark.parametrize(
    ("reply", "match"),
    [(Reply(hang=True), "in time"), (Reply(500), "500"), (Reply(429, headers=(("Retry-After", "9"),)), "429")],
)
def test_a_registry_that_does_not_answer(reply: Reply, match: str) -> None:
    with serve(lambda request: reply) as server, pytest.raises(NetworkError, match=match) as caught:
        opened(server.url)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            b'{"errors":[{"code":"DENIED","message":"not for \\u001b[31myou"}]}',
            r" \(DENIED: 'not for \\x1b\[31myou'\)$",
        ),
        (b'{"errors":[{"code":"TOOMANYREQUESTS"},{"code":"DENIED"}]}', r" \(TOOMANYREQUESTS\)$"),
        (b'{"errors":[{"code":"so\\nso","message":null}]}', "Forbidden$"),
        (b'{"details":"no account"}', r" \('no account'\)$"),
        (b'{"errors":[{"message":"' + b"x" * 1000 + b'"}]}', r" \('x{200}'\)$"),
        (b"<html>Forbidden</html>", "Forbidden$"),
        (b"[" * 60_000, "Forbidden$"),
        (b"", "Forbidden$"),
    ],
)
def test_tells_why_the_registry_refuses(body: bytes, told: str) -> None:
    with serve(lambda request: Reply(403, body)) as server, pytest.raises(AuthError, match=told):
        opened(server.url)


def test_tells_how_long_a_registry_wants_to_be_left_alone() -> None:
    with (
        serve(lambda request: Reply(429, headers=(("Retry-After", "900"),))) as server,
        pytest.raises(NetworkError) as caught,
    ):
        opened(server.url)
    assert caught.value.hint.endswith("or wait 900 s, as it asks")


def test_foreign_layers_are_asked_of_the_registry_only() -> None:
    manifest = json.loads(IMAGE.manifest)
    with serve(lambda request: Reply(body=b"x")) as elsewhere:
        kind = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
        manifest["layers"][0] |= {"mediaType": kind, "urls": [elsewhere.url + "/metadata"]}
        data = json.dumps(manifest).encode()
        registry = holding(Built(IMAGE.layers, IMAGE.plain, IMAGE.config, data, IMAGE.media_type, IMAGE.platform))
        with serve(registry) as server:
            assert opened(server.url)[0].problems == ()
            del registry.blobs[BLOB_PATH]
            (image,) = opened(server.url)
            assert "not distributed" in image.problems[0].what
            assert image.layers[0].open is None
    assert elsewhere.requests == []
