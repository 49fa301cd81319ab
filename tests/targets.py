"""Two small images, and what opening a target on disk gives: its images, and the bytes of their layers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from images import build, file, folder, layer
from pratique.limits import DEFAULT, Limits
from pratique.model import Image
from pratique.oci.options import Options
from pratique.oci.source import open_target

BASE = layer(file("etc/os-release", "ID=debian\n"), folder("var"))
TOP = layer(file("app", b"x" * 5000))
IMAGE = build(BASE, TOP, created_by=("ADD rootfs", "COPY app /"), config={"User": "1000", "Env": ["A=b"]})
OTHER = build(BASE, created_by=("ADD other",), platform="linux/arm64")


def opened(target: str | Path, limits: Limits = DEFAULT, platform: str = "") -> tuple[Image, ...]:
    with open_target(str(target), Options(platform=platform, environment={}), limits) as images:
        return images


def read(target: str | Path) -> list[list[bytes]]:
    """The bytes of all layers of all images."""
    with open_target(str(target), Options(environment={})) as images:
        return [[content(item.open) for item in image.layers] for image in images]


def content(opener: Callable[[], BinaryIO] | None) -> bytes:
    assert opener is not None
    with opener() as stream:
        return stream.read()
