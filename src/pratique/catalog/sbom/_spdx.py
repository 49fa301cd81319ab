"""The packages, relationships and annotations of an SPDX 2 document in, what it states out.

https://spdx.github.io/spdx-spec/v2.3/; both of its notations end here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

import msgspec

from pratique.catalog.sbom._cpe_uri import formatted
from pratique.catalog.sbom._shape import Document, Kind, Part, hash_named, told
from pratique.sbom_fields import Pair


class Checksum(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """A digest."""

    algorithm: str = ""
    checksum_value: str = ""


class Reference(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """An identifier that others know the package by."""

    reference_type: str = ""
    reference_locator: str = ""


class Annotation(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """What a tool says of an element."""

    annotator: str | None = None
    comment: str | None = None


class Package(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """What is read of a package."""

    name: str | None = None
    id: str = msgspec.field(default="", name="SPDXID")
    version_info: str | None = None
    supplier: str | None = None
    originator: str | None = None
    source_info: str | None = None
    license_declared: str | None = None
    license_concluded: str | None = None
    primary_package_purpose: str | None = None
    external_refs: list[Reference] | None = None
    checksums: list[Checksum] | None = None
    annotations: list[Annotation] | None = None


class Relationship(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """How two elements belong together."""

    spdx_element_id: str = ""
    relationship_type: str = ""
    related_spdx_element: str = ""


class License(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """A licence that is not in SPDX's list."""

    license_id: str = ""
    name: str | None = None
    extracted_text: str | None = None


class Stated(msgspec.Struct, frozen=True):
    """A document's parts, as both notations have them."""

    version: str
    creators: Sequence[str]
    packages: Sequence[Package]
    relationships: Sequence[Relationship]
    annotations: Sequence[Annotation]
    describes: Sequence[str] = ()
    licences: Sequence[License] = ()
    unread: tuple[str, ...] = ()


_CPES = ("cpe23Type", "cpe22Type")
_DOCUMENT = "SPDXRef-DOCUMENT"
_NEEDS = frozenset(("DEPENDS_ON", "CONTAINS"))
_NEEDED = frozenset(("DEPENDENCY_OF", "CONTAINED_BY", "RUNTIME_DEPENDENCY_OF"))
_KINDS = {"OPERATING-SYSTEM": Kind.SYSTEM, "CONTAINER": Kind.SUBJECT, "FILE": Kind.OTHER}
_PORT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TRIVY = "aquasecurity:trivy:"


def document(stated: Stated) -> Document:
    """What the document states: its subject is what it describes, where that is an image, a file or an application."""
    links = tuple(_links(stated.relationships))
    described = {*stated.describes, *(one.related_spdx_element for one in _described(stated.relationships))}
    names = {one.license_id: one.name or one.extracted_text or "" for one in stated.licences}
    parts = [part_of(package, names) for package in stated.packages]
    tools = tuple(_tools(stated.creators))
    if any(tool.startswith("vcpkg") for tool in tools):
        parts = list(_ports(parts))
    subject = next((part for part in parts if part.ref in described), None)
    return Document(
        format=f"SPDX {stated.version.removeprefix('SPDX-')}",
        tools=tools,
        subject=subject,
        parts=tuple(part for part in parts if part is not subject),
        links=links,
        pairs=tuple(pair for annotation in stated.annotations for pair in pairs_of(annotation)),
        unread=stated.unread,
    )


def part_of(package: Package, names: dict[str, str]) -> Part:
    """The part; ``names`` are those of the document's own licences."""
    references = package.external_refs or ()
    purpose = (package.primary_package_purpose or "").replace("_", "-")
    kind = _KINDS.get(purpose, Kind.PACKAGE)
    declared = told(package.license_declared, package.license_concluded)
    supplier = told(package.supplier, package.originator)
    purl = next((one.reference_locator for one in references if one.reference_type == "purl"), "")
    return Part(
        ref=package.id,
        name=package.name or "",
        version=package.version_info or "",
        kind=Kind.PACKAGE if kind is Kind.OTHER and purl else kind,
        purl=purl,
        cpe=formatted(next((one.reference_locator for one in references if one.reference_type in _CPES), "")),
        licences=(names.get(declared, declared),) if declared else (),
        hashes=tuple(hash_named(one.algorithm, one.checksum_value) for one in package.checksums or ()),
        supplier=supplier.partition(":")[2].strip(),
        source=package.source_info or "",
        pairs=tuple(pair for annotation in package.annotations or () for pair in pairs_of(annotation)),
    )


def _ports(parts: Iterable[Part]) -> Iterator[Part]:
    """vcpkg writes a document for each port that it installs, without package URLs: the port, the archive that was made
    of it, and where its sources came from (https://github.com/microsoft/vcpkg-tool, ``src/vcpkg/spdx.cpp``)."""
    for part in parts:
        if part.ref == "SPDXRef-port" and _PORT.fullmatch(part.name):
            version = part.version.partition("#")[0]  # behind it, how often the port was changed
            licences = tuple(each for each in part.licences if each != "LicenseRef-vcpkg-null")
            purl = f"pkg:vcpkg/{part.name}@{quote(version)}"
            yield msgspec.structs.replace(part, version=version, purl=purl, licences=licences)


def pairs_of(annotation: Annotation) -> Iterator[Pair]:
    """Names and values: ours are a line each, Trivy's an annotation each, ``SrcName: openssl``."""
    comment = annotation.comment or ""
    if (annotation.annotator or "").startswith("Tool: trivy"):
        name, colon, value = comment.partition(": ")
        if colon:
            yield (_TRIVY + name, value)
        return
    for line in comment.split("\n"):
        name, equals, value = line.partition("=")
        if equals and name.startswith("pratique:"):
            yield (name, value)


def _described(relationships: Iterable[Relationship]) -> Iterator[Relationship]:
    return (
        one
        for one in relationships
        if one.relationship_type.upper() == "DESCRIBES" and one.spdx_element_id == _DOCUMENT
    )


def _links(relationships: Iterable[Relationship]) -> Iterator[tuple[str, str]]:
    for one in relationships:
        kind = one.relationship_type.upper()
        if kind in _NEEDS:
            yield (one.spdx_element_id, one.related_spdx_element)
        elif kind in _NEEDED:
            yield (one.related_spdx_element, one.spdx_element_id)


def _tools(creators: Iterable[str]) -> Iterator[str]:
    """``Tool: syft-1.18.1`` -> ``syft``."""
    for creator in creators:
        kind, _, name = creator.partition(":")
        if kind.strip() == "Tool":
            yield name.strip().lower().rpartition("-")[0] or name.strip().lower()
