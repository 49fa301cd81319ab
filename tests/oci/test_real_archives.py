"""Images as real tools write them: skopeo converts one of ours into each of its formats, and we read them all."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from images import build, digest_of, file, layer, oci_layout
from pratique.image.decompress import Blob
from pratique.limits import DEFAULT
from pratique.oci.options import Options
from pratique.oci.source import open_target

pytestmark = pytest.mark.real

IMAGE = build(
    layer(file("etc/os-release", "ID=debian\n")),
    layer(file("app", b"x" * 70_000)),
    created_by=("ADD rootfs", "COPY app /"),
    config={"User": "1000", "Labels": {"a": "b"}},
)


@pytest.fixture(scope="module")
def skopeo() -> str:
    path = shutil.which("skopeo")
    if path is None:
        pytest.skip("skopeo is not installed")
    return path


def plain(opener: Callable[[], BinaryIO] | None) -> bytes:
    """The layer's tar, whatever it is compressed with."""
    assert opener is not None
    with opener() as stream:
        return b"".join(Blob(stream, DEFAULT).chunks())


@pytest.mark.parametrize("kind", ["oci", "oci-archive", "docker-archive"])
@pytest.mark.parametrize("packed", [(), ("--dest-compress-format", "zstd")])
def test_what_skopeo_writes(tmp_path: Path, skopeo: str, kind: str, packed: tuple[str, ...]) -> None:
    source = oci_layout(tmp_path / "in", {"1": IMAGE})
    out = tmp_path / "out"
    name = "app:1" if kind == "docker-archive" else "1"
    copied = ("--insecure-policy", "copy", "-q", *packed, f"oci:{source}:1", f"{kind}:{out}:{name}")
    subprocess.run([skopeo, *copied], check=True, timeout=60)
    with open_target(str(out), Options(environment={})) as (image,):
        assert image.problems == ()
        assert (image.config.user, image.config.labels) == ("1000", {"a": "b"})
        assert [item.created_by for item in image.layers] == ["ADD rootfs", "COPY app /"]
        assert [item.diff_id for item in image.layers] == list(IMAGE.diff_ids)
        assert [digest_of(plain(item.open)) for item in image.layers] == list(IMAGE.diff_ids)
