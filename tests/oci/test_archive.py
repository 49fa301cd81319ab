from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from images import (
    build,
    digest_of,
    docker_archive,
    file,
    layer,
    layout,
    symlink,
)
from pratique.errors import (
    DigestMismatch,
    LimitExceeded,
    NotFound,
    Unreadable,
)
from targets import BASE, IMAGE, OTHER, opened, read


@pytest.mark.parametrize("style", ["docker", "skopeo"])
@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz"])
@pytest.mark.parametrize("prefix", ["", "docker-archive:"])
def test_a_docker_archive(tmp_path: Path, style: str, name: str, prefix: str) -> None:
    path = docker_archive(tmp_path / name, {"app:1.4": IMAGE}, style=style)
    (image,) = opened(f"{prefix}{path}")
    assert (image.name, image.digest, image.config_digest) == ("app:1.4", "", IMAGE.config_digest)
    assert [(item.digest, item.diff_id) for item in image.layers] == [("", diff_id) for diff_id in IMAGE.diff_ids]
    assert [item.created_by for item in image.layers] == ["ADD rootfs", "COPY app /"]
    assert read(path) == [list(IMAGE.plain)]


def test_selects_in_an_archive(tmp_path: Path) -> None:
    path = docker_archive(tmp_path / "a.tar", {"app:1": IMAGE, "ghcr.io/x/app:2": OTHER})
    assert [image.name for image in opened(path)] == ["app:1", "ghcr.io/x/app:2"]
    for selector in ("app:1", "docker.io/library/app:1"):
        assert [image.config_digest for image in opened(f"{path}:{selector}")] == [IMAGE.config_digest]
    with pytest.raises(NotFound, match="no image 'app:3'") as caught:
        opened(f"docker-archive:{path}:app:3")
    assert "ghcr.io/x/app:2" in caught.value.hint
    assert [image.name for image in opened(path, platform="linux/arm64")] == ["ghcr.io/x/app:2"]
    with pytest.raises(NotFound, match="s390x"):
        opened(path, platform="linux/s390x")


def archive(path: Path, entries: object, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    path.write_bytes(layer(*members, file("manifest.json", json.dumps(entries))))
    return path


def test_an_archive_of_no_image(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"'a\.tar': no image in it") as caught:
        opened(archive(tmp_path / "a.tar", []))
    assert "manifest.json lists nothing" in caught.value.hint


CONFIG_NAME = IMAGE.config_digest[7:] + ".json"


def test_equal_layers_are_links_in_old_archives(tmp_path: Path) -> None:
    built = build(BASE, BASE)
    entries = [{"Config": "c.json", "RepoTags": None, "Layers": ["a/layer.tar", "b/layer.tar"]}]
    members = (file("a/layer.tar", BASE), symlink("b/layer.tar", "../a/layer.tar"), file("c.json", built.config))
    path = archive(tmp_path / "a.tar", entries, *members)
    assert read(path) == [[BASE, BASE]]


@pytest.mark.parametrize("name", ["{hex}.tar.gz", "sha256:{hex}", "blobs/sha256/{hex}", "./{hex}.tar"])
def test_names_of_all_writers(tmp_path: Path, name: str) -> None:
    names = [name.format(hex=digest_of(data)[7:]) for data in IMAGE.layers]
    config = f"sha256:{IMAGE.config_digest[7:]}"
    members = [file(path, data) for path, data in zip(names, IMAGE.layers, strict=True)]
    entries = [{"Config": config, "RepoTags": ["a:1"], "Layers": names}]
    path = archive(tmp_path / "a.tar", entries, *members, file(config, IMAGE.config))
    assert read(path) == [list(IMAGE.layers)]


@pytest.mark.parametrize(
    ("entries", "kind", "match"),
    [
        ({}, Unreadable, "JSON it should be"),
        ([{"Layers": []}], Unreadable, "Config"),
        ([{"Config": "none.json", "Layers": []}], Unreadable, "'none.json' is missing"),
        ([{"Config": "../../etc/passwd", "Layers": []}], Unreadable, "is missing"),
        ([{"Config": "loop", "Layers": []}], Unreadable, "is missing"),
        ([{"Config": "0" * 64 + ".json", "Layers": []}], DigestMismatch, "has the digest"),
        ([{"Config": CONFIG_NAME, "Layers": ["x"] * 1001}], LimitExceeded, "1001 layers"),
    ],
)
def test_an_archive_that_is_broken(tmp_path: Path, entries: object, kind: type[Exception], match: str) -> None:
    members = (symlink("loop", "loop"), file("0" * 64 + ".json", IMAGE.config), file(CONFIG_NAME, IMAGE.config))
    with pytest.raises(kind, match=match):
        opened(archive(tmp_path / "a.tar", entries, *members))


@pytest.mark.parametrize("name", ["none/layer.tar", "../../../etc/passwd", "/etc/passwd", "one", ""])
def test_a_layer_path_that_leads_nowhere_is_a_problem(tmp_path: Path, name: str) -> None:
    entries = [{"Config": CONFIG_NAME, "Layers": ["a", name]}]
    members = (file("a", BASE), file(CONFIG_NAME, IMAGE.config), symlink("one", "two"), symlink("two", "one"))
    (image,) = opened(archive(tmp_path / "a.tar", entries, *members))
    assert [problem.blocking for problem in image.problems] == [True]
    assert image.layers[1].open is None


def test_both_halves_of_a_new_docker_archive(tmp_path: Path) -> None:
    both = layout({"": IMAGE})
    entry = {"Config": blob(IMAGE.config_digest), "RepoTags": ["a:1"], "Layers": []}
    both.files["manifest.json"] = json.dumps([entry]).encode()
    (tmp_path / "good.tar").write_bytes(both.archive())
    (image,) = opened(f"docker-archive:{tmp_path}/good.tar")
    assert (image.digest, image.problems) == (IMAGE.digest, ())
    both.files["evil.json"] = OTHER.config
    both.files["manifest.json"] = json.dumps([entry, {"Config": "evil.json", "Layers": []}]).encode()
    (tmp_path / "evil.tar").write_bytes(both.archive())
    (image,) = opened(tmp_path / "evil.tar")
    assert [(problem.blocking, problem.where) for problem in image.problems] == [(True, OTHER.config_digest)]


def blob(digest: str) -> str:
    return f"blobs/sha256/{digest[7:]}"
