"""A report in, a CycloneDX document as XML out (https://cyclonedx.org/docs/1.6/xml/)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from pratique.model import Report
from pratique.plugins import WriteOptions, Writer
from pratique.report import _cyclonedx_document as cdx
from pratique.report._cyclonedx import document


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """The document of one report. Raises ``UsageError`` for several."""
    found = document(reports, options)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    namespace = quoteattr(f"http://cyclonedx.org/schema/bom/{found.spec_version}")
    lines.append(f"<bom xmlns={namespace} serialNumber={quoteattr(found.serial_number)} version='{found.version}'>")
    lines += _metadata(found.metadata)
    lines += _list("components", (_component(each) for each in found.components))
    lines += _list("dependencies", (_dependency(each) for each in found.dependencies))
    lines += _list("compositions", (_composition(each) for each in found.compositions))
    lines += _list("vulnerabilities", (_vulnerability(each) for each in found.vulnerabilities))
    return "\n".join((*lines, "</bom>", ""))


def _metadata(metadata: cdx.Metadata) -> Iterator[str]:
    yield "<metadata>"
    yield from _text("timestamp", metadata.timestamp)
    if isinstance(metadata.tools, cdx.Tools):
        tools = ("<components>", *(line for each in metadata.tools.components for line in _component(each)))
        yield from ("<tools>", *tools, "</components>", "</tools>")
    else:
        yield from _list("tools", (_tool(each) for each in metadata.tools))
    yield from _component(metadata.component)
    yield from _properties(metadata.properties)
    yield "</metadata>"


def _tool(tool: cdx.Tool) -> Iterator[str]:
    yield "<tool>"
    yield from _text("name", tool.name)
    yield from _text("version", tool.version)
    yield "</tool>"


def _component(component: cdx.Component) -> Iterator[str]:
    """The elements in the schema's order."""
    reference = f" bom-ref={quoteattr(component.bom_ref)}" if component.bom_ref else ""
    yield f"<component type={quoteattr(component.type)}{reference}>"
    if component.supplier is not None:
        yield from ("<supplier>", *_text("name", component.supplier.name), "</supplier>")
    yield from _text("group", component.group)
    yield from _text("name", component.name)
    yield from _text("version", component.version)
    yield from _text("scope", component.scope)
    yield from _list("hashes", (_hash(each) for each in component.hashes))
    yield from _list("licenses", (_license(each) for each in component.licenses))
    yield from _text("cpe", component.cpe)
    yield from _text("purl", component.purl)
    yield from _properties(component.properties)
    if component.evidence is not None:
        yield from _evidence(component.evidence)
    yield "</component>"


def _hash(digest: cdx.Hash) -> Iterator[str]:
    yield f"<hash alg={quoteattr(digest.alg)}>{escape(digest.content)}</hash>"


def _license(license_: cdx.License) -> Iterator[str]:
    if license_.license is None:
        yield from _text("expression", license_.expression)
    else:
        yield from ("<license>", *_text("id", license_.license.id), *_text("name", license_.license.name), "</license>")


def _properties(properties: Sequence[cdx.Property]) -> Iterator[str]:
    lines = (f"<property name={quoteattr(each.name)}>{escape(each.value)}</property>" for each in properties)
    yield from _list("properties", ((line,) for line in lines))


def _evidence(evidence: cdx.Evidence) -> Iterator[str]:
    yield "<evidence>"
    found = evidence.identity
    for identity in (found,) if isinstance(found, cdx.Identity) else found or ():
        yield "<identity>"
        yield from _text("field", identity.field)
        yield from _text("confidence", str(identity.confidence))
        yield from _list("methods", (_method(each) for each in identity.methods))
        yield "</identity>"
    places = (("<occurrence>", *_text("location", each.location), "</occurrence>") for each in evidence.occurrences)
    yield from _list("occurrences", places)
    yield "</evidence>"


def _method(method: cdx.Method) -> Iterator[str]:
    yield "<method>"
    yield from _text("technique", method.technique)
    yield from _text("confidence", str(method.confidence))
    yield from _text("value", method.value)
    yield "</method>"


def _dependency(dependency: cdx.Dependency) -> Iterator[str]:
    reference = quoteattr(dependency.ref)
    if not dependency.depends_on:
        yield f"<dependency ref={reference}/>"
        return
    yield f"<dependency ref={reference}>"
    yield from (f"<dependency ref={quoteattr(each)}/>" for each in dependency.depends_on)
    yield "</dependency>"


def _composition(composition: cdx.Composition) -> Iterator[str]:
    yield "<composition>"
    yield from _text("aggregate", composition.aggregate)
    yield from _list("assemblies", ((f"<assembly ref={quoteattr(each)}/>",) for each in composition.assemblies))
    yield "</composition>"


def _vulnerability(told: cdx.Vulnerability) -> Iterator[str]:
    """The elements in the schema's order."""
    yield f"<vulnerability bom-ref={quoteattr(told.bom_ref)}>"
    yield from _text("id", told.id)
    yield from _source(told.source)
    yield from _list(
        "references",
        (("<reference>", *_text("id", each.id), *_source(each.source), "</reference>") for each in told.references),
    )
    yield from _list("ratings", (_rating(each) for each in told.ratings))
    yield from _text("description", told.description)
    yield from _text("recommendation", told.recommendation)
    yield from _list("advisories", (("<advisory>", *_text("url", each.url), "</advisory>") for each in told.advisories))
    yield from _text("published", told.published)
    yield from _text("updated", told.updated)
    if told.analysis is not None:
        yield "<analysis>"
        yield from _text("state", told.analysis.state)
        yield from _text("justification", told.analysis.justification)
        yield from _text("detail", told.analysis.detail)
        yield from _text("lastUpdated", told.analysis.last_updated)
        yield "</analysis>"
    yield from _list("affects", (("<target>", *_text("ref", each.ref), "</target>") for each in told.affects))
    yield from _properties(told.properties)
    yield "</vulnerability>"


def _rating(rating: cdx.Rating) -> Iterator[str]:
    yield "<rating>"
    yield from _source(rating.source)
    yield from _text("score", "" if rating.score is None else str(rating.score))
    yield from _text("severity", rating.severity)
    yield from _text("method", rating.method)
    yield from _text("vector", rating.vector)
    yield "</rating>"


def _source(source: cdx.Source | None) -> Iterator[str]:
    if source is not None:
        yield from ("<source>", *_text("name", source.name), *_text("url", source.url), "</source>")


def _text(name: str, value: str) -> Iterator[str]:
    if value:
        yield f"<{name}>{escape(value)}</{name}>"


def _list(name: str, elements: Iterator[Iterator[str]] | Iterator[tuple[str, ...]]) -> Iterator[str]:
    """The elements below one, which is left out where there is none."""
    lines = [line for element in elements for line in element]
    if lines:
        yield from (f"<{name}>", *lines, f"</{name}>")


WRITER = Writer("cyclonedx-xml", write)
