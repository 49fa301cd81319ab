"""SquashFS images that mksquashfs wrote, in every way that it can pack them, and damaged ones."""

from __future__ import annotations

import contextlib
import io
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given

from catalog.mutated import mutated
from pratique.catalog._squashfs import SquashFS
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT

IMAGE = (Path(__file__).parent / "snap" / "harbour.snap").read_bytes()


def squash_fs(data: bytes) -> SquashFS:
    return SquashFS(io.BytesIO(data), len(data))


def made(folder: Path, *options: str) -> bytes:
    if shutil.which("mksquashfs") is None:
        pytest.skip("no mksquashfs")
    target = folder.with_suffix(".img")
    command = ["mksquashfs", folder, target, "-noappend", "-no-progress", "-quiet", *options]
    subprocess.run(command, check=True, capture_output=True)
    return target.read_bytes()


def test_every_file_of_many() -> None:
    image = squash_fs(IMAGE)
    assert [image.read("bin", f"f{number}") for number in range(1, 301)] == [b"%d\n" % n for n in range(1, 301)]


@pytest.mark.native
@pytest.mark.parametrize(
    "options",
    [
        ("-comp", "gzip"),
        ("-comp", "xz"),
        ("-comp", "zstd"),
        ("-noI", "-noD", "-noF"),
        ("-no-fragments",),
        ("-b", "4096"),
    ],
)
def test_ways_to_pack(options: tuple[str, ...], tmp_path: Path) -> None:
    folder = tmp_path / "root"
    folder.mkdir()
    noise = random.Random(1).randbytes(300_000)
    files = {"small": b"3\n", "empty": b"", "noise": noise, "even": noise[:4096], "holes": bytes(300_000) + b"x"}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    image = squash_fs(made(folder, *options))
    assert {name: image.read(name) for name in files} == files


def test_what_is_not_there() -> None:
    image = squash_fs(IMAGE)
    for parts in (("none",), ("bin", "none"), ("bin", "f1", "x"), ("bin",), ()):
        with pytest.raises(Unreadable):
            image.read(*parts)


@pytest.mark.native
def test_bounds(tmp_path: Path) -> None:
    folder = tmp_path / "root"
    folder.mkdir()
    (folder / "large").write_bytes(bytes(DEFAULT.stanza + 1))
    with pytest.raises(LimitExceeded, match=r"limits\.stanza"):
        squash_fs(made(folder)).read("large")


@pytest.mark.native
@pytest.mark.parametrize("packer", ["lzo", "lz4"])
def test_a_compressor_that_is_not_read_is_told(packer: str, tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    with pytest.raises(Unreadable, match="compressor"):
        squash_fs(made(tmp_path / "root", "-comp", packer))


@pytest.mark.parametrize("data", [b"", b"hsqs", bytes(200), IMAGE[:96], IMAGE[:2000]])
def test_no_image(data: bytes) -> None:
    with pytest.raises(Unreadable):
        squash_fs(data).read("meta", "snap.yaml")


@given(mutated(IMAGE) | mutated(IMAGE[:96]))
def test_any_bytes(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        squash_fs(data).read("meta", "snap.yaml")
