"""A CycloneDX document as XML in, what it states out (https://cyclonedx.org/docs/1.7/xml/).

A document type is refused, and with it every entity that a document could define. A component is made when its element
ends, so that the tree of a large document never stands whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.parsers import expat

import msgspec

from pratique.catalog.sbom._component import (
    Component,
    Evidence,
    Hash,
    License,
    LicenseName,
    Named,
    Occurrence,
    Property,
    part_of,
)
from pratique.catalog.sbom._shape import Document, Part, Source
from pratique.errors import LimitExceeded, Unreadable

_CHUNK = 1 << 20
_NOT_TEXT = frozenset(("text", "description", "copyright"))  # of a licence, a component: never asked for


class _Element(msgspec.Struct, gc=False):  # most have no children: lists are made when they are needed
    name: str
    attributes: dict[str, str]
    children: list[_Element] | tuple[()] = ()
    text: str = ""
    parts: Sequence[Part] = ()

    def all(self, name: str) -> Iterator[_Element]:
        return (child for child in self.children if child.name == name)

    def find(self, *names: str) -> _Element:
        found = self
        for name in names:
            for child in found.children:
                if child.name == name:
                    found = child
                    break
            else:
                return _NONE
        return found

    def value(self, name: str) -> str:
        return self.find(name).text


_NONE = _Element("", {})


def read(source: Source) -> Document:
    """The document. Raises ``Unreadable`` and ``LimitExceeded``."""
    reader = _Reader(source)
    root = reader.read()
    metadata = root.find("metadata")
    subject = metadata.find("component")
    tools = metadata.find("tools")
    named = [part.name for part in tools.find("components").parts] or [tool.value("name") for tool in tools.all("tool")]
    properties = [*metadata.find("properties").children, *root.find("properties").children]
    own = subject.parts  # itself, then what is listed within it
    return Document(
        format=f"CycloneDX {reader.namespace.rpartition('/')[2]}",
        tools=tuple(name.lower() for name in named),
        subject=own[0] if own else None,
        parts=(*own[1:], *root.find("components").parts),
        links=tuple(
            (each.attributes.get("ref", ""), other.attributes.get("ref", ""))
            for each in root.find("dependencies").all("dependency")
            for other in each.all("dependency")
        ),
        pairs=tuple((each.attributes.get("name", ""), each.text) for each in properties),
    )


class _Reader:
    """Expat's events in, elements out. https://docs.python.org/3/library/pyexpat.html"""

    def __init__(self, source: Source) -> None:
        self.namespace = ""
        self._source = source
        self._open: list[_Element] = []
        self._root: _Element | None = None
        self._count = 0
        self._texts: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._texts.append
        self._parser.StartDoctypeDeclHandler = self._doctype

    def read(self) -> _Element:
        """The root, in which components are parts. Raises ``Unreadable``."""
        data, where = memoryview(self._source.data), self._source.where
        try:
            for start in range(0, len(data), _CHUNK):
                self._parser.Parse(bytes(data[start : start + _CHUNK]), False)
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            why = f"no XML from line {error.lineno} on: {expat.ErrorString(error.code)}"
            raise Unreadable(f"{where!r} is no CycloneDX document: {why}") from error
        except (LookupError, ValueError) as error:  # an encoding that Python has not
            raise Unreadable(f"{where!r} is no CycloneDX document: {error}") from error
        if self._root is None or self._root.name != "bom":
            raise Unreadable(f"{where!r} is no CycloneDX document: its root is no <bom>")
        return self._root

    def _doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        raise Unreadable(f"{self._source.where!r} declares a document type, {name[:40]!r}, which is not read")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        limits = self._source.limits
        if len(self._open) >= limits.json_depth:
            raise LimitExceeded(f"{self._source.where!r} nests deeper than limits.json_depth = {limits.json_depth}")
        if not self._open:
            prefix = name.rpartition(":")[0]
            self.namespace = attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", "")
        element = _Element(name.rpartition(":")[2] if ":" in name else name, attributes)
        if self._open:
            above = self._open[-1]
            if above.children:
                above.children.append(element)
            else:
                above.children = [element]
        else:
            self._root = element
        self._open.append(element)
        self._texts.clear()

    def _end(self, name: str) -> None:
        element = self._open.pop()
        if not element.children and element.name not in _NOT_TEXT:
            element.text = "".join(self._texts).strip()
        self._texts.clear()
        if element.name == "component" and self._open:
            self._made(element)
        elif element.name == "components" and self._open:
            element.parts = [part for child in element.children for part in child.parts]
            element.children = ()

    def _made(self, element: _Element) -> None:
        """The component and those within it, instead of their elements."""
        element.parts = [part_of(_component(element)), *element.find("components").parts]
        element.children = ()
        self._count += 1
        if self._count > self._source.limits.facts_per_file:
            bound = self._source.limits.facts_per_file
            raise LimitExceeded(f"{self._source.where!r} has more components than limits.facts_per_file = {bound}")


def _component(element: _Element) -> Component:
    licences = element.find("licenses")
    return Component(
        type=element.attributes.get("type", ""),
        name=element.value("name"),
        ref=element.attributes.get("bom-ref", ""),
        group=element.value("group"),
        version=element.value("version"),
        scope=element.value("scope"),
        purl=element.value("purl"),
        cpe=element.value("cpe"),
        publisher=element.value("publisher"),
        supplier=Named(element.find("supplier").value("name")),
        hashes=[Hash(each.attributes.get("alg", ""), each.text) for each in element.find("hashes").all("hash")],
        licenses=[
            License(expression=each.text)
            if each.name == "expression"
            else License(LicenseName(each.value("id"), each.value("name")))
            for each in licences.children
        ],
        properties=[
            Property(each.attributes.get("name", ""), each.text) for each in element.find("properties").all("property")
        ],
        evidence=Evidence(
            [Occurrence(each.value("location")) for each in element.find("evidence", "occurrences").all("occurrence")]
        ),
    )
