"""What an image is: its layers, its configuration, what it was built on."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import BinaryIO, Literal

import msgspec

from pratique.model._struct import Struct
from pratique.model.fact import Problem


class Platform(Struct, frozen=True):
    """``os/architecture[/variant]`` as in the OCI image index (image-spec, image-index.md)."""

    os: str = "linux"
    architecture: str = "amd64"
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)


class Layer(Struct, frozen=True):
    """One layer of an image, bottom first.

    ``digest``    of the blob as the verified manifest names it ("sha256:<hex>"); "" where only a claim exists
                  (a docker-archive); never trusted before the bytes have been hashed.
    ``diff_id``   what the image config claims of the uncompressed tar; a claim, no cache key, unless
                  ``computed_by_daemon``.
    ``size``      bytes of the blob, -1 if unknown.
    ``created_by`` the instruction of the config's history, "" if none.
    ``open``      gives the blob's bytes as a binary stream, from the start, each time it is called; it can be
                  pickled (a ``functools.partial`` of a module's function), so that a worker process may call it.
    ``folder``    set instead of a blob for a plain root file system: the directory to walk.
    """

    index: int
    digest: str
    diff_id: str = ""
    media_type: str = ""
    size: int = -1
    created_by: str = ""
    computed_by_daemon: bool = False
    open: Callable[[], BinaryIO] | None = None
    folder: str = ""


class Step(Struct, frozen=True):
    """A step of an image's history: its instruction, whether it made no layer, and when it was done (RFC 3339)."""

    created_by: str = ""
    empty: bool = False
    created: str = ""


class Base(Struct, frozen=True):
    """The image that another was built on: its lowest ``layers``.

    ``how`` tells who says so: ``option`` (somebody named it, and its layers were compared), ``known`` (its layers are
    those of one in a file of known bases), ``annotation`` (the image names it; how many layers are its own its history
    tells, 0 where it does not) or ``history`` (guessed: where its instructions end). ``created`` is when it was built
    (RFC 3339), "" where nothing tells; ``contradicts`` the base that the image names, where its layers are another's.
    ``stated`` says that a document tells of the layers, which nobody has seen.
    """

    name: str
    digest: str
    layers: int
    how: Literal["option", "known", "annotation", "history"]
    created: str = ""
    contradicts: str = ""
    stated: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether layers that were compared show it; else it is the word of who made the image."""
        return self.how in ("option", "known") and not self.stated

    def origin(self, layer: int) -> Literal["", "base", "own"]:
        """Whose the layer of that index is; "" for none, and where nobody tells how many are the base's."""
        if not self.layers or layer < 0:
            return ""
        return "base" if layer < self.layers else "own"


class ImageConfig(Struct, frozen=True):
    """The parts of the image config (image-spec, config.md) that a stage reads."""

    user: str = ""
    env: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    working_dir: str = ""
    exposed_ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    created: str = ""
    author: str = ""
    history: tuple[Step, ...] = ()


class Image(Struct, frozen=True):
    """One image of one platform: what a target resolves to.

    ``target`` is what the user wrote, ``name`` the reference without transport and digest (or the file's name),
    ``digest`` that of the manifest, "" where there is none; ``config_digest`` is the image id.
    ``named`` tells whose word the name is: the ``caller``'s, who asked for it by this name or gave it, or the
    ``maker``'s, who wrote it into an archive, a layout or a document, or called the file so.
    ``stated`` says that a document tells all of this, its digests too: no bytes show it.
    """

    target: str
    name: str
    digest: str = ""
    config_digest: str = ""
    platform: Platform = Platform()
    config: ImageConfig = ImageConfig()
    layers: tuple[Layer, ...] = ()
    annotations: dict[str, str] = msgspec.field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    named: Literal["caller", "maker"] = "maker"
    stated: bool = False

    @property
    def name_said(self) -> str:
        """The name that somebody vouches for who did not make the image, "" for none."""
        return self.name if self.named == "caller" else ""

    @property
    def digests_shown(self) -> frozenset[str]:
        """The digests of manifest and config that its bytes show."""
        return frozenset() if self.stated else frozenset({self.digest, self.config_digest} - {""})


class Kind(enum.Enum):
    """What a tar header or a directory entry is."""

    FILE = "file"
    FOLDER = "folder"
    SYMLINK = "symlink"
    HARDLINK = "hardlink"
    OTHER = "other"
