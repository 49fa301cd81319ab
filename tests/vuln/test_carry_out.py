"""Databases pushed to the fake registry and written to OCI layouts; skopeo reads them where it is installed."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import tarfile
from pathlib import Path

import pytest
import zstandard

from images import digest_of
from loopback import serve
from pratique.errors import DatabaseError, NotFound, StorageError, Unreadable, UsageError
from pratique.vuln import carry
from pratique.vuln.carry_out import export_database, push_database, push_file
from registry import Registry
from vuln.carried import LIMITS, OPTIONS, count, made, shelf
from vuln.feeds import seal


def test_one_layer_a_shard_under_types_of_our_own(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        kind, data = kept.registry.manifests["/v2/team/db/manifests/1"]
        manifest = json.loads(data)
        assert (kind, manifest["artifactType"]) == (manifest["mediaType"], carry.ARTIFACT)
        blobs = {path.rpartition("/")[2]: blob for path, blob in kept.registry.blobs.items()}
        config = json.loads(blobs[manifest["config"]["digest"]])
        assert manifest["config"]["mediaType"] == carry.CONFIG
        assert config["schema"] == int(manifest["annotations"]["vnd.pratique.db.schema"])
        assert len(manifest["layers"]) == len(config["shards"])
        for layer, shard in zip(manifest["layers"], config["shards"], strict=True):
            assert layer["mediaType"] == carry.LAYER
            assert layer["annotations"]["org.opencontainers.image.title"] == f"{shard['file']}.zst"
            plain = zstandard.ZstdDecompressor().decompress(blobs[layer["digest"]])
            assert plain == (kept.folder / shard["file"]).read_bytes()
        # https://github.com/opencontainers/image-spec/blob/main/annotations.md: RFC 3339; the newest date of a feed
        newest = max(shard["facts"].get("date", "") for shard in config["shards"])
        assert newest >= "2026-01-09T00:00:00Z"
        assert manifest["annotations"]["org.opencontainers.image.created"] == newest


def test_the_same_database_is_the_same_artifact(tmp_path: Path) -> None:
    digests = set()
    for name in ("a", "b"):
        with shelf(tmp_path / name) as kept:
            digests.add(kept.push())
        digests.add(export_database(tmp_path / name / "db", tmp_path / f"{name}.tar", {}))
    assert len(digests) == 1
    assert (tmp_path / "a.tar").read_bytes() == (tmp_path / "b.tar").read_bytes()


def test_source_date_epoch_dates_it(tmp_path: Path) -> None:
    export_database(made(tmp_path), tmp_path / "a.tar", {"SOURCE_DATE_EPOCH": "86400"})
    with tarfile.open(tmp_path / "a.tar") as tar:
        index = json.load(tar.extractfile("index.json") or pytest.fail("no index"))
        name = f"blobs/{index['manifests'][0]['digest'].replace(':', '/')}"
        manifest = json.load(tar.extractfile(name) or pytest.fail("no manifest"))
        assert {member.mtime for member in tar.getmembers()} == {86400}
    assert manifest["annotations"]["org.opencontainers.image.created"] == "1970-01-02T00:00:00Z"


def test_what_the_registry_has_is_not_sent_again(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        pushed = push_database(kept.folder, kept.reference, OPTIONS, limits=LIMITS)
        assert (pushed.sent, pushed.blobs) == (0, count(kept.folder) + 1)
        assert {request.split()[0] for request in kept.asked()} == {"HEAD", "PUT"}
        gone = next(path for path, blob in kept.registry.blobs.items() if blob[:4] == b"\x28\xb5\x2f\xfd")
        del kept.registry.blobs[gone]
        assert push_database(kept.folder, kept.reference, OPTIONS, limits=LIMITS).sent == 1
        assert gone in kept.registry.blobs


def test_an_export_is_pushed_as_it_is(tmp_path: Path) -> None:
    digest = export_database(made(tmp_path), tmp_path / "db.tar", {})
    with serve(registry := Registry()) as server:
        reference = f"{server.url.removeprefix('http://')}/a/b:2"
        pushed = push_file(tmp_path / "db.tar", reference, OPTIONS, limits=LIMITS)
        assert pushed.reference == f"{reference}@{digest}"
        assert pushed.sent == pushed.blobs == count(tmp_path / "db") + 1
        assert push_file(tmp_path / "db.tar", reference, OPTIONS, limits=LIMITS).sent == 0
    assert digest_of(registry.manifests["/v2/a/b/manifests/2"][1]) == digest


def test_without_a_tag_it_is_the_latest(tmp_path: Path) -> None:
    with serve(registry := Registry()) as server:
        place = f"oci://{server.url.removeprefix('http://')}/a/b"
        push_database(made(tmp_path), place, OPTIONS, limits=LIMITS)
        assert "/v2/a/b/manifests/latest" in registry.manifests
        with pytest.raises(UsageError, match="digest"):
            push_database(tmp_path / "db", f"{place}@sha256:{'0' * 64}", OPTIONS)


def test_what_is_not_whole_is_not_pushed(tmp_path: Path) -> None:
    folder = made(tmp_path)
    (shard,) = folder.glob("npm.*.sqlite")
    connection = sqlite3.connect(shard)
    connection.execute("UPDATE record SET id = 'B-2'")
    connection.commit()
    connection.close()
    with pytest.raises(DatabaseError, match="bytes"):
        export_database(folder, tmp_path / "db.tar", {})
    seal(folder)
    with pytest.raises(DatabaseError, match="rows"):
        export_database(folder, tmp_path / "db.tar", {})
    shard.unlink()
    with pytest.raises(DatabaseError, match="not whole"):
        export_database(folder, tmp_path / "db.tar", {})
    with pytest.raises(DatabaseError):
        export_database(tmp_path / "none", tmp_path / "db.tar", {})
    assert not (tmp_path / "db.tar").exists()
    assert not list(tmp_path.glob(".pratique-*"))


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        export_database(made(tmp_path), tmp_path / "no" / "folder" / "db.tar", {})


def test_a_file_that_is_no_export(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        push_file(tmp_path / "none.tar", "localhost:1/a/b", OPTIONS)
    (tmp_path / "x.tar").write_bytes(b"x" * 2000)
    with pytest.raises(Unreadable):
        push_file(tmp_path / "x.tar", "localhost:1/a/b", OPTIONS)


@pytest.mark.native
def test_skopeo_carries_it_too(tmp_path: Path) -> None:
    if shutil.which("skopeo") is None:
        pytest.skip("skopeo is not installed")
    digest = export_database(made(tmp_path), tmp_path / "db.tar", {})
    policy = tmp_path / "policy.json"
    policy.write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    target = tmp_path / "copy"
    source = f"oci-archive:{tmp_path / 'db.tar'}:latest"
    subprocess.run(["skopeo", "--policy", str(policy), "copy", "-q", source, f"oci:{target}:latest"], check=True)
    (root,) = json.loads((target / "index.json").read_text())["manifests"]
    assert root["digest"] == digest
