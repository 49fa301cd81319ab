from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from images import digest_of
from loopback import serve
from pratique.errors import LimitExceeded, NotFound, Unreadable, UsageError
from pratique.limits import Limits
from pratique.oci import artifact
from pratique.oci.documents import Descriptor
from pratique.oci.options import Options
from registry import Registry

LIMITS = Limits(connect_seconds=2, read_seconds=5, retries=0)
KIND = "application/vnd.example.thing"
BLOB = bytes(range(256)) * 10


def layout(folder: Path, *kinds: str) -> Path:
    """A layout with an artifact of each kind ("" for none), and one blob."""
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    (blobs / digest_of(BLOB)[7:]).write_bytes(BLOB)
    manifests = []
    for number, kind in enumerate(kinds):
        data = json.dumps({"schemaVersion": 2, "number": number}).encode()
        (blobs / digest_of(data)[7:]).write_bytes(data)
        manifests.append({"mediaType": "x/y", "digest": digest_of(data), "size": len(data)})
        manifests[-1] |= {"artifactType": kind} if kind else {}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": manifests}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    return folder


def packed(folder: Path, *kinds: str) -> Path:
    layout(folder / "l", *kinds)
    with tarfile.open(folder / "x.tar", "w") as tar:
        for path in sorted((folder / "l").rglob("*")):
            tar.add(path, path.relative_to(folder / "l"), recursive=False)
    return folder / "x.tar"


def opened(place: str) -> artifact.Source:
    return artifact.source(place, KIND, Options(environment={}), LIMITS)


@pytest.mark.parametrize("kinds", [(KIND,), ("",), ("a/b", KIND), (KIND, "a/b")])
def test_the_artifact_of_the_type(tmp_path: Path, kinds: tuple[str, ...]) -> None:
    for place in (f"oci:{layout(tmp_path / 'a', *kinds)}", f"oci-archive:{packed(tmp_path, *kinds)}"):
        source = opened(place)
        number = json.loads(source.read(source.root(), 1000))["number"]
        assert kinds[number] in (KIND, "")
        assert source.stated() == source.root().digest
        blob = Descriptor("", digest_of(BLOB), len(BLOB))
        for position in (0, 7, len(BLOB)):
            with source.resume(blob, position) as stream:
                assert stream.read(len(BLOB) - position) == BLOB[position:]


@pytest.mark.parametrize("kinds", [(), ("", ""), (KIND, KIND)])
def test_none_or_several(tmp_path: Path, kinds: tuple[str, ...]) -> None:
    with pytest.raises(NotFound, match="artifacts"):
        opened(f"oci:{layout(tmp_path, *kinds)}")


def test_what_is_no_layout(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 5000)
    (tmp_path / "empty").touch()
    for place in ("file", "empty", "."):
        with pytest.raises(Unreadable):
            opened(f"oci-archive:{tmp_path / place}")
    with pytest.raises(NotFound):
        opened(f"oci-archive:{tmp_path / 'none'}")


def test_a_blob_that_is_missing_too_large_or_another(tmp_path: Path) -> None:
    source = opened(f"oci:{layout(tmp_path, KIND)}")
    with pytest.raises(Unreadable):
        source.resume(Descriptor("", digest_of(b"other"), 5), 0)
    with pytest.raises(LimitExceeded):
        source.read(Descriptor("", digest_of(BLOB), len(BLOB)), 10)
    (tmp_path / "blobs" / "sha256" / digest_of(BLOB)[7:]).write_bytes(b"other")
    with pytest.raises(Unreadable):
        source.read(Descriptor("", digest_of(BLOB), 5), 1000)


@pytest.mark.parametrize("prefix", ["", "oci:", "oci://"])
def test_a_place_in_a_registry(prefix: str) -> None:
    registry = Registry(blobs={f"/v2/a/b/blobs/{digest_of(BLOB)}": BLOB})
    manifest = b'{"schemaVersion":2}'
    registry.manifests["/v2/a/b/manifests/1"] = ("application/vnd.oci.image.manifest.v1+json", manifest)
    with serve(registry) as server:
        source = opened(f"{prefix}{server.url.removeprefix('http://')}/a/b:1")
        assert source.stated() == digest_of(manifest)
        assert source.read(source.root(), 1000) == manifest
        with source.resume(Descriptor("", digest_of(BLOB), len(BLOB)), 2500) as stream:
            assert stream.read() == BLOB[2500:]
        assert server.requests[-1].headers["range"] == "bytes=2500-"


@pytest.mark.parametrize("place", ["", "oci://", "oci:", "https://x/y", "a/UPPER", "a b"])
def test_what_is_no_place(place: str) -> None:
    with pytest.raises(UsageError):
        opened(place)
