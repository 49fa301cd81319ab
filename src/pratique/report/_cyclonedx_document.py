"""The types of a CycloneDX document, in the order that its XML Schema wants; ``_xml`` writes them as XML.

https://cyclonedx.org/docs/1.6/json/, https://cyclonedx.org/docs/1.6/xml/. What a version has no place for is left None
or empty by who fills them.
"""

from __future__ import annotations

import msgspec


class Node(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel", gc=False):
    """What all parts of a document are."""


class Property(Node, frozen=True):
    """A name and a value."""

    name: str
    value: str


class Organization(Node, frozen=True):
    """A supplier."""

    name: str


class Hash(Node, frozen=True):
    """A digest in hexadecimal; ``alg`` is one of the format's names."""

    alg: str
    content: str


class LicenseName(Node, frozen=True):
    """A licence by its SPDX identifier, or by its name."""

    id: str = ""
    name: str = ""


class License(Node, frozen=True):
    """A licence, or an SPDX expression, which then stands alone."""

    license: LicenseName | None = None
    expression: str = ""


class Method(Node, frozen=True):
    """How the identity was found."""

    technique: str
    confidence: int
    value: str = ""


class Identity(Node, frozen=True):
    """What shows that the component is the one that ``field`` names."""

    field: str
    confidence: int
    methods: tuple[Method, ...] = ()


class Occurrence(Node, frozen=True):
    """A file that the component was found in."""

    location: str


class Evidence(Node, frozen=True):
    """Why the component is listed. 1.5 has one ``identity``, later versions a list."""

    identity: Identity | tuple[Identity, ...] | None = None
    occurrences: tuple[Occurrence, ...] = ()


class Component(Node, frozen=True):
    """A component; ``bom_ref`` and ``type`` are attributes in XML."""

    type: str
    name: str
    bom_ref: str = msgspec.field(default="", name="bom-ref")
    supplier: Organization | None = None
    group: str = ""
    version: str = ""
    scope: str = ""
    hashes: tuple[Hash, ...] = ()
    licenses: tuple[License, ...] = ()
    cpe: str = ""
    purl: str = ""
    properties: tuple[Property, ...] = ()
    evidence: Evidence | None = None


class Tool(Node, frozen=True):
    """A tool as 1.4 has it."""

    name: str
    version: str = ""


class Tools(Node, frozen=True):
    """Tools as components, since 1.5."""

    components: tuple[Component, ...]


class Metadata(Node, frozen=True):
    """What the document is about, when it was written, and by what."""

    timestamp: str
    tools: Tools | tuple[Tool, ...]
    component: Component
    properties: tuple[Property, ...] = ()


class Dependency(Node, frozen=True):
    """What a component needs or holds, by references."""

    ref: str
    depends_on: tuple[str, ...] = ()


class Composition(Node, frozen=True):
    """Whether the list of what the assemblies hold is whole."""

    aggregate: str
    assemblies: tuple[str, ...]


class Source(Node, frozen=True):
    """Who publishes a record, a rating."""

    url: str = ""
    name: str = ""


class VulnerabilityReference(Node, frozen=True):
    """Another name of the vulnerability."""

    id: str
    source: Source


class Rating(Node, frozen=True):
    """How bad, by whom and by which method; an exploit prediction is one too."""

    source: Source | None = None
    score: float | None = None
    severity: str = ""
    method: str = ""
    vector: str = ""


class Advisory(Node, frozen=True):
    """A page that tells more."""

    url: str


class Analysis(Node, frozen=True):
    """What somebody found out about how it touches the image (VEX)."""

    state: str
    justification: str = ""
    detail: str = ""
    last_updated: str = ""


class Affected(Node, frozen=True):
    """A component that it is a vulnerability of."""

    ref: str


class Vulnerability(Node, frozen=True):
    """A vulnerability of some of the components; ``bom_ref`` is an attribute in XML."""

    id: str
    bom_ref: str = msgspec.field(name="bom-ref")
    source: Source | None = None
    references: tuple[VulnerabilityReference, ...] = ()
    ratings: tuple[Rating, ...] = ()
    description: str = ""
    recommendation: str = ""
    advisories: tuple[Advisory, ...] = ()
    published: str = ""
    updated: str = ""
    analysis: Analysis | None = None
    affects: tuple[Affected, ...] = ()
    properties: tuple[Property, ...] = ()


class Document(Node, frozen=True):
    """A BOM."""

    schema: str = msgspec.field(name="$schema")
    bom_format: str
    spec_version: str
    serial_number: str
    metadata: Metadata
    version: int = msgspec.field(default=0)
    components: tuple[Component, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    compositions: tuple[Composition, ...] = ()
    vulnerabilities: tuple[Vulnerability, ...] = ()
