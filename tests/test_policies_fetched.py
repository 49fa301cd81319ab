"""Policies that others extend, from URLs and as artifacts: held to their digest, kept under it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from images import digest_of
from loopback import Reply, Server, serve
from policy_files import HTML, QUICK, TEXT, places, sha256, written
from pratique.errors import LimitExceeded, NetworkError, PolicyError, PratiqueError, Unreadable
from pratique.limits import Limits
from pratique.oci.options import Options
from pratique.policies import ARTIFACT, MEDIA_TYPES, Parents, read_policy
from pratique.policy.schema import Policy
from registry import Registry

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


class Site:
    """A web server that answers with what it is told to."""

    def __init__(self, server: Server, options: Options) -> None:
        self.server, self.options = server, options
        self.reply = Reply(body=TEXT.encode())

    def reference(self, text: str = TEXT) -> str:
        return f"{self.server.url}/org.yaml#{sha256(text)}"


@pytest.fixture
def site(certificate: Path) -> Iterator[Site]:
    sites: list[Site] = []
    with serve(lambda request: sites[0].reply, certificate=certificate, host="localhost") as server:
        sites.append(Site(server, Options(ca_file=str(certificate), environment={})))
        yield sites[0]


def read(folder: Path, reference: str, options: Options, cache: Path | None = None, limits: Limits = QUICK) -> Policy:
    parents = Parents(options, cache, limits)
    return read_policy(written(folder, f"extends: {reference}\n"), parents=parents, limits=limits)


def test_a_url_is_read_and_kept_under_its_digest(site: Site, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    policy = read(tmp_path, site.reference(), site.options, cache)
    assert places(policy)[1:] == [f"{site.server.url}/org.yaml"]
    assert policy.parent is not None
    assert policy.parent.digest == sha256(TEXT)
    (kept,) = (cache / "policies").iterdir()
    assert kept.name == sha256(TEXT).replace(":", "-")
    site.reply = Reply(drop=True)
    assert places(read(tmp_path, site.reference(), site.options, cache)) == places(policy)  # without the network
    kept.write_text("gate: []")
    with pytest.raises(NetworkError):  # bytes that are no longer those of the digest are not believed
        read(tmp_path, site.reference(), site.options, cache)
    assert len(site.server.requests) == 2


def test_without_a_cache_nothing_is_kept(site: Site, tmp_path: Path) -> None:
    read(tmp_path, site.reference(), site.options)
    read(tmp_path, site.reference(), site.options)
    assert len(site.server.requests) == 2


def test_a_cache_that_cannot_be_written_keeps_nothing(site: Site, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    assert places(read(tmp_path, site.reference(), site.options, tmp_path / "cache"))[1:]


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply(body=b"gate: []\n"), PolicyError, "has other bytes than the digest names, sha256:"),
        (Reply(body=HTML.encode()), PolicyError, "is no policy, but a page"),
        (Reply(body=b"\xff"), PolicyError, "is not UTF-8"),
        (Reply(404), PolicyError, "404 Not Found"),
        (Reply(403), NetworkError, "403 Forbidden"),
        (Reply(500), NetworkError, "500"),
        (Reply(drop=True), NetworkError, ""),
        (Reply(hang=True), NetworkError, ""),
        (Reply(body=TEXT.encode(), cut=10), NetworkError, ""),
        (Reply(body=b"#" * 1000, endless=True, length=-1), LimitExceeded, "more than"),
        (Reply(302, headers=(("Location", "http://localhost:1/"),)), NetworkError, "without encryption"),
    ],
)
def test_a_url_that_cannot_be_used(
    site: Site, tmp_path: Path, reply: Reply, kind: type[PratiqueError], words: str
) -> None:
    site.reply = reply
    with pytest.raises(kind) as caught:
        read(tmp_path, site.reference(), site.options, tmp_path / "cache")
    assert str(caught.value).startswith(f"{tmp_path / 'pratique.yaml'}:1:10: extends: ")
    assert words in str(caught.value)
    assert caught.value.exit_code == (2 if kind is PolicyError else 3)
    assert not list((tmp_path / "cache").rglob("sha256-*"))


def test_a_policy_from_a_network_names_no_path_of_this_machine(site: Site, tmp_path: Path) -> None:
    written(tmp_path, TEXT, "here.yaml")
    text = f"extends: {tmp_path / 'here.yaml'}\n"
    site.reply = Reply(body=text.encode())
    with pytest.raises(PolicyError, match="may not name one of this machine"):
        read(tmp_path, site.reference(text), site.options)
    text = "extends: strict\n"
    site.reply = Reply(body=text.encode())
    assert places(read(tmp_path, site.reference(text), site.options))[2:] == ["strict"]


# --- artifacts -------------------------------------------------------------------------------


def pushed(text: str = TEXT, media_type: str = MEDIA_TYPES[1], layers: int = 1) -> tuple[Registry, str]:
    """A registry with a policy as an artifact (OCI image specification, manifest.md), and the manifest's digest."""
    blob = text.encode()
    layer = {"mediaType": media_type, "digest": digest_of(blob), "size": len(blob)}
    empty = {"mediaType": "application/vnd.oci.empty.v1+json", "digest": digest_of(b"{}"), "size": 2}
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": ARTIFACT,
            "config": empty,
            "layers": [layer] * layers,
        }
    ).encode()
    registry = Registry(blobs={f"/v2/policies/org/blobs/{digest_of(blob)}": blob})
    for name in ("1", digest_of(manifest)):
        registry.manifests[f"/v2/policies/org/manifests/{name}"] = (MANIFEST, manifest)
    return registry, digest_of(manifest)


def test_an_artifact_by_its_tag_is_asked_for_each_time(tmp_path: Path) -> None:
    registry, _ = pushed()
    with serve(registry) as server:
        name = f"oci://{server.url.removeprefix('http://')}/policies/org:1"
        policy = read(tmp_path, name, Options(environment={}), tmp_path / "cache")
        asked = len(server.requests)
        assert places(policy)[1:] == [name]
        read(tmp_path, name, Options(environment={}), tmp_path / "cache")
        assert asked < len(server.requests) < 2 * asked  # the tag; the layer is here
    with pytest.raises(NetworkError):
        read(tmp_path, name, Options(environment={}), tmp_path / "cache")


def test_an_artifact_by_its_digest_needs_no_network_the_second_time(tmp_path: Path) -> None:
    registry, digest = pushed()
    with serve(registry) as server:
        name = f"oci://{server.url.removeprefix('http://')}/policies/org@{digest}"
        policy = read(tmp_path, name, Options(environment={}), tmp_path / "cache")
    assert places(read(tmp_path, name, Options(environment={}), tmp_path / "cache")) == places(policy)
    with pytest.raises(NetworkError):
        read(tmp_path, name, Options(environment={}))


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ({"media_type": "application/vnd.oci.image.layer.v1.tar+gzip"}, "its layer is of type 'application/vnd.oci"),
        ({"layers": 2}, "an artifact of one layer"),
        ({"layers": 0}, "an artifact of one layer"),
        ({"text": "extends: ../../etc/passwd\n"}, "may not name one of this machine"),
    ],
)
def test_an_artifact_that_is_no_policy(tmp_path: Path, made: dict[str, object], words: str) -> None:
    registry, _ = pushed(**made)  # type: ignore[arg-type]
    with serve(registry) as server, pytest.raises(PolicyError) as caught:
        read(tmp_path, f"oci://{server.url.removeprefix('http://')}/policies/org:1", Options(environment={}))
    assert words in str(caught.value)
    assert caught.value.exit_code == 2


def test_an_artifact_that_is_not_there_or_is_damaged(tmp_path: Path) -> None:
    registry, _ = pushed()
    with serve(registry) as server:
        host = server.url.removeprefix("http://")
        with pytest.raises(PolicyError, match="404"):
            read(tmp_path, f"oci://{host}/policies/org:2", Options(environment={}))
        registry.blobs = {name: b"x" * len(TEXT) for name in registry.blobs}
        with pytest.raises(Unreadable):
            read(tmp_path, f"oci://{host}/policies/org:1", Options(environment={}), tmp_path / "cache")
        hostile = json.dumps(
            {
                "schemaVersion": 2,
                "config": {},
                "layers": [{"mediaType": MEDIA_TYPES[1], "digest": "../../../pratique.yaml", "size": 3}],
            }
        ).encode()
        registry.manifests["/v2/policies/org/manifests/1"] = (MANIFEST, hostile)
        with pytest.raises(Unreadable, match="is no digest"):
            read(tmp_path, f"oci://{host}/policies/org:1", Options(environment={}), tmp_path / "cache")
