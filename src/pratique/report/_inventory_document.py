"""The types of the JSON inventory, from which ``docs/inventory.schema.json`` is made; ``_document`` has the parts that
a report has too. What decides which advisories hold stands in it, so that a scan of it is one of the image."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from pratique.report._document import (
    BasePart,
    DistroPart,
    ExecutablesPart,
    ImagePart,
    PackagePart,
    Part,
    ProblemPart,
    ToolPart,
)

INVENTORY: Final = "urn:pratique:inventory:1.0"


class ReadPart(Part, frozen=True):
    """How much of the image was read; declared counts the packages that were left out because only lock files name
    them."""

    packages: int
    layers: int
    layers_read: int
    executables: ExecutablesPart
    declared: int = 0


class ChannelPart(Part, frozen=True):
    """A stream of packages that the image draws from: a branch of Alpine's repositories (apk), a content set of Red
    Hat's (rpm), a service of Ubuntu Pro's (ubuntu-pro). path is the file that tells it."""

    kind: str
    name: str
    path: str = ""


class FunctionsPart(Part, frozen=True):
    """The functions that were linked into the Go program at path: names with a zero byte around each, compressed by
    zlib, "" where it does not tell. main is the import path of its main package, goos and goarch what it was built for;
    replaced are modules that take the place of others, with those."""

    path: str
    names: bytes
    main: str = ""
    goos: str = ""
    goarch: str = ""
    replaced: tuple[tuple[str, str], ...] = ()


class StepPart(Part, frozen=True):
    """A step of the image's history; empty where it made no layer."""

    created_by: str = ""
    empty: bool = False


class ConfigPart(Part, frozen=True):
    """What the image's config tells of how it is run and was made."""

    env: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    working_dir: str = ""
    volumes: tuple[str, ...] = ()
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    author: str = ""
    history: tuple[StepPart, ...] = ()


class InventoryDocument(Part, frozen=True):
    """What `pratique sbom --format json` writes of one image; of several it writes a list of these. No vulnerability
    was sought and nothing was decided. annotations are those of the image's manifest."""

    schema: Literal["urn:pratique:inventory:1.0"]
    tool: ToolPart
    created: Annotated[str, msgspec.Meta(description="the time that it was read at, RFC 3339")]
    target: str
    image: ImagePart | None
    distro: DistroPart | None
    problems: list[ProblemPart]
    coverage: ReadPart
    packages: list[PackagePart]
    channels: list[ChannelPart]
    functions: list[FunctionsPart]
    notes: tuple[str, ...] = ()
    base: BasePart | None = None
    config: ConfigPart | None = None
    annotations: dict[str, str] = msgspec.field(default_factory=dict)
