"""An SPDX 3.0 document as JSON-LD in, what it states out (https://spdx.github.io/spdx-spec/v3.0.1/)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from pratique.catalog.sbom._cpe_uri import formatted
from pratique.catalog.sbom._shape import Document, Kind, Part, Source, decoded, hash_named
from pratique.catalog.sbom._spdx import Annotation, pairs_of
from pratique.errors import UNDECODABLE
from pratique.sbom_fields import Pair


class _Hash(msgspec.Struct, frozen=True, rename="camel", gc=False):
    algorithm: str = ""
    hash_value: str = ""


class _Identifier(msgspec.Struct, frozen=True, gc=False):
    kind: str = msgspec.field(default="", name="externalIdentifierType")
    identifier: str = ""


class _Element(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """All that is read of any element."""

    type: str = ""
    spdx_id: str = ""
    name: str = ""
    version: str = msgspec.field(default="", name="software_packageVersion")
    url: str = msgspec.field(default="", name="software_packageUrl")
    purpose: str = msgspec.field(default="", name="software_primaryPurpose")
    supplied: str = msgspec.field(default="", name="suppliedBy")
    source: str = msgspec.field(default="", name="software_sourceInfo")
    identifiers: list[_Identifier] = msgspec.field(default_factory=list, name="externalIdentifier")
    verified: list[_Hash] = msgspec.field(default_factory=list, name="verifiedUsing")
    start: str = msgspec.field(default="", name="from")
    kind: str = msgspec.field(default="", name="relationshipType")
    to: list[str] | str = ""
    expression: str = msgspec.field(default="", name="simplelicensing_licenseExpression")
    subject: str = ""
    statement: str = ""
    root_element: list[str] | str = ""
    spec_version: str = ""


class _Document(msgspec.Struct, frozen=True):
    graph: list[msgspec.Raw] = msgspec.field(name="@graph")


_DOCUMENT = msgspec.json.Decoder(_Document)
_ELEMENT = msgspec.json.Decoder(_Element)
_LICENCES = frozenset(("hasDeclaredLicense", "hasConcludedLicense"))
_KINDS = {"operatingSystem": Kind.SYSTEM, "container": Kind.SUBJECT, "filesystemImage": Kind.SUBJECT}


def read(source: Source) -> Document:
    """The document. Raises ``Unreadable``."""
    unread = list[str]()
    elements = list(_elements(decoded(_DOCUMENT.decode, source, "SPDX document").graph, unread))
    by_id = {element.spdx_id: element for element in elements if element.spdx_id}
    version = next((element.spec_version for element in elements if element.spec_version), "3.0")
    made = _Graph(elements, by_id)
    roots = made.roots()
    parts = [made.part(element) for element in elements if element.type == "software_Package"]
    subject = next((part for part in parts if part.ref in roots), None)
    documents = [element.spdx_id for element in elements if element.type == "SpdxDocument"]
    return Document(
        format=f"SPDX {version}",
        tools=tuple(element.name.lower().rpartition("-")[0] for element in elements if element.type == "Tool"),
        subject=subject,
        parts=tuple(part for part in parts if part is not subject),
        links=tuple(made.links()),
        pairs=tuple(pair for id_ in documents for pair in made.pairs.get(id_, ())),
        unread=tuple(unread),
    )


def _elements(graph: Sequence[msgspec.Raw], unread: list[str]) -> Iterator[_Element]:
    for raw in graph:
        try:
            yield _ELEMENT.decode(raw)
        except UNDECODABLE as error:
            unread.append(f"an element of it cannot be read: {error}")


class _Graph:
    """The elements, and what others of them say of each."""

    def __init__(self, elements: Sequence[_Element], by_id: dict[str, _Element]) -> None:
        self._elements = elements
        self._by_id = by_id
        self.pairs = dict[str, list[Pair]]()
        self._licences = dict[str, dict[str, str]]()
        for element in elements:
            if element.type == "Annotation":
                said = Annotation(comment=element.statement)
                self.pairs.setdefault(element.subject, []).extend(pairs_of(said))
            elif element.kind in _LICENCES:
                found = self._licences.setdefault(element.start, {})
                found.update((element.kind, by_id[to].expression) for to in _several(element.to) if to in by_id)

    def roots(self) -> set[str]:
        """What the document, or the SBOM in it, is about."""
        named = {id_ for each in self._elements for id_ in _several(each.root_element)}
        return named

    def part(self, element: _Element) -> Part:
        """A package."""
        named = self._licences.get(element.spdx_id, {})
        licence = named.get("hasDeclaredLicense") or named.get("hasConcludedLicense") or ""
        identifiers = {each.kind: each.identifier for each in reversed(element.identifiers)}
        supplier = self._by_id.get(element.supplied)
        return Part(
            ref=element.spdx_id,
            name=element.name,
            version=element.version,
            kind=_KINDS.get(element.purpose, Kind.PACKAGE),
            purl=element.url or identifiers.get("packageUrl", ""),
            cpe=formatted(identifiers.get("cpe23", "") or identifiers.get("cpe22", "")),
            licences=(licence,) if licence else (),
            hashes=tuple(hash_named(each.algorithm, each.hash_value) for each in element.verified if each.hash_value),
            supplier=supplier.name if supplier is not None else "",
            source=element.source,
            pairs=tuple(self.pairs.get(element.spdx_id, ())),
        )

    def links(self) -> Iterator[tuple[str, str]]:
        """Which element needs or contains which."""
        for element in self._elements:
            if element.kind in ("dependsOn", "contains"):
                yield from ((element.start, to) for to in _several(element.to))


def _several(value: list[str] | str) -> list[str]:
    if isinstance(value, list):
        return value
    return [value] if value else []
