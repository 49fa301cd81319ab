"""JSON bytes of indexes, manifests and image configs in, typed documents out; sizes, digests and kinds checked.

OCI image specification: descriptor.md, image-index.md, manifest.md, config.md
(https://github.com/opencontainers/image-spec); Docker's older forms:
https://github.com/distribution/distribution/blob/main/docs/content/spec/manifest-v2-2.md
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from pratique.errors import UNDECODABLE, DigestMismatch, LimitExceeded, Unreadable
from pratique.limits import Limits
from pratique.model import Platform
from pratique.oci.reference import DIGEST

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
INDEXES = frozenset({OCI_INDEX, DOCKER_INDEX})
MANIFESTS = frozenset({OCI_MANIFEST, DOCKER_MANIFEST})
IMAGE_CONFIGS = frozenset(
    {"application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json", ""}
)
SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1"

_LAYER = "application/vnd.oci.image.layer.v1.tar"
_DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar"
_FOREIGN = "application/vnd.oci.image.layer.nondistributable.v1.tar"
_DOCKER_FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar"
LAYERS = frozenset(
    [kind + end for kind in (_LAYER, _FOREIGN) for end in ("", "+gzip", "+zstd")]
    + [kind + end for kind in (_DOCKER_LAYER, _DOCKER_FOREIGN) for end in ("", ".gzip", ".zstd")]
)
FOREIGN_LAYERS = frozenset(kind for kind in LAYERS if kind.startswith((_FOREIGN, _DOCKER_FOREIGN)))

_NULL = msgspec.Raw(b"null")


def _folded(*names: str) -> dict[str, str]:
    return {name.casefold(): name for name in names}


_NAMES = _folded(
    *("schemaVersion", "mediaType", "artifactType", "manifests", "config", "layers", "digest", "size", "platform"),
    *("os", "architecture", "variant", "annotations"),
)
CONFIG_NAMES = _folded(
    *("os", "architecture", "variant", "config", "rootfs", "diff_ids", "history", "created_by", "empty_layer"),
    *("User", "Env", "Entrypoint", "Cmd", "WorkingDir", "ExposedPorts", "Volumes", "Labels"),
)
_FREE = frozenset({"annotations", "Labels", "ExposedPorts", "Volumes"})  # their keys are the author's own
_T = TypeVar("_T")


class _Document(msgspec.Struct, frozen=True, rename="camel"):
    """Somebody else's document: unknown fields are ignored, and null stands wherever Go may write it."""


class PlatformDocument(_Document, frozen=True):
    """``platform`` of a descriptor."""

    os: str = ""
    architecture: str = ""
    variant: str | None = ""

    def platform(self) -> Platform:
        """As the noun."""
        return Platform(self.os, self.architecture, self.variant or "")


class Descriptor(_Document, frozen=True):
    """What names a blob: its kind, digest and size (descriptor.md). ``size`` is -1 where nothing says it."""

    media_type: str = ""
    digest: str = ""
    size: int = -1
    urls: tuple[str, ...] | None = None
    annotations: dict[str, str] | None = None
    platform: PlatformDocument | None = None
    artifact_type: str | None = None

    def annotation(self, name: str) -> str:
        """The annotation's value, "" if there is none."""
        return (self.annotations or {}).get(name, "")


class Index(_Document, frozen=True):
    """image-index.md; a Docker manifest list has the same fields."""

    manifests: tuple[Descriptor, ...]
    media_type: str = ""
    annotations: dict[str, str] | None = None


class Manifest(_Document, frozen=True):
    """manifest.md; Docker's schema 2 has the same fields."""

    config: Descriptor
    layers: tuple[Descriptor, ...] | None
    media_type: str = ""
    annotations: dict[str, str] | None = None
    artifact_type: str | None = None


class RootFs(_Document, frozen=True, rename=None):
    """``rootfs`` of a config."""

    diff_ids: tuple[str, ...] | None = None


class History(_Document, frozen=True, rename=None):
    """One step of a config's ``history``."""

    created_by: str | None = ""
    empty_layer: bool | None = False
    created: str | None = ""


class Execution(_Document, frozen=True, rename="pascal"):
    """``config`` of a config: how a container of it is run. Docker wrote single strings for lists once."""

    user: str | None = ""
    env: tuple[str, ...] | None = None
    entrypoint: tuple[str, ...] | str | None = None
    cmd: tuple[str, ...] | str | None = None
    working_dir: str | None = ""
    exposed_ports: dict[str, msgspec.Raw] | None = None
    volumes: dict[str, msgspec.Raw] | None = None
    labels: dict[str, str] | None = None


class Config(_Document, frozen=True, rename=None):
    """config.md."""

    os: str | None = ""
    architecture: str | None = ""
    variant: str | None = ""
    created: str | None = ""
    author: str | None = ""
    config: Execution | None = None
    rootfs: RootFs | None = None
    history: tuple[History, ...] | None = None

    def platform(self) -> Platform:
        """As the noun."""
        return Platform(self.os or "", self.architecture or "", self.variant or "")


class _Probe(_Document, frozen=True):
    """Which kind of document it is."""

    media_type: str | None = ""
    schema_version: int | None = None
    manifests: msgspec.Raw = _NULL
    config: msgspec.Raw = _NULL
    layers: msgspec.Raw = _NULL
    fs_layers: msgspec.Raw = _NULL

    def holds(self, *fields: msgspec.Raw) -> bool:
        """Whether one of ``fields`` is there and not null."""
        return any(bytes(field) != b"null" for field in fields)


def parse(data: bytes, media_type: str, where: str, limits: Limits) -> Index | Manifest:
    """The document, by what it says it is. ``media_type`` is what named it ("" if nothing did), ``where`` is for
    messages. Raises ``Unreadable``, also for one that could be read as index and as manifest (CVE-2021-41190)."""
    probe = decode(data, _Probe, where)
    refuse_doubles(data, _NAMES, where, limits)
    stated = probe.media_type or ""
    if SCHEMA_1 in (media_type + stated) or probe.holds(probe.fs_layers) or probe.schema_version == 1:
        raise Unreadable(
            f"{where}: a manifest of schema 1, which cannot be verified and was withdrawn in 2019",
            hint="push the image again with a tool of today",
        )
    is_index, is_manifest = probe.holds(probe.manifests), probe.holds(probe.layers, probe.config)
    if is_index and is_manifest:
        raise Unreadable(f"{where}: both an index and a manifest; readers would differ on which")
    known = INDEXES | MANIFESTS
    if stated and media_type in known and stated != media_type:
        raise Unreadable(f"{where}: is named {media_type!r} but says that it is {stated!r}")
    kind = stated or media_type
    if kind and kind not in known and (stated or not (is_index or is_manifest)):
        raise Unreadable(f"{where}: {kind!r} is no image", hint="only OCI and Docker (schema 2) images are read")
    if kind in INDEXES or (kind not in known and is_index):
        return bounded_index(decode(data, Index, where), where, limits)
    manifest = decode(data, Manifest, where)
    if len(manifest.layers or ()) > limits.layers:
        raise LimitExceeded(f"{where}: {len(manifest.layers or ())} layers, more than {limits.layers}")
    return manifest


def bounded_index(index: Index, where: str, limits: Limits) -> Index:
    """``index``. Raises ``LimitExceeded`` where it holds too many manifests."""
    if len(index.manifests) > limits.index_manifests:
        raise LimitExceeded(f"{where}: {len(index.manifests)} manifests, more than {limits.index_manifests}")
    return index


def decode(data: bytes, kind: type[_T], where: str) -> _T:
    """``data`` as ``kind``. Raises ``Unreadable``, also where msgspec stops because the nesting is too deep."""
    if not data.strip():
        raise Unreadable(f"{where}: it is empty")
    try:
        return msgspec.json.decode(data, type=kind)
    except UNDECODABLE as error:
        raise Unreadable(f"{where}: not the JSON it should be: {error}") from error
    except RecursionError as error:
        raise Unreadable(f"{where}: JSON nested too deep") from error


def check_digest(text: str, where: str) -> str:
    """``text``, if it is a digest that we can compute. Raises ``Unreadable``."""
    if not DIGEST.fullmatch(text):
        raise Unreadable(f"{where}: {text[:100]!r} is no digest that can be verified", hint="sha256 and sha512 can")
    return text


def verify(data: bytes, digest: str, size: int, where: str) -> bytes:
    """``data``, if it is what ``digest`` and ``size`` (-1: unknown) name. Raises ``DigestMismatch``."""
    if size >= 0 and len(data) != size:
        raise DigestMismatch(f"{where}: {len(data)} bytes, its descriptor says {size}")
    algorithm, _, expected = check_digest(digest, where).partition(":")
    computed = hashlib.new(algorithm, data).hexdigest()
    if computed != expected:
        raise DigestMismatch(f"{where}: the bytes are {algorithm}:{computed}, not {digest}")
    return data


def refuse_doubles(data: bytes, names: Mapping[str, str], where: str, limits: Limits) -> None:
    """Go takes ``Layers`` for ``layers``, and the later one counts: a daemon would run what we have not read. Raises
    ``Unreadable`` for a field that is one of ``names`` but for its case."""
    waiting: list[tuple[object, int]] = [(decode(data, object, where), 0)]
    while waiting:
        document, depth = waiting.pop()
        if depth > limits.json_depth:
            raise LimitExceeded(f"{where}: JSON nested more than {limits.json_depth} deep")
        if isinstance(document, list):
            waiting += [(item, depth + 1) for item in document]
        elif isinstance(document, dict):
            for key, value in document.items():
                if names.get(key.casefold(), key) != key:
                    raise Unreadable(f"{where}: {key!r} stands for {names[key.casefold()]!r} to some readers only")
                if key not in _FREE:
                    waiting.append((value, depth + 1))
