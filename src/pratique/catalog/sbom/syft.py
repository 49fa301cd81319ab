"""Syft's own JSON in, what it states out (https://github.com/anchore/syft/tree/main/schema/json)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pratique.catalog.sbom._shape import Document, Kind, Part, Source, decoded
from pratique.errors import UNDECODABLE
from pratique.sbom_fields import Pair


class _Location(msgspec.Struct, frozen=True, gc=False):
    path: str = ""
    layer: str = msgspec.field(default="", name="layerID")


class _Licence(msgspec.Struct, frozen=True, rename="camel", gc=False):
    value: str = ""
    spdx_expression: str = ""


class _Cpe(msgspec.Struct, frozen=True, gc=False):
    cpe: str = ""


class _Metadata(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """What is read of the metadata of distributions' packages."""

    source: str = ""
    source_version: str = ""
    source_rpm: str = ""
    origin_package: str = ""
    architecture: str = ""
    vendor: str = ""
    modularity_label: str | None = None


class _Artifact(msgspec.Struct, frozen=True, gc=False):
    id: str = ""
    name: str = ""
    version: str = ""
    purl: str = ""
    locations: list[_Location] | None = None
    licenses: list[_Licence | str] | None = None
    cpes: list[_Cpe | str] | None = None
    metadata: msgspec.Raw = msgspec.Raw()


class _Relationship(msgspec.Struct, frozen=True, gc=False):
    parent: str = ""
    child: str = ""
    type: str = ""


class _Layer(msgspec.Struct, frozen=True):
    digest: str = ""


class _ImageData(msgspec.Struct, frozen=True, rename="camel"):
    user_input: str = ""
    image_id: str = msgspec.field(default="", name="imageID")
    manifest_digest: str = ""
    layers: list[_Layer] | None = None


class _Subject(msgspec.Struct, frozen=True):
    name: str = ""
    version: str = ""
    metadata: msgspec.Raw = msgspec.Raw()
    target: msgspec.Raw = msgspec.Raw()


class _Distro(msgspec.Struct, frozen=True):
    id: str = ""
    name: str = ""
    version: str = msgspec.field(default="", name="versionID")
    codename: str = msgspec.field(default="", name="versionCodename")


class _Document(msgspec.Struct, frozen=True, rename="camel"):
    artifacts: list[_Artifact] | None = None
    artifact_relationships: list[_Relationship] | None = None
    source: _Subject | None = None
    distro: _Distro | None = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_METADATA = msgspec.json.Decoder(_Metadata)
_IMAGE = msgspec.json.Decoder(_ImageData)
_PREFIX = "syft:"


def read(source: Source) -> Document:
    """The document, in the words that Syft has for it in CycloneDX. Raises ``Unreadable``."""
    found = decoded(_DOCUMENT.decode, source, "document of Syft's")
    parts = [_part(artifact) for artifact in found.artifacts or ()]
    distro = found.distro
    if distro is not None and distro.id:
        pairs = ((f"{_PREFIX}distro:id", distro.id), (f"{_PREFIX}distro:codename", distro.codename))
        parts.append(Part("", distro.name, distro.version, Kind.SYSTEM, pairs=pairs))
    return Document(
        format="Syft JSON",
        tools=("syft",),
        subject=_subject(found.source) if found.source is not None else None,
        parts=tuple(parts),
        links=tuple(
            (one.child, one.parent) if one.type == "dependency-of" else (one.parent, one.child)
            for one in found.artifact_relationships or ()
            if one.type in ("dependency-of", "contains", "ownership-by-file-overlap")
        ),
    )


def _part(artifact: _Artifact) -> Part:
    licences = (one if isinstance(one, str) else one.spdx_expression or one.value for one in artifact.licenses or ())
    cpes = (one if isinstance(one, str) else one.cpe for one in artifact.cpes or ())
    locations = artifact.locations or ()
    return Part(
        ref=artifact.id,
        name=artifact.name,
        version=artifact.version,
        purl=artifact.purl,
        cpe=next((cpe for cpe in cpes if cpe), ""),
        licences=tuple(dict.fromkeys(licence for licence in licences if licence)),
        places=tuple(dict.fromkeys(location.path for location in locations if location.path)),
        pairs=(*_layers(locations), *_metadata(artifact.metadata)),
    )


def _layers(locations: list[_Location] | tuple[()]) -> Iterator[Pair]:
    for location in locations[:1]:
        if location.layer:
            yield (f"{_PREFIX}location:0:layerID", location.layer)


def _metadata(raw: msgspec.Raw) -> Iterator[Pair]:
    """Another ecosystem's metadata may use the same names for other things."""
    try:
        found = _METADATA.decode(raw) if raw else _Metadata()
    except UNDECODABLE:
        return
    values = {
        "source": found.source,
        "sourceVersion": found.source_version,
        "sourceRpm": found.source_rpm,
        "originPackage": found.origin_package,
        "architecture": found.architecture,
        "vendor": found.vendor,
        "modularityLabel": found.modularity_label or "",
    }
    yield from ((f"{_PREFIX}metadata:{name}", value) for name, value in values.items() if value)


def _subject(source: _Subject) -> Part:
    try:
        image = _IMAGE.decode(source.metadata or source.target or b"{}")
    except UNDECODABLE:
        image = _ImageData()
    pairs = [(f"{_PREFIX}image:id", image.image_id)]
    pairs += [(f"{_PREFIX}image:layer", layer.digest) for layer in image.layers or ()]
    return Part(
        ref="",
        name=source.name or image.user_input,
        version=image.manifest_digest or source.version,
        kind=Kind.SUBJECT,
        pairs=tuple(pair for pair in pairs if pair[1]),
    )
