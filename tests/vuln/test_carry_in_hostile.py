"""Hostile and damaged databases in a registry, and a disk that is full: the old database stays."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from images import digest_of
from loopback import Reply, Request, serve
from pratique.errors import DatabaseError, PratiqueError, StorageError, Unreadable
from pratique.oci import artifact
from pratique.vuln import carry
from pratique.vuln.build import build
from pratique.vuln.carry_in import Wanted, pull
from pratique.vuln.carry_out import push_database
from pratique.vuln.database import Database
from pratique.vuln.rows import digest
from registry import Registry
from vuln.carried import LIMITS, OPTIONS, count, made, pulled, shelf
from vuln.feeds import write


def _manifest(change: Callable[[Any], None]) -> Callable[[Any, dict[str, bytes]], None]:
    def apply(manifest: Any, blobs: dict[str, bytes]) -> None:
        change(manifest)

    return apply


def _config(change: Callable[[Any], None]) -> Callable[[Any, dict[str, bytes]], None]:
    def apply(manifest: Any, blobs: dict[str, bytes]) -> None:
        config = json.loads(blobs[manifest["config"]["digest"]])
        change(config)
        _replace(manifest["config"], json.dumps(config).encode(), blobs)

    return apply


def _layer(change: Callable[[bytes], bytes]) -> Callable[[Any, dict[str, bytes]], None]:
    def apply(manifest: Any, blobs: dict[str, bytes]) -> None:
        _replace(manifest["layers"][0], change(blobs[manifest["layers"][0]["digest"]]), blobs)

    return apply


def _sqlite(statement: str) -> Callable[[Any, dict[str, bytes]], None]:
    """A shard of which all that the config tells is true, after this statement."""

    def apply(manifest: Any, blobs: dict[str, bytes]) -> None:
        config = json.loads(blobs[manifest["config"]["digest"]])
        (shard,) = [each for each in config["shards"] if each["name"] == "npm"]
        (layer,) = [each for each in manifest["layers"] if each["annotations"]["vnd.pratique.db.shard"] == "osv npm"]
        with tempfile.NamedTemporaryFile() as file:
            file.write(zstandard.decompress(blobs[layer["digest"]]))
            file.flush()
            with contextlib.closing(sqlite3.connect(file.name)) as connection:
                connection.executescript(statement)
                identity = digest(connection)
            data = Path(file.name).read_bytes()
        shard.update(digest=identity, size=len(data), file=f"npm.{identity[7:23]}.sqlite")
        layer["annotations"]["org.opencontainers.image.title"] = f"{shard['file']}.zst"
        _replace(layer, zstandard.compress(data), blobs)
        _replace(manifest["config"], json.dumps(config).encode(), blobs)

    return apply


def _replace(descriptor: Any, data: bytes, blobs: dict[str, bytes]) -> None:
    blobs[digest_of(data)] = data
    descriptor.update(digest=digest_of(data), size=len(data))


BOMB = zstandard.compress(b"\0" * (1 << 26))

HOSTILE = {
    "another kind of artifact": _manifest(lambda m: (m.pop("artifactType"), m["config"].update(mediaType="x/y"))),
    "another schema": _manifest(lambda m: m["annotations"].update({"vnd.pratique.db.schema": "99"})),
    "another schema, told by the config": _config(lambda c: c.update(schema=99)),
    "a layer is missing": _manifest(lambda m: m["layers"].pop()),
    "layers of another type": _manifest(lambda m: m["layers"][0].update(mediaType="application/x")),
    "a digest that cannot be verified": _manifest(lambda m: m["layers"][0].update(digest="md5:0")),
    "a size beyond all bounds": _manifest(lambda m: m["layers"][0].update(size=1 << 60)),
    "a shard beyond all bounds": _config(lambda c: c["shards"][0].update(size=1 << 60)),
    "a shard of a negative size": _config(lambda c: c["shards"][0].update(size=-1)),
    "a name that leads out": _config(lambda c: c["shards"][0].update(file="../" + c["shards"][0]["file"])),
    "a name of another file": _config(lambda c: c["shards"][0].update(file="manifest.json")),
    "a config that is none": _config(lambda c: c.update(shards=7)),
    "a field that we do not know": _config(lambda c: c.update(more=1)),
    "two shards of one name": _config(lambda c: c["shards"].append(c["shards"][0])),
    "other rows": _config(
        lambda c: c["shards"][0].update(digest="sha256:" + "0" * 64, file=f"Debian.{'0' * 16}.sqlite")
    ),
    "no Zstandard": _layer(lambda data: b"x" * 100),
    "cut short": _layer(lambda data: data[:-5]),
    "something behind": _layer(lambda data: data + b"x"),
    "a bomb": _layer(lambda data: BOMB),
    "another size": _layer(lambda data: zstandard.compress(zstandard.decompress(data) + b"\0")),
    "a view": _sqlite("CREATE VIEW more AS SELECT 1"),
    "a trigger": _sqlite("CREATE TRIGGER t AFTER DELETE ON record BEGIN SELECT 1; END"),
    "a table of other columns": _sqlite("ALTER TABLE record ADD COLUMN more TEXT AS (hex(zeroblob(10)))"),
    "another table": _sqlite("CREATE TABLE more (key INTEGER PRIMARY KEY)"),
    "no SQLite": _layer(lambda data: zstandard.compress(b"\1" * len(zstandard.decompress(data)))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_leaves_the_old_database(tmp_path: Path, name: str) -> None:
    with shelf(tmp_path) as kept:
        target = tmp_path / "here"
        build(write(tmp_path / "old", {"PyPI": []}), target)
        before = Database.open(target).status
        manifest = json.loads(kept.registry.manifests["/v2/team/db/manifests/1"][1])
        blobs = {path.rpartition("/")[2]: blob for path, blob in kept.registry.blobs.items()}
        HOSTILE[name](manifest, blobs)
        kept.registry.blobs = {f"/v2/team/db/blobs/{digest}": data for digest, data in blobs.items()}
        for title in manifest["layers"]:
            notes = title["annotations"]
            if name == "other rows" and notes["vnd.pratique.db.shard"] == "osv Debian":
                notes["org.opencontainers.image.title"] = f"Debian.{'0' * 16}.sqlite.zst"
        kept.registry.manifests["/v2/team/db/manifests/1"] = (manifest["mediaType"], json.dumps(manifest).encode())
        with pytest.raises((Unreadable, DatabaseError)):
            pulled(kept, target)
    with Database.open(target) as database:
        database.verify()
        assert database.status == before
    assert not [path for path in target.iterdir() if path.name.startswith(".build")]


@pytest.mark.parametrize("wrong", [b"x", b""])
def test_other_bytes_than_the_digest_names(tmp_path: Path, wrong: bytes) -> None:
    with shelf(tmp_path) as kept:
        for path, blob in kept.registry.blobs.items():
            kept.registry.blobs[path] = blob[:-1] + wrong if blob[:1] != b"{" else blob
        with pytest.raises(PratiqueError):
            pulled(kept, tmp_path / "here")
    assert not list((tmp_path / "here").glob("*.sqlite"))


def test_a_registry_that_says_no_digest_is_asked_for_the_manifest(tmp_path: Path) -> None:
    def silent(request: Request) -> Reply:
        reply = registry(request)
        return Reply(reply.status, reply.body, tuple(each for each in reply.headers if "Digest" not in each[0]))

    registry = Registry()
    with serve(registry) as writable, serve(silent) as server:
        push_database(made(tmp_path), f"{writable.url.removeprefix('http://')}/a/b:1", OPTIONS)
        place = f"{server.url.removeprefix('http://')}/a/b:1"
        for fetched in (count(tmp_path / "db"), 0):
            source = artifact.source(place, carry.ARTIFACT, OPTIONS, LIMITS)
            assert pull(source, place, tmp_path / "here", Wanted(), limits=LIMITS).fetched == fetched
    assert server.paths("GET")[-1] == "/v2/a/b/manifests/1"


def test_a_full_disk(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with shelf(tmp_path) as kept:
        downloads = tmp_path / "here" / ".downloads"
        downloads.mkdir(parents=True)
        for path in kept.registry.blobs:
            (downloads / f"{path.rpartition('/')[2].replace(':', '-')}.part").symlink_to("/dev/full")
        with pytest.raises(StorageError, match="No space left") as caught:
            pulled(kept, tmp_path / "here")
    assert "room" in caught.value.hint
    assert not (tmp_path / "here" / "manifest.json").exists()
