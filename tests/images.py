"""Members in, layers and images out: layer tars, OCI layouts (folder and tar) and docker-archives, as bytes and files.

The tars are written by ``tarfile``; the documents follow image-spec v1.1 (https://github.com/opencontainers/image-spec)
and ``docker save`` (https://github.com/moby/moby/blob/master/image/spec/v1.2.md). All of it is deterministic.

    base = layer(file("etc/os-release", "ID=debian\\n"), folder("var"), symlink("lib", "usr/lib"))
    top = layer(whiteout("etc/motd"), opaque("srv"), hardlink("usr/bin/b", "usr/bin/a"))
    image = build(base, top, created_by=("FROM debian", "RUN rm /etc/motd"))
    oci_layout(tmp_path / "oci", {"app:1.4": image})
    docker_archive(tmp_path / "image.tar", {"app:1.4": image})
    blob_layer(gzip_bytes(base))                     # a pratique.model.Layer over bytes, for the stages' own tests
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import zstandard

from pratique.model import Layer

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar"

Member = tuple[tarfile.TarInfo, bytes]


# --- members of a layer ----------------------------------------------------------------------


def file(path: str, data: bytes | str = b"", mode: int = 0o644) -> Member:
    content = data.encode() if isinstance(data, str) else data
    info = _info(path, tarfile.REGTYPE, mode)
    info.size = len(content)
    return info, content


def folder(path: str, mode: int = 0o755) -> Member:
    return _info(path, tarfile.DIRTYPE, mode), b""


def symlink(path: str, target: str) -> Member:
    return _info(path, tarfile.SYMTYPE, 0o777, target), b""


def hardlink(path: str, target: str) -> Member:
    return _info(path, tarfile.LNKTYPE, 0o644, target), b""


def device(path: str, kind: bytes = tarfile.CHRTYPE) -> Member:
    """A character device; ``tarfile.BLKTYPE`` and ``tarfile.FIFOTYPE`` are the other kinds."""
    return _info(path, kind, 0o644), b""


def whiteout(path: str) -> Member:
    """Removes ``path`` of the layers below (image-spec, layer.md, "Whiteouts")."""
    pure = PurePosixPath(path)
    return file(str(pure.with_name(f".wh.{pure.name}")))


def opaque(path: str) -> Member:
    """Hides all that the layers below have in the folder ``path``."""
    return file(f"{path.rstrip('/')}/.wh..wh..opq")


def _info(path: str, kind: bytes, mode: int, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(path)
    info.type, info.mode, info.linkname = kind, mode, target
    return info


# --- a layer ---------------------------------------------------------------------------------


def layer(*members: Member, format: int = tarfile.PAX_FORMAT, pax: Mapping[str, str] | None = None) -> bytes:
    """An uncompressed tar; ``pax`` are global PAX headers; a lone surrogate in a name stands for a byte (PEP 383)."""
    out = io.BytesIO()
    with tarfile.open(
        fileobj=out, mode="w", format=format, encoding="utf-8", errors="surrogateescape", pax_headers=pax
    ) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def tree(root: Path, *, skip: Iterable[str] = ()) -> bytes:
    """A layer of a folder on disk, sorted, without the relative paths in ``skip``."""
    unwanted, members = set(skip), list[Member]()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if name in unwanted:
            continue
        if path.is_symlink():
            members.append(symlink(name, str(path.readlink())))
        elif path.is_dir():
            members.append(folder(name))
        elif path.is_file():
            members.append(file(name, path.read_bytes(), path.stat().st_mode & 0o7777))
    return layer(*members)


def gzip_bytes(data: bytes) -> bytes:
    return gzip.compress(data, compresslevel=1, mtime=0)


def zstd_bytes(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(data)


_COMPRESS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip_bytes, "zstd": zstd_bytes, "": bytes}


def digest_of(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def blob_layer(
    blob: bytes, index: int = 0, *, digest: str | None = None, diff_id: str = "", created_by: str = ""
) -> Layer:
    """The ``Layer`` over a blob's bytes, as a verified manifest would name it; ``digest=""`` for a mere claim."""
    return Layer(
        index=index,
        digest=digest_of(blob) if digest is None else digest,
        diff_id=diff_id,
        size=len(blob),
        created_by=created_by,
        open=functools.partial(io.BytesIO, blob),
    )


# --- an image --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Built:
    """An image's documents: ``layers`` are the blobs as they are stored, ``plain`` the tars inside them."""

    layers: tuple[bytes, ...]
    plain: tuple[bytes, ...]
    config: bytes
    manifest: bytes
    media_type: str
    platform: dict[str, str]

    @property
    def digest(self) -> str:
        return digest_of(self.manifest)

    @property
    def config_digest(self) -> str:
        return digest_of(self.config)

    @property
    def diff_ids(self) -> tuple[str, ...]:
        return tuple(digest_of(data) for data in self.plain)

    def blobs(self) -> dict[str, bytes]:
        """All blobs by digest, manifest and config too."""
        return {digest_of(data): data for data in (*self.layers, self.config, self.manifest)}

    def model_layers(self) -> tuple[Layer, ...]:
        """The layers as ``pratique.model.Layer``."""
        return tuple(blob_layer(blob, index, diff_id=self.diff_ids[index]) for index, blob in enumerate(self.layers))


def build(
    *layers: bytes,
    compress: str = "gzip",
    created_by: Sequence[str] = (),
    platform: str = "linux/amd64",
    config: Mapping[str, object] | None = None,
    annotations: Mapping[str, str] | None = None,
    docker: bool = False,
) -> Built:
    """An image over uncompressed tars.

    ``compress`` is gzip, zstd or "" for plain; ``config`` the inner ``config`` object (``User``, ``Env``, …);
    ``created_by`` fills the history, one text a layer; ``docker`` uses the Docker media types (schema 2).
    """
    blobs = tuple(_COMPRESS[compress](data) for data in layers)
    where = dict(zip(("os", "architecture", "variant"), platform.split("/"), strict=False))
    history = [{"created": "2026-01-01T00:00:00Z", "created_by": text} for text in created_by]
    document: dict[str, object] = {
        **where,
        "created": "2026-01-01T00:00:00Z",
        "config": dict(config or {}),
        "rootfs": {"type": "layers", "diff_ids": [digest_of(data) for data in layers]},
        "history": history or [{"created_by": f"layer {index}"} for index in range(len(layers))],
    }
    config_bytes = _json(document)
    media_type = DOCKER_MANIFEST if docker else OCI_MANIFEST
    manifest: dict[str, object] = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "config": descriptor(config_bytes, DOCKER_CONFIG if docker else OCI_CONFIG),
        "layers": [descriptor(blob, _layer_type(compress, docker)) for blob in blobs],
    }
    if annotations:
        manifest["annotations"] = dict(annotations)
    return Built(blobs, tuple(layers), config_bytes, _json(manifest), media_type, where)


def _layer_type(compress: str, docker: bool) -> str:
    if docker:
        return DOCKER_LAYER + (f".{compress}" if compress else "")
    return OCI_LAYER + (f"+{compress}" if compress else "")


def descriptor(data: bytes, media_type: str, **more: object) -> dict[str, object]:
    return {"mediaType": media_type, "digest": digest_of(data), "size": len(data), **more}


def index_of(*images: Built, docker: bool = False) -> bytes:
    """A multi-platform index over the images."""
    return _json(
        {
            "schemaVersion": 2,
            "mediaType": DOCKER_INDEX if docker else OCI_INDEX,
            "manifests": [descriptor(image.manifest, image.media_type, platform=image.platform) for image in images],
        }
    )


def _json(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


# --- on disk ---------------------------------------------------------------------------------


@dataclass
class Layout:
    """The files of an OCI layout (image-spec, image-layout.md) by relative path; change them to break it."""

    files: dict[str, bytes] = field(default_factory=dict)

    def add(self, data: bytes) -> None:
        self.files["blobs/sha256/" + digest_of(data).removeprefix("sha256:")] = data

    def write(self, target: Path) -> Path:
        for name, data in self.files.items():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes(data)
        return target

    def archive(self) -> bytes:
        return layer(*(file(name, data) for name, data in self.files.items()), format=tarfile.USTAR_FORMAT)


def layout(images: Mapping[str, Built | Sequence[Built]]) -> Layout:
    """A layout; the keys are ``org.opencontainers.image.ref.name`` ("" for none); a sequence becomes a nested index."""
    out, manifests = Layout(), list[dict[str, object]]()
    for name, value in images.items():
        note: dict[str, object] = {"annotations": {"org.opencontainers.image.ref.name": name}} if name else {}
        several = (value,) if isinstance(value, Built) else tuple(value)
        for image in several:
            for blob in image.blobs().values():
                out.add(blob)
        if isinstance(value, Built):
            manifests.append(descriptor(value.manifest, value.media_type, platform=value.platform, **note))
        else:
            nested = index_of(*several)
            out.add(nested)
            manifests.append(descriptor(nested, OCI_INDEX, **note))
    out.files["oci-layout"] = _json({"imageLayoutVersion": "1.0.0"})
    out.files["index.json"] = _json({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": manifests})
    return out


def oci_layout(target: Path, images: Mapping[str, Built | Sequence[Built]] | Built) -> Path:
    """Writes an OCI layout folder and returns it."""
    return layout({"": images} if isinstance(images, Built) else images).write(target)


def oci_archive(target: Path, images: Mapping[str, Built | Sequence[Built]] | Built) -> Path:
    """Writes an OCI layout as one tar and returns it."""
    target.write_bytes(layout({"": images} if isinstance(images, Built) else images).archive())
    return target


def docker_archive(target: Path, images: Mapping[str, Built] | Built, *, style: str = "docker") -> Path:
    """Writes what ``docker save`` writes (``style`` "docker": ``<id>/layer.tar`` and ``manifest.json`` last) or what
    ``skopeo`` writes ("skopeo": ``<hex>.tar``, ``manifest.json`` last); gzip if the name ends in ``gz``."""
    named = {"": images} if isinstance(images, Built) else images
    members, entries, seen = list[Member](), list[dict[str, object]](), set[str]()
    for tag, image in named.items():
        names = []
        for data, diff_id in zip(image.plain, image.diff_ids, strict=True):
            hexed = diff_id.removeprefix("sha256:")
            names.append(f"{hexed}/layer.tar" if style == "docker" else f"{hexed}.tar")
            if names[-1] not in seen:
                members.append(file(names[-1], data))
            seen.add(names[-1])
        config = image.config_digest.removeprefix("sha256:") + ".json"
        members.append(file(config, image.config))
        entries.append({"Config": config, "RepoTags": [tag] if tag else None, "Layers": names})
    data = layer(*members, file("manifest.json", _json(entries)))
    target.write_bytes(gzip_bytes(data) if target.name.endswith("gz") else data)
    return target
