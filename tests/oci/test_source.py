from __future__ import annotations

import bz2
import contextlib
import functools
import io
import json
import lzma
import multiprocessing
import os
import pickle
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from images import (
    digest_of,
    docker_archive,
    file,
    gzip_bytes,
    layer,
    layout,
    oci_archive,
    oci_layout,
    zstd_bytes,
)
from loopback import Reply, serve
from pratique.errors import (
    LimitExceeded,
    NetworkError,
    NotFound,
    PratiqueError,
    Unreadable,
    UsageError,
)
from pratique.limits import Limits
from pratique.oci.options import Options
from pratique.oci.platforms import host
from pratique.oci.source import open_target
from targets import BASE, IMAGE, TOP, content, opened, read


@pytest.mark.parametrize(
    "pack",
    [gzip_bytes, zstd_bytes, bz2.compress, lzma.compress, lambda data: gzip_bytes(data[:99]) + gzip_bytes(data[99:])],
)
def test_compressed_archives(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    (tmp_path / "a").write_bytes(pack(layout({"a:1": IMAGE}).archive()))
    assert read(tmp_path / "a") == [list(IMAGE.layers)]


@pytest.mark.parametrize("pack", [gzip_bytes, zstd_bytes, bz2.compress, lzma.compress])
def test_compressed_archives_that_are_cut_or_corrupt(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    data = pack(layout({"a:1": IMAGE}).archive())
    (tmp_path / "cut").write_bytes(data[: len(data) // 2])
    with pytest.raises(Unreadable, match=re.escape(str(tmp_path / "cut"))):
        opened(tmp_path / "cut")
    (tmp_path / "bad").write_bytes(data[:20] + bytes(len(data) - 20))
    with pytest.raises(Unreadable):
        opened(tmp_path / "bad")


def test_a_compressed_archive_of_zeros_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "bomb").write_bytes(gzip_bytes(bytes(20 << 20)))
    with pytest.raises(LimitExceeded, match="more than 10000000"):
        opened(tmp_path / "bomb", Limits(layer_size=10_000_000))


def test_the_spool_is_gone_with_the_context(tmp_path: Path) -> None:
    path = docker_archive(tmp_path / "a.tar.gz", IMAGE)
    before = _descriptors()
    with open_target(str(path), Options(environment={})) as images:
        assert len(_descriptors()) == len(before) + 1
        opener = images[0].layers[0].open
    assert _descriptors() == before
    with pytest.raises(Unreadable):
        content(opener)


def _descriptors() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_layers_open_in_workers(tmp_path: Path, method: str) -> None:
    paths = [oci_layout(tmp_path / "x", IMAGE), docker_archive(tmp_path / "a.tar.gz", IMAGE)]
    with multiprocessing.get_context(method).Pool(1) as pool:
        for path, expected in zip(paths, (IMAGE.layers, IMAGE.plain), strict=True):
            with open_target(str(path), Options(environment={})) as images:
                openers = [pickle.loads(pickle.dumps(item.open)) for item in images[0].layers]
                assert pool.map(content, openers) == list(expected)


def test_layers_open_more_than_once_and_seek(tmp_path: Path) -> None:
    (image,) = opened(oci_archive(tmp_path / "a.tar", IMAGE))
    opener = image.layers[1].open
    assert opener is not None
    with opener() as one, opener() as two:
        assert one.read(10) + one.read() == two.read() == IMAGE.layers[1]
        one.seek(-5, os.SEEK_END)
        assert one.read() == IMAGE.layers[1][-5:]


def test_a_root_file_system(tmp_path: Path) -> None:
    (tmp_path / "root" / "etc").mkdir(parents=True)
    for target in (tmp_path / "root", f"dir:{tmp_path}/root"):
        (image,) = opened(target)
        (only,) = image.layers
        assert (image.name, only.folder, only.open, only.digest) == ("root", str(tmp_path / "root"), None, "")
    with pytest.raises(NotFound):
        opened(f"dir:{tmp_path}/none")


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("", UsageError),
        ("oci:", UsageError),
        ("docker:", UsageError),
        ("sbom:x.json", UsageError),
        ("purl:pkg:pypi/a@1", UsageError),
        ("./none", NotFound),
        ("/none/at/all.tar", NotFound),
        ("oci:none", NotFound),
        ("none.tar", NotFound),
        ("none/at/all.tar.gz", NotFound),
        ("docker-archive:none.tar:a:1", NotFound),
        ("Not A Reference", UsageError),
        ("x" * 5000, UsageError),
        ("a\0b", UsageError),
    ],
)
def test_targets_that_name_nothing(target: str, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        opened(target)
    assert isinstance(caught.value, PratiqueError)
    assert caught.value.exit_code == 2


def test_a_folder_has_the_platform_that_the_user_says(tmp_path: Path) -> None:
    (said,) = opened(f"dir:{tmp_path}", platform="linux/arm/v7")
    assert str(said.platform) == "linux/arm/v7"
    (one,) = opened(f"dir:{tmp_path}", platform="all")
    assert one.platform == host()


def test_a_misspelt_path_is_told_to_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to("gone")
    with pytest.raises(NotFound, match="'link' is a link that leads nowhere"):
        opened("link")
    with serve(lambda request: Reply(404)) as server:
        folder = server.url.removeprefix("http://")
        (tmp_path / folder).mkdir()
        with pytest.raises(NotFound) as caught:
            opened(f"{folder}/imge")
    assert caught.value.hint.startswith(f"there is a folder {folder!r} here")


def test_files_and_folders_that_are_no_image(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "tar").write_bytes(layer(file("etc/passwd", "root")))
    (tmp_path / "folder").mkdir()
    for name in ("text", "empty", "tar", "folder"):
        with pytest.raises(Unreadable):
            opened(tmp_path / name)
    (tmp_path / "old").write_bytes(layer(file("repositories", "{}")))
    with pytest.raises(Unreadable, match=r"no manifest\.json") as caught:
        opened(tmp_path / "old")
    assert "1.10" in caught.value.hint
    with pytest.raises(Unreadable):
        opened("/dev/null")


@pytest.mark.parametrize(
    ("name", "data", "hint"),
    [
        ("Dockerfile", b"FROM debian:12\n", "build that and scan it; --dockerfile "),
        ("Dockerfile.prod", b"FROM debian:12\n" * 100, "an image is built from it"),
        ("app.containerfile", b"FROM debian:12\n", "an image is built from it"),
        ("app.cdx.json", b'{"bomFormat": "CycloneDX"}' * 40, "if it is an SBOM, write sbom:"),
        ("app.xml", b"<bom/>", "if it is an SBOM"),
        ("app.spdx", b"SPDXVersion: SPDX-2.3\n", "if it is an SBOM"),
        ("noise", b"\xaa" * 5000, "make one with `docker save`"),
        ("empty", b"", "make one with `docker save`"),
    ],
)
def test_of_a_file_that_is_no_image_it_is_told_what_to_do_instead(
    tmp_path: Path, name: str, data: bytes, hint: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(Unreadable) as caught:
        opened(tmp_path / name)
    assert hint in caught.value.hint


def test_a_folder_of_skopeos_is_told_to_be_one(tmp_path: Path) -> None:
    """https://github.com/containers/image/blob/main/docs/containers-transports.5.md, ``dir:``."""
    (tmp_path / "version").write_text("Directory Transport Version: 1.1\n")
    (tmp_path / "manifest.json").write_bytes(IMAGE.manifest)
    with pytest.raises(Unreadable, match="is a folder of skopeo's transport dir:") as caught:
        opened(tmp_path)
    assert caught.value.hint == f"make a layout of it: skopeo copy dir:{tmp_path} oci:LAYOUT"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for target in (f"{tmp_path}/pipe", f"docker-archive:{tmp_path}/pipe", f"oci:{tmp_path}/pipe"):
        with pytest.raises(Unreadable, match="no regular file") as caught:
            opened(target)
        assert caught.value.hint.endswith("save it into a file first")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="is not there"):
        opened(f"dir:{tmp_path}/none")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotFound, match="is no folder"):
        opened(f"dir:{tmp_path}/file")


def test_of_a_short_name_it_is_told_who_was_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    nowhere = Options(environment={"HTTPS_PROXY": "http://127.0.0.1:1"})
    with pytest.raises(NetworkError) as caught, open_target("alpnie:3", nowhere, Limits(retries=0)):
        pass
    assert "no file 'alpnie:3' is here, so Docker Hub was asked; docker:alpnie:3 asks" in caught.value.hint


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage_never_ends_otherwise(data: st.DataObject) -> None:
    """Whatever is changed in an archive, it is an error of ours, or an image."""
    import tempfile

    whole = bytearray(layout({"a:1": IMAGE}).archive() if data.draw(st.booleans()) else _saved())
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(whole) - 1))
        noise = data.draw(st.binary(max_size=40))
        whole[position : position + len(noise)] = noise
    with tempfile.NamedTemporaryFile() as out:
        out.write(whole)
        out.flush()
        with contextlib.suppress(PratiqueError):
            opened(out.name)


@functools.cache
def _saved() -> bytes:
    out = io.BytesIO()
    name = IMAGE.config_digest[7:] + ".json"
    entries = [{"Config": name, "RepoTags": ["a:1"], "Layers": ["a", "b"]}]
    documents = (file(name, IMAGE.config), file("manifest.json", json.dumps(entries)))
    out.write(layer(file("a", BASE), file("b", TOP), *documents))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "called", "platform", "layers"),
    [
        ("alpine-3.10.4-docker.tar.gz", "alpine:3.10", "linux/amd64", 1),
        ("alpine-oci.tar", "alpine:3.14", "linux/amd64", 1),
        ("busybox-1.31.1-oci.tar", "busybox-1.31.1-oci.tar", "linux/amd64", 1),
        ("busybox-oci-attested.tar", "foo/bar:v3", "linux/arm64", 1),
        ("three-level-jar-docker.tar", "agatakrajewskasnyk/3-level-jar:1.0", "linux/amd64", 1),
    ],
)
def test_real_images(shared: Path, name: str, called: str, platform: str, layers: int) -> None:
    with open_target(str(shared / "corpus" / "images" / name), Options(environment={})) as images:
        (image,) = images
        assert (image.name, str(image.platform), len(image.layers)) == (called, platform, layers)
        assert image.problems == ()
        for item in image.layers:
            blob = content(item.open)
            assert digest_of(blob) == (item.digest or item.diff_id)
            assert len(blob) == item.size


@pytest.mark.parametrize("inside", ["", "/image.tar"])
def test_what_may_not_be_looked_at_is_unreadable_and_no_name_of_an_image(tmp_path: Path, inside: str) -> None:
    folder = oci_layout(tmp_path / "image", IMAGE)
    folder.chmod(0)
    user = os.geteuid()
    try:
        if user == 0:  # whom no mode keeps out
            tmp_path.chmod(0o755)
            os.seteuid(65534)
        with pytest.raises(Unreadable, match=r"cannot read .*: Permission denied"):
            opened(f"{folder}{inside}")
    finally:
        os.seteuid(user)
        folder.chmod(0o700)
