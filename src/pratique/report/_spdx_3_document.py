"""The types of an SPDX 3.0.1 document, as its JSON-LD context names them
(https://spdx.github.io/spdx-spec/v3.0.1/serializations/)."""

from __future__ import annotations

import msgspec

CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
CREATION = "_:creation"


class Node(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel", gc=False):
    """What all parts of a document are."""


class CreationInfo(Node, frozen=True, tag_field="type", tag="CreationInfo", kw_only=True):
    """When the elements were written and by whom."""

    id: str = msgspec.field(name="@id")
    spec_version: str
    created: str
    created_by: tuple[str, ...]
    created_using: tuple[str, ...]

    @property
    def spdx_id(self) -> str:
        """Its name within the document."""
        return self.id


class Named(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel", gc=False, tag_field="type", kw_only=True):
    """What all elements have: an identifier, a name, and the creation that they share."""

    spdx_id: str
    creation_info: str = msgspec.field(default="")
    name: str = ""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "creation_info", CREATION)  # a default would be left out


class SpdxDocument(Named, frozen=True, tag="SpdxDocument"):
    """The document."""

    profile_conformance: tuple[str, ...] = ()
    root_element: tuple[str, ...] = ()


class Sbom(Named, frozen=True, tag="software_Sbom"):
    """The bill of materials."""

    sbom_type: tuple[str, ...] = msgspec.field(default=(), name="software_sbomType")
    root_element: tuple[str, ...] = ()
    element: tuple[str, ...] = ()


class SoftwareAgent(Named, frozen=True, tag="SoftwareAgent"):
    """Who wrote it."""


class Tool(Named, frozen=True, tag="Tool"):
    """What it was written with."""


class Organization(Named, frozen=True, tag="Organization"):
    """A supplier."""


class Hash(Node, frozen=True, tag_field="type", tag="Hash"):
    """A digest in hexadecimal."""

    algorithm: str
    hash_value: str


class Identifier(Node, frozen=True, tag_field="type", tag="ExternalIdentifier"):
    """A name that others know the package by."""

    kind: str = msgspec.field(name="externalIdentifierType")
    identifier: str
    locator: tuple[str, ...] = msgspec.field(default=(), name="identifierLocator")


class Package(Named, frozen=True, tag="software_Package"):
    """A package."""

    version: str = msgspec.field(default="", name="software_packageVersion")
    url: str = msgspec.field(default="", name="software_packageUrl")
    purpose: str = msgspec.field(default="", name="software_primaryPurpose")
    supplied: str = msgspec.field(default="", name="suppliedBy")
    identifiers: tuple[Identifier, ...] = msgspec.field(default=(), name="externalIdentifier")
    verified: tuple[Hash, ...] = msgspec.field(default=(), name="verifiedUsing")


class Entry(Node, frozen=True, tag_field="type", tag="DictionaryEntry"):
    """A LicenseRef- of an expression, and the element that it means."""

    key: str
    value: str


class LicenseExpression(Named, frozen=True, tag="simplelicensing_LicenseExpression"):
    """An SPDX licence expression."""

    expression: str = msgspec.field(default="", name="simplelicensing_licenseExpression")
    custom: tuple[Entry, ...] = msgspec.field(default=(), name="simplelicensing_customIdToUri")


class LicensingText(Named, frozen=True, tag="simplelicensing_SimpleLicensingText"):
    """A licence that is not in SPDX's list."""

    text: str = msgspec.field(default="", name="simplelicensing_licenseText")


class Relationship(Named, frozen=True, tag="Relationship"):
    """How elements belong together."""

    start: str = msgspec.field(default="", name="from")
    kind: str = msgspec.field(default="", name="relationshipType")
    to: tuple[str, ...] = ()


class Annotation(Named, frozen=True, tag="Annotation"):
    """What this tool says of an element."""

    kind: str = msgspec.field(default="", name="annotationType")
    subject: str = ""
    statement: str = ""


class Vulnerability(Named, frozen=True, tag="security_Vulnerability"):
    """A vulnerability, by all its names."""

    summary: str = ""
    published: str = msgspec.field(default="", name="security_publishedTime")
    modified: str = msgspec.field(default="", name="security_modifiedTime")
    identifiers: tuple[Identifier, ...] = msgspec.field(default=(), name="externalIdentifier")


class Assessment(Relationship, frozen=True):
    """What is said of a vulnerability (``start``) in packages (``to``)."""

    published: str = msgspec.field(default="", name="security_publishedTime")


class _Score(Assessment, frozen=True):
    score: str = msgspec.field(default="", name="security_score")
    vector: str = msgspec.field(default="", name="security_vectorString")


class CvssV2(_Score, frozen=True, tag="security_CvssV2VulnAssessmentRelationship"):
    """A score of CVSS 2.0."""


class CvssV3(_Score, frozen=True, tag="security_CvssV3VulnAssessmentRelationship"):
    """A score of CVSS 3.0 or 3.1."""

    severity: str = msgspec.field(default="", name="security_severity")


class CvssV4(_Score, frozen=True, tag="security_CvssV4VulnAssessmentRelationship"):
    """A score of CVSS 4.0."""

    severity: str = msgspec.field(default="", name="security_severity")


class Epss(Assessment, frozen=True, tag="security_EpssVulnAssessmentRelationship"):
    """An exploit prediction."""

    probability: str = msgspec.field(default="", name="security_probability")
    percentile: str = msgspec.field(default="", name="security_percentile")


class Exploited(Assessment, frozen=True, tag="security_ExploitCatalogVulnAssessmentRelationship"):
    """An entry in a catalogue of what is exploited."""

    catalogue: str = msgspec.field(default="", name="security_catalogType")
    exploited: bool = msgspec.field(default=False, name="security_exploited")
    locator: str = msgspec.field(default="", name="security_locator")


class VexAffected(Assessment, frozen=True, tag="security_VexAffectedVulnAssessmentRelationship"):
    """Somebody found the packages affected."""

    action: str = msgspec.field(default="", name="security_actionStatement")


class VexNotAffected(Assessment, frozen=True, tag="security_VexNotAffectedVulnAssessmentRelationship"):
    """Somebody found the packages not affected, and says why."""

    justification: str = msgspec.field(default="", name="security_justificationType")
    impact: str = msgspec.field(default="", name="security_impactStatement")


class VexFixed(Assessment, frozen=True, tag="security_VexFixedVulnAssessmentRelationship"):
    """Somebody fixed it in the packages."""

    notes: str = msgspec.field(default="", name="security_statusNotes")


class VexUnderInvestigation(Assessment, frozen=True, tag="security_VexUnderInvestigationVulnAssessmentRelationship"):
    """Somebody is looking into it."""

    notes: str = msgspec.field(default="", name="security_statusNotes")


Element = CreationInfo | Named


class Document(Node, frozen=True):
    """The document: a context, and elements."""

    context: str = msgspec.field(name="@context")
    graph: tuple[Element, ...] = msgspec.field(name="@graph")
