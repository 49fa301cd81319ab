"""The types of an SPDX 2.3 document as its JSON Schema has them (https://spdx.github.io/spdx-spec/v2.3/)."""

from __future__ import annotations

import msgspec


class Node(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel", gc=False):
    """What all parts of a document are."""


class Creation(Node, frozen=True):
    """When the document was written and by whom (clause 6.8 and 6.9)."""

    created: str
    creators: tuple[str, ...]


class Checksum(Node, frozen=True):
    """A digest in hexadecimal."""

    algorithm: str
    checksum_value: str


class Reference(Node, frozen=True):
    """An identifier by which others know the package, or an advisory on it (clause 7.21)."""

    reference_category: str
    reference_type: str
    reference_locator: str
    comment: str = ""


class Annotation(Node, frozen=True):
    """What this tool says of an element (clause 12)."""

    annotation_date: str
    annotation_type: str
    annotator: str
    comment: str


class Package(Node, frozen=True):
    """A package; ``license_declared`` is an expression, NONE or NOASSERTION."""

    name: str
    id: str = msgspec.field(name="SPDXID")
    download_location: str
    files_analyzed: bool = msgspec.field(default=True)
    version_info: str = ""
    supplier: str = ""
    checksums: tuple[Checksum, ...] = ()
    source_info: str = ""
    license_concluded: str = ""
    license_declared: str = ""
    copyright_text: str = ""
    external_refs: tuple[Reference, ...] = ()
    primary_package_purpose: str = ""
    annotations: tuple[Annotation, ...] = ()


class License(Node, frozen=True):
    """A licence that is not in SPDX's list (clause 10)."""

    license_id: str
    extracted_text: str
    name: str


class Relationship(Node, frozen=True):
    """How two elements belong together (clause 11)."""

    spdx_element_id: str
    relationship_type: str
    related_spdx_element: str


class Document(Node, frozen=True):
    """The document."""

    spdx_version: str
    data_license: str
    id: str = msgspec.field(name="SPDXID")
    name: str
    document_namespace: str
    creation_info: Creation
    packages: tuple[Package, ...]
    has_extracted_licensing_infos: tuple[License, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    annotations: tuple[Annotation, ...] = ()
