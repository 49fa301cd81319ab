"""The files of a docker-archive (``docker save``) in, its images out.

Docker image specification v1.2, "Combined Image JSON + Filesystem Changeset Format":
https://github.com/moby/docker-image-spec/blob/main/v1.2.md ; what skopeo, kaniko, buildah and containerd write differs
only in how members are called, and the names are taken as manifest.json has them.
"""

from __future__ import annotations

import hashlib
import re

import msgspec

from pratique.errors import DigestMismatch, LimitExceeded, NotFound, Unreadable
from pratique.limits import Limits
from pratique.model import Image, Layer, Problem
from pratique.oci import assemble, platforms
from pratique.oci.documents import decode
from pratique.oci.files import Files
from pratique.oci.reference import familiar, is_same

_HEX = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


class Entry(msgspec.Struct, frozen=True, rename="pascal"):
    """One image in ``manifest.json``."""

    config: str
    layers: tuple[str, ...] | None = None
    repo_tags: tuple[str, ...] | None = None


def images(files: Files, target: str, name: str, selector: str, platform: str, limits: Limits) -> tuple[Image, ...]:
    """The images of an archive: all, or the one that is tagged ``selector``. ``name`` is what an image without a tag is
    called. Raises ``NotFound``, ``Unreadable``."""
    listed = entries(files, name, limits)
    if not listed:
        raise Unreadable(f"{name!r}: no image in it", hint="its manifest.json lists nothing")
    chosen = [entry for entry in listed if not selector or _selected(entry, selector)]
    if not chosen:
        tags = ", ".join(tag for entry in listed[:10] for tag in entry.repo_tags or ()) or "images without a tag"
        raise NotFound(f"{name!r}: no image {selector!r} in it", hint=f"there is: {tags}")
    found = [_image(files, entry, target, name, selector, limits) for entry in chosen]
    fitting = [image for image in found if _fits(image, platform)]
    if not fitting:
        offered = ", ".join(sorted({str(image.platform) for image in found}))
        raise NotFound(f"{name!r}: nothing for {platform}", hint=f"there is: {offered}")
    return tuple(fitting)


def entries(files: Files, where: str, limits: Limits) -> tuple[Entry, ...]:
    """The archive's ``manifest.json``. Raises ``Unreadable``, ``LimitExceeded``."""
    member = files.find("manifest.json")
    if member is None:
        raise Unreadable(
            f"{where!r}: the archive has no manifest.json",
            hint="Docker before 1.10 wrote none: load the image and save it again",
        )
    listed = decode(member.read(limits.manifest, "manifest.json"), tuple[Entry, ...], f"{where}: manifest.json")
    if len(listed) > limits.index_manifests:
        raise LimitExceeded(f"{where!r}: {len(listed)} images, more than {limits.index_manifests}")
    return listed


def read_config(files: Files, entry: Entry, where: str, limits: Limits) -> tuple[bytes, str]:
    """The config's bytes and their digest. A name that is a digest has to be the right one. Raises ``Unreadable``."""
    member = files.find(entry.config)
    if member is None:
        raise Unreadable(f"{where!r}: the image config {entry.config!r} is missing")
    data = member.read(limits.config, entry.config)
    computed = hashlib.sha256(data).hexdigest()
    claimed = _HEX.search(entry.config)
    if claimed and claimed.group() != computed:
        raise DigestMismatch(f"{where!r}: the config {entry.config!r} has the digest sha256:{computed}")
    return data, f"sha256:{computed}"


def _image(files: Files, entry: Entry, target: str, name: str, selector: str, limits: Limits) -> Image:
    data, digest = read_config(files, entry, name, limits)
    problems: list[Problem] = []
    config = assemble.read_config(data, digest, problems, limits)
    paths = entry.layers or ()
    if len(paths) > limits.layers:
        raise LimitExceeded(f"{name!r}: {len(paths)} layers, more than {limits.layers}")
    claims, steps = assemble.claimed(config, len(paths), digest, problems)
    layers = tuple(
        _layer(files, position, path, claims[position], steps[position], problems)
        for position, path in enumerate(paths)
    )
    tags = [tag for tag in entry.repo_tags or () if not selector or is_same(tag, selector)]
    return Image(
        target=target,
        name=familiar(tags[0]) if tags else name,
        config_digest=digest,
        platform=assemble.stated_platform(config, platforms.host()),
        config=assemble.execution(config),
        layers=layers,
        problems=tuple(problems),
    )


def _layer(files: Files, position: int, path: str, diff_id: str, step: str, problems: list[Problem]) -> Layer:
    member = files.find(path)
    if member is None:
        what = f"{path[:200]!r} is missing from the archive"
        problems.append(Problem(diff_id or path[:200], what, blocking=True, layer=position))
        return Layer(position, "", diff_id, created_by=step)
    return Layer(position, "", diff_id, size=member.size, created_by=step, open=member.opener())


def _fits(image: Image, platform: str) -> bool:
    if platform in ("", platforms.ALL):
        return True
    return bool(platforms.best(platforms.parse(platform), [image.platform]))


def _selected(entry: Entry, selector: str) -> bool:
    return any(is_same(tag, selector) for tag in entry.repo_tags or ())
