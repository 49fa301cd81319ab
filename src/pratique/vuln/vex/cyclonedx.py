"""A CycloneDX document with analyses in, its statements out: a VEX of its own, or a BOM that holds one.

https://cyclonedx.org/docs/1.6/json/#vulnerabilities, https://cyclonedx.org/capabilities/bomlink/
A BOM speaks of its components in the product that its metadata name: there they are the product's parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

import msgspec

from pratique.model import CYCLONEDX_JUSTIFICATIONS, VexStatus
from pratique.vuln.vex import _purl
from pratique.vuln.vex._shape import Component, Document, Format, Head, Product, Statement, digest_of

_STATES = {
    "not_affected": VexStatus.NOT_AFFECTED,
    "false_positive": VexStatus.NOT_AFFECTED,
    "exploitable": VexStatus.AFFECTED,
    "in_triage": VexStatus.UNDER_INVESTIGATION,
    "resolved": VexStatus.FIXED,
    "resolved_with_pedigree": VexStatus.FIXED,
}


class _Hash(msgspec.Struct, frozen=True):
    alg: str = ""
    content: str = ""


class _Component(msgspec.Struct, frozen=True):
    ref: str = msgspec.field(default="", name="bom-ref")
    type: str = ""
    name: str = ""
    version: str = ""
    purl: str = ""
    cpe: str = ""
    hashes: list[_Hash] | None = None
    components: list[_Component] | None = None


class _Author(msgspec.Struct, frozen=True):
    name: str = ""
    email: str = ""


class _Metadata(msgspec.Struct, frozen=True):
    timestamp: str = ""
    component: _Component | None = None
    authors: list[_Author] | None = None
    supplier: _Author | None = None


class _Reference(msgspec.Struct, frozen=True):
    id: str = ""


class _Analysis(msgspec.Struct, frozen=True):
    state: str = ""
    justification: str = ""
    response: list[str] | None = None
    detail: str = ""
    first_issued: str = msgspec.field(default="", name="firstIssued")
    last_updated: str = msgspec.field(default="", name="lastUpdated")


class _Version(msgspec.Struct, frozen=True):
    version: str = ""
    range: str = ""
    status: str = ""


class _Affects(msgspec.Struct, frozen=True):
    ref: str = ""
    versions: list[_Version] | None = None


class _Vulnerability(msgspec.Struct, frozen=True):
    id: str = ""
    references: list[_Reference] | None = None
    analysis: _Analysis | None = None
    affects: list[_Affects] | None = None
    published: str = ""
    updated: str = ""


class _Document(msgspec.Struct, frozen=True):
    serial: str = msgspec.field(default="", name="serialNumber")
    metadata: _Metadata | None = None
    components: list[_Component] | None = None
    vulnerabilities: list[msgspec.Raw] | None = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_VULNERABILITY = msgspec.json.Decoder(_Vulnerability)


def read(data: bytes) -> Document:
    """The document. What of it cannot be used is told of. Raises ``ValueError`` for bytes that are no CycloneDX."""
    document = _DOCUMENT.decode(data)
    metadata = document.metadata or _Metadata()
    known = _components(document, metadata)
    statements: list[Statement] = []
    unread: list[str] = []
    for number, raw in enumerate(document.vulnerabilities or (), 1):
        try:
            found = _VULNERABILITY.decode(raw)
            if found.analysis is not None and found.analysis.state:
                statements.append(_statement(found, found.analysis, known, metadata))
        except ValueError as error:
            unread.append(f"vulnerability {number}: {error}")
    return Document(document.serial, _author(metadata), tuple(statements), tuple(unread))


def _author(metadata: _Metadata) -> str:
    authors = [author.name or author.email for author in metadata.authors or ()]
    return ", ".join(authors) or (metadata.supplier.name if metadata.supplier else "")


def _components(document: _Document, metadata: _Metadata) -> dict[str, Component]:
    """All components by their references, however nested."""
    found: dict[str, Component] = {}
    left = list(document.components or ())
    if metadata.component is not None:
        left.append(metadata.component)
    while left:
        component = left.pop()
        if component.ref:
            found[component.ref] = _component(component)
        left += component.components or ()
    return found


def _component(component: _Component) -> Component:
    return Component(
        purls=_purl.exact((component.purl,) if component.purl else (), component.version),
        name=component.name if component.type == "container" else "",
        version=component.version if component.type == "container" else "",
        hashes=tuple(digest_of(each.alg, each.content) for each in component.hashes or ()),
        called="" if component.type == "container" else component.cpe or component.name,
    )


def _statement(
    found: _Vulnerability, analysis: _Analysis, known: dict[str, Component], metadata: _Metadata
) -> Statement:
    if not found.id:
        raise ValueError("it has no id")
    status = _STATES.get(analysis.state)
    if status is None:
        raise ValueError(f"the state {analysis.state!r} of {found.id} is none of CycloneDX's")
    if analysis.justification and analysis.justification not in CYCLONEDX_JUSTIFICATIONS:
        raise ValueError(f"the justification {analysis.justification!r} of {found.id} is none of CycloneDX's")
    if status is VexStatus.NOT_AFFECTED and not (analysis.justification or analysis.detail):
        raise ValueError(f"{found.id} is {analysis.state} without a justification or a detail")
    products = tuple(product for each in found.affects or () for product in _products(each, status, known, metadata))
    if not products:
        raise ValueError(f"{found.id} affects no component")
    names = (found.id, *(reference.id for reference in found.references or ()))
    return Statement(
        names=tuple(dict.fromkeys(name for name in names if name)),
        products=products,
        status=status,
        timestamp=analysis.last_updated or analysis.first_issued or found.updated or metadata.timestamp,
        justification=analysis.justification,
        impact=analysis.detail,
        action=", ".join(analysis.response or ()),
    )


def _products(
    affects: _Affects, status: VexStatus, known: dict[str, Component], metadata: _Metadata
) -> Iterator[Product]:
    """What the analysis is of: the component, or those of its versions that are listed; each a part of what the
    document is of."""
    root = metadata.component
    component = _referred(affects.ref, known)
    for one in _of_versions(component, affects, status) if affects.versions else (component,):
        yield Product(one) if root is None or affects.ref == root.ref else Product(_component(root), (one,))


_CONTRADICTED = {VexStatus.NOT_AFFECTED: "affected", VexStatus.FIXED: "affected", VexStatus.AFFECTED: "unaffected"}
"""The status of a version that says another thing than the analysis of the vulnerability."""


def _of_versions(component: Component, affects: _Affects, status: VexStatus) -> Iterator[Component]:
    for each in affects.versions or ():
        if each.status == _CONTRADICTED.get(status):
            if status is VexStatus.AFFECTED:  # the others are
                continue
            raise ValueError(f"{affects.ref!r} is {status.value}, and its {each.version or each.range!r} {each.status}")
        versions = each.range or each.version
        if not versions or (each.range and not each.range.startswith("vers:")):
            raise ValueError(f"{affects.ref!r} is limited to {versions!r}, which is neither a version nor a vers range")
        named = {"name": "", "version": ""} if each.range else {"version": each.version}
        yield msgspec.structs.replace(component, purls=_purl.limited(component.purls, versions), **named)


def _referred(ref: str, known: dict[str, Component]) -> Component:
    """A reference within the document, or a BOM-Link to a component of another one that is referred to by its purl."""
    text = unquote(ref.rpartition("#")[2]) if ref.startswith("urn:cdx:") else ref
    found = known.get(ref) or known.get(text)
    if found is not None:
        return found
    if text.startswith("pkg:"):
        return Component(purls=(text,))
    raise ValueError(f"nothing is known of the component {ref!r}: give it as a package URL")


def _is_head(head: Head) -> bool:
    return head.bom_format == "CycloneDX"


VEX = Format("CycloneDX", _is_head, read)
