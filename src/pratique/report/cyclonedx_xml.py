"""A report in, a CycloneDX document as XML out (https://cyclonedx.org/docs/1.6/xml/)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from pratique.model import Report
from pratique.plugins import WriteOptions, Writer
from pratique.report import _cyclonedx_document as cdx
from pratique.report._cyclonedx import document

_MARKUP = re.compile('[&<>"\n\r\t]')  # few texts have any


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """The document of one report. Raises ``UsageError`` for several."""
    found = document(reports, options)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    namespace = _quoted(f"http://cyclonedx.org/schema/bom/{found.spec_version}")
    lines.append(f"<bom xmlns={namespace} serialNumber={_quoted(found.serial_number)} version='{found.version}'>")
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


def _component(component: cdx.Component) -> list[str]:
    """The elements in the schema's order. Thousands of them are written: lists take a third less time than generators
    of generators."""
    reference = f" bom-ref={_quoted(component.bom_ref)}" if component.bom_ref else ""
    lines = [f"<component type={_quoted(component.type)}{reference}>"]
    if component.supplier is not None:
        lines += ("<supplier>", *_text("name", component.supplier.name), "</supplier>")
    lines += _text("group", component.group)
    lines += _text("name", component.name)
    lines += _text("version", component.version)
    lines += _text("scope", component.scope)
    if component.hashes:
        lines += ("<hashes>", *map(_hash, component.hashes), "</hashes>")
    lines += _list("licenses", map(_license, component.licenses))
    lines += _text("cpe", component.cpe)
    lines += _text("purl", component.purl)
    lines += _properties(component.properties)
    if component.evidence is not None:
        lines += _evidence(component.evidence)
    lines.append("</component>")
    return lines


def _hash(digest: cdx.Hash) -> str:
    return f"<hash alg={_quoted(digest.alg)}>{_escaped(digest.content)}</hash>"


def _license(license_: cdx.License) -> tuple[str, ...]:
    if license_.license is None:
        return _text("expression", license_.expression)
    return ("<license>", *_text("id", license_.license.id), *_text("name", license_.license.name), "</license>")


def _properties(properties: Sequence[cdx.Property]) -> Sequence[str]:
    if not properties:
        return ()
    lines = [f"<property name={_quoted(each.name)}>{_escaped(each.value)}</property>" for each in properties]
    return ("<properties>", *lines, "</properties>")


def _evidence(evidence: cdx.Evidence) -> list[str]:
    lines = ["<evidence>"]
    found = evidence.identity
    for identity in (found,) if isinstance(found, cdx.Identity) else found or ():
        lines.append("<identity>")
        lines += _text("field", identity.field)
        lines += _text("confidence", str(identity.confidence))
        lines += _list("methods", map(_method, identity.methods))
        lines.append("</identity>")
    places = [("<occurrence>", *_text("location", each.location), "</occurrence>") for each in evidence.occurrences]
    lines += _list("occurrences", places)
    lines.append("</evidence>")
    return lines


def _method(method: cdx.Method) -> Iterator[str]:
    yield "<method>"
    yield from _text("technique", method.technique)
    yield from _text("confidence", str(method.confidence))
    yield from _text("value", method.value)
    yield "</method>"


def _dependency(dependency: cdx.Dependency) -> Iterator[str]:
    reference = _quoted(dependency.ref)
    if not dependency.depends_on:
        yield f"<dependency ref={reference}/>"
        return
    yield f"<dependency ref={reference}>"
    yield from (f"<dependency ref={_quoted(each)}/>" for each in dependency.depends_on)
    yield "</dependency>"


def _composition(composition: cdx.Composition) -> Iterator[str]:
    yield "<composition>"
    yield from _text("aggregate", composition.aggregate)
    yield from _list("assemblies", ((f"<assembly ref={_quoted(each)}/>",) for each in composition.assemblies))
    yield "</composition>"


def _vulnerability(told: cdx.Vulnerability) -> Iterator[str]:
    """The elements in the schema's order."""
    yield f"<vulnerability bom-ref={_quoted(told.bom_ref)}>"
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


def _text(name: str, value: str) -> tuple[str, ...]:
    return (f"<{name}>{_escaped(value)}</{name}>",) if value else ()


def _list(name: str, elements: Iterable[Iterable[str]]) -> Sequence[str]:
    """The elements below one, which is left out where there is none."""
    lines = [line for element in elements for line in element]
    return (f"<{name}>", *lines, f"</{name}>") if lines else ()


def _escaped(text: str) -> str:
    return escape(text) if _MARKUP.search(text) else text


def _quoted(text: str) -> str:
    return quoteattr(text) if _MARKUP.search(text) else f'"{text}"'


WRITER = Writer("cyclonedx-xml", write)
