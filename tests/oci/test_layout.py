from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from images import (
    Built,
    build,
    digest_of,
    layout,
    oci_archive,
    oci_layout,
)
from pratique.errors import (
    DigestMismatch,
    LimitExceeded,
    NotFound,
    Unreadable,
    UsageError,
)
from pratique.limits import DEFAULT, Limits
from targets import BASE, IMAGE, OTHER, TOP, content, opened, read


@pytest.mark.parametrize("write", [oci_layout, oci_archive])
@pytest.mark.parametrize("prefix", ["", "oci:"])
def test_a_layout(tmp_path: Path, write: Callable[[Path, object], Path], prefix: str) -> None:
    path = write(tmp_path / "x", {"app:1.4": IMAGE})
    (image,) = opened(f"{prefix}{path}")
    assert (image.target, image.name) == (f"{prefix}{path}", "app:1.4")
    assert (image.digest, image.config_digest) == (IMAGE.digest, IMAGE.config_digest)
    assert (str(image.platform), image.config.user, image.config.env) == ("linux/amd64", "1000", ("A=b",))
    assert [item.created_by for item in image.layers] == ["ADD rootfs", "COPY app /"]
    assert [step.created_by for step in image.config.history] == ["ADD rootfs", "COPY app /"]
    assert [item.diff_id for item in image.layers] == list(IMAGE.diff_ids)
    assert [item.digest for item in image.layers] == [digest_of(blob) for blob in IMAGE.layers]
    assert [item.size for item in image.layers] == [len(blob) for blob in IMAGE.layers]
    assert image.problems == ()
    assert read(path) == [list(IMAGE.layers)]


def test_selects_in_a_layout(tmp_path: Path) -> None:
    path = oci_layout(tmp_path / "x:y", {"app:1": IMAGE, "2": OTHER})
    assert [image.name for image in opened(path)] == ["app:1", "x:y:2"]
    for selector in (":1", ":app:1", f"@{IMAGE.digest}"):
        assert [image.digest for image in opened(f"oci:{path}{selector}")] == [IMAGE.digest]
    assert [image.digest for image in opened(f"{path}:2")] == [OTHER.digest]
    with pytest.raises(NotFound, match="no image '3'") as caught:
        opened(f"oci:{path}:3")
    assert "app:1" in caught.value.hint


def test_one_image_under_two_names_is_one(tmp_path: Path) -> None:
    path = oci_layout(tmp_path / "x", {"app:1": IMAGE, "app:latest": IMAGE})
    assert [image.name for image in opened(path)] == ["app:1"]


def test_platforms(tmp_path: Path) -> None:
    arm = build(TOP, platform="linux/arm/v6")
    path = oci_layout(tmp_path / "x", {"app:1": [IMAGE, OTHER, arm]})
    assert [image.digest for image in opened(path, platform="linux/arm64")] == [OTHER.digest]
    assert [image.digest for image in opened(path, platform="linux/arm/v7")] == [arm.digest]
    assert len(opened(path)) == 1
    assert [image.digest for image in opened(path, platform="all")] == [IMAGE.digest, OTHER.digest, arm.digest]
    with pytest.raises(NotFound, match="linux/s390x") as caught:
        opened(path, platform="linux/s390x")
    assert "linux/amd64, linux/arm64, linux/arm/v6" in caught.value.hint
    with pytest.raises(UsageError, match="no platform"):
        opened(path, platform="a/b/c/d")


def test_the_only_platform_is_the_default_but_not_what_was_asked_for(tmp_path: Path) -> None:
    foreign = build(BASE, platform="linux/s390x")
    path = oci_layout(tmp_path / "x", foreign)
    assert str(opened(path)[0].platform) == "linux/s390x"
    with pytest.raises(NotFound, match="linux/amd64"):
        opened(path, platform="linux/amd64")


def test_attestations_are_no_platforms(tmp_path: Path) -> None:
    image = layout({"": IMAGE})
    statement = build(TOP, platform="unknown/unknown")
    for blob in statement.blobs().values():
        image.add(blob)
    index = json.loads(image.files["index.json"])
    note = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": IMAGE.digest}
    entry = {**index["manifests"][0], "digest": statement.digest, "size": len(statement.manifest), "annotations": note}
    entry.pop("platform", None)
    index["manifests"] += [entry, entry | {"platform": {"os": "unknown", "architecture": "unknown"}}]
    image.files["index.json"] = json.dumps(index).encode()
    assert [found.digest for found in opened(image.write(tmp_path / "x"), platform="all")] == [IMAGE.digest]


@pytest.mark.parametrize("chosen", ["linux/amd64", "all"])
@pytest.mark.parametrize(
    ("clean", "platform"), [(IMAGE, {"os": "linux", "architecture": "amd64"}), (OTHER, None)], ids=["told", "in config"]
)
def test_an_image_is_not_hidden_by_calling_it_an_attestation(
    tmp_path: Path, clean: Built, platform: dict[str, str] | None, chosen: str
) -> None:
    """containerd and Docker choose by platform, and take the first that fits: that one has to be read."""
    image = layout({"": clean})
    index = json.loads(image.files["index.json"])
    evil = build(TOP)
    for each in evil.blobs().values():
        image.add(each)
    note = {"vnd.docker.reference.type": "attestation-manifest"}
    entry = {**index["manifests"][0], "digest": evil.digest, "size": len(evil.manifest), "annotations": note}
    entry.pop("platform", None)
    index["manifests"].insert(0, entry | ({"platform": platform} if platform else {}))
    image.files["index.json"] = json.dumps(index).encode()
    assert evil.digest in [found.digest for found in opened(image.write(tmp_path / "x"), platform=chosen)]


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    image = layout({"a:1": IMAGE})
    del image.files[blob(IMAGE.digest)]
    with pytest.raises(Unreadable, match=f"the manifest {IMAGE.digest} is listed, but its blob is missing"):
        opened(image.write(tmp_path / "x"))


def test_platforms_that_are_listed_but_not_held(tmp_path: Path) -> None:
    """What `docker save` writes of a multi-platform image of which one platform was pulled."""
    image = layout({"a:1": [IMAGE, OTHER]})
    del image.files["blobs/sha256/" + OTHER.digest[7:]]
    path = image.write(tmp_path / "x")
    assert [found.digest for found in opened(path)] == [IMAGE.digest]
    (found,) = opened(path, platform="all")
    assert ("linux/arm64" in found.problems[0].what, found.problems[0].blocking) == (True, True)
    with pytest.raises(Unreadable, match="linux/arm64 is listed, but its blob"):
        opened(path, platform="linux/arm64")


def broken(change: Callable[[dict[str, bytes]], None], built: Built = IMAGE) -> Callable[[Path], Path]:
    """A layout that was changed."""

    def write(target: Path) -> Path:
        image = layout({"": built})
        change(image.files)
        return image.write(target)

    return write


def blob(digest: str) -> str:
    return f"blobs/sha256/{digest[7:]}"


LAYER_PATH = blob(digest_of(IMAGE.layers[1]))


@pytest.mark.parametrize(
    ("change", "kind", "match"),
    [
        (lambda files: files.pop("index.json"), Unreadable, "no index.json"),
        (lambda files: files.update({"index.json": b""}), Unreadable, "index.json: it is empty"),
        (lambda files: files.update({"index.json": b" \n"}), Unreadable, "index.json: it is empty"),
        (lambda files: files.update({"index.json": b"\xff\xfe"}), Unreadable, "not the JSON"),
        (lambda files: files.update({"index.json": b"[" * 100_000}), Unreadable, "JSON"),
        (lambda files: files.update({"index.json": b'{"manifests":[],"x":' + b"[" * 100_000}), Unreadable, "JSON"),
        (lambda files: files.update({"index.json": b'{"manifests":[]}'}), Unreadable, "no image in it"),
        (lambda files: files.update({"index.json": b" " * (5 << 20)}), LimitExceeded, "more than"),
        (lambda files: files.pop(blob(IMAGE.digest)), Unreadable, "missing"),
        (lambda files: files.update({blob(IMAGE.digest): b"x" * len(IMAGE.manifest)}), DigestMismatch, "sha256:"),
        (lambda files: files.update({blob(IMAGE.digest): b"x"}), Unreadable, "bytes"),
        (lambda files: files.pop(blob(IMAGE.config_digest)), Unreadable, "missing"),
        (lambda files: files.update({blob(IMAGE.config_digest): IMAGE.config[:-1]}), DigestMismatch, "bytes"),
    ],
)
def test_a_layout_that_is_broken(
    tmp_path: Path, change: Callable[[dict[str, bytes]], None], kind: type[Exception], match: str
) -> None:
    with pytest.raises(kind, match=match):
        opened(broken(change)(tmp_path / "x"))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda files: files.pop(LAYER_PATH), "is missing"),
        (lambda files: files.update({LAYER_PATH: b"short"}), "has 5 bytes, not"),
    ],
)
def test_a_layer_that_cannot_be_had_is_a_problem(
    tmp_path: Path, change: Callable[[dict[str, bytes]], None], match: str
) -> None:
    (image,) = opened(broken(change)(tmp_path / "x"))
    (problem,) = image.problems
    assert match in problem.what
    assert (problem.blocking, problem.layer, problem.where) == (True, 1, digest_of(IMAGE.layers[1]))
    assert image.layers[1].open is None
    assert content(image.layers[0].open) == IMAGE.layers[0]


def rewritten(change: Callable[[dict[str, object], dict[str, object]], None]) -> Built:
    """``IMAGE`` with another manifest and config, all digests right."""
    manifest, config = json.loads(IMAGE.manifest), json.loads(IMAGE.config)
    change(manifest, config)
    config_bytes = json.dumps(config).encode()
    manifest["config"] |= {"digest": digest_of(config_bytes), "size": len(config_bytes)}
    return Built(
        IMAGE.layers, IMAGE.plain, config_bytes, json.dumps(manifest).encode(), IMAGE.media_type, IMAGE.platform
    )


@pytest.mark.parametrize(
    "media_type",
    [
        "application/vnd.oci.image.layer.v1.tar+gzip+encrypted",
        "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
        "application/vnd.wasm.content.layer.v1+wasm",
        "application/vnd.in-toto+json",
        "",
    ],
)
def test_a_layer_of_an_unknown_kind_blocks(tmp_path: Path, media_type: str) -> None:
    built = rewritten(lambda manifest, config: manifest["layers"][1].update(mediaType=media_type))
    (image,) = opened(oci_layout(tmp_path / "x", built))
    (problem,) = image.problems
    assert problem.blocking
    assert repr(media_type) in problem.what
    assert image.layers[1].open is None


def test_a_foreign_layer_blocks_unless_it_is_held(tmp_path: Path) -> None:
    def foreign(manifest: dict, config: dict) -> None:
        kind = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
        manifest["layers"][1].update(mediaType=kind, urls=["http://127.0.0.1:1/blob"])

    built = rewritten(foreign)
    assert opened(oci_layout(tmp_path / "x", built))[0].problems == ()
    (image,) = opened(broken(lambda files: files.pop(LAYER_PATH), built)(tmp_path / "y"))
    assert "not distributed" in image.problems[0].what
    assert image.problems[0].blocking


def test_config_and_manifest_that_disagree(tmp_path: Path) -> None:
    built = rewritten(lambda manifest, config: manifest["layers"].pop())
    (image,) = opened(oci_layout(tmp_path / "x", built))
    assert "names 2 layers, the manifest 1" in image.problems[0].what
    assert image.problems[0].blocking
    assert [item.diff_id for item in image.layers] == [""]


def test_a_history_that_does_not_fit_is_left_out(tmp_path: Path) -> None:
    empty = {"created_by": "ENV A=b", "empty_layer": True}

    def insert(manifest: dict, config: dict) -> None:
        config["history"].insert(1, empty)

    (image,) = opened(oci_layout(tmp_path / "x", rewritten(insert)))
    assert [item.created_by for item in image.layers] == ["ADD rootfs", "COPY app /"]
    (image,) = opened(oci_layout(tmp_path / "y", rewritten(lambda manifest, config: config["history"].pop())))
    assert [item.created_by for item in image.layers] == ["", ""]
    assert image.problems == ()


def test_nulls_as_go_writes_them(tmp_path: Path) -> None:
    def nulls(manifest: dict, config: dict) -> None:
        manifest.update(annotations=None)
        names = ("User", "Env", "Entrypoint", "Cmd", "WorkingDir", "ExposedPorts", "Volumes", "Labels")
        config["config"] = dict.fromkeys(names)
        config["history"] = None
        config["author"] = None

    (image,) = opened(oci_layout(tmp_path / "x", rewritten(nulls)))
    assert image.problems == ()


def test_a_config_that_is_none_blocks_but_layers_are_there(tmp_path: Path) -> None:
    def wrong(manifest: dict, config: dict) -> None:
        config["rootfs"] = 7

    (image,) = opened(oci_layout(tmp_path / "x", rewritten(wrong)))
    assert any(problem.blocking and "config" in problem.what for problem in image.problems)
    assert content(image.layers[0].open) == IMAGE.layers[0]


@pytest.mark.parametrize(
    ("document", "match"),
    [
        ({"schemaVersion": 1, "fsLayers": [], "history": []}, "schema 1"),
        ({"schemaVersion": 2, "manifests": [], "layers": [], "config": {}}, "both an index and a manifest"),
        ({"mediaType": "application/vnd.example+json", "layers": []}, "no image"),
        ({"schemaVersion": 2}, "JSON it should be"),
        ({"config": {}, "layers": [], "Layers": []}, "'Layers' stands for 'layers'"),
        ({"config": {}, "layers": [{"digest": "a", "DIGEST": "b"}]}, "'DIGEST' stands for"),
        ({"config": {}, "layers": [], "x": functools.reduce(lambda inner, _: [inner], range(100), [])}, "deep"),
        ({"config": {"digest": "sha256:xx"}, "layers": []}, "no digest"),
        ({"config": {"digest": "md5:" + "0" * 32}, "layers": []}, "no digest"),
        ({"config": {"digest": "sha256:../../../../etc/passwd"}, "layers": []}, "no digest"),
    ],
)
def test_a_manifest_that_is_none(tmp_path: Path, document: object, match: str) -> None:
    data = json.dumps(document).encode()
    image = layout({"": IMAGE})
    image.add(data)
    entry = {"digest": digest_of(data), "size": len(data)}
    image.files["index.json"] = json.dumps({"manifests": [entry]}).encode()
    with pytest.raises(Unreadable, match=match):
        opened(image.write(tmp_path / "x"))


def test_a_config_with_doubles_blocks(tmp_path: Path) -> None:
    def double(manifest: dict, config: dict) -> None:
        config["config"]["user"] = "root"

    (image,) = opened(oci_layout(tmp_path / "x", rewritten(double)))
    assert any(problem.blocking and "'user' stands for 'User'" in problem.what for problem in image.problems)


def test_annotations_and_labels_may_be_called_anything(tmp_path: Path) -> None:
    def free(manifest: dict, config: dict) -> None:
        manifest["annotations"] = {"Size": "1", "DIGEST": "x"}
        config["config"]["Labels"] = {"user": "x", "OS": "y"}

    (image,) = opened(oci_layout(tmp_path / "x", rewritten(free)))
    assert (image.problems, image.annotations["Size"], image.config.labels["OS"]) == ((), "1", "y")


def test_a_layer_without_a_size_blocks(tmp_path: Path) -> None:
    (image,) = opened(oci_layout(tmp_path / "x", rewritten(lambda manifest, config: manifest["layers"][1].pop("size"))))
    assert "how large" in image.problems[0].what


def test_indexes_in_indexes_end(tmp_path: Path) -> None:
    image = layout({"": IMAGE})
    inner = image.files["index.json"]
    for _ in range(DEFAULT.index_depth + 1):
        image.add(inner)
        kind = "application/vnd.oci.image.index.v1+json"
        inner = json.dumps(
            {"manifests": [{"mediaType": kind, "digest": digest_of(inner), "size": len(inner)}]}
        ).encode()
    image.files["index.json"] = inner
    with pytest.raises(LimitExceeded, match="deep"):
        opened(image.write(tmp_path / "x"))


def test_too_many_layers_and_manifests(tmp_path: Path) -> None:
    path = oci_layout(tmp_path / "x", {"a": IMAGE, "b": OTHER})
    with pytest.raises(LimitExceeded, match="2 manifests, more than 1"):
        opened(path, Limits(index_manifests=1))
    with pytest.raises(LimitExceeded, match="2 layers, more than 1"):
        opened(path, Limits(layers=1))


def test_a_blob_that_is_a_pipe_does_not_wait(tmp_path: Path) -> None:
    path = oci_layout(tmp_path / "x", IMAGE)
    (path / LAYER_PATH).unlink()
    os.mkfifo(path / LAYER_PATH)
    assert "missing" in opened(path)[0].problems[0].what
