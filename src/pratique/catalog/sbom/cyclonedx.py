"""A CycloneDX document as JSON in, what it states out (1.2 to 1.7, https://cyclonedx.org/docs/1.7/json/)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from pratique.catalog.sbom._component import Component, Property, part_of
from pratique.catalog.sbom._shape import Document, Part, Source, decoded
from pratique.errors import UNDECODABLE, LimitExceeded


class _Tools(msgspec.Struct, frozen=True):
    components: list[Component] | None = None
    services: list[Component] | None = None


class _Metadata(msgspec.Struct, frozen=True):
    tools: list[Component] | _Tools | None = None
    component: Component | None = None
    properties: list[Property] | None = None


class _Dependency(msgspec.Struct, frozen=True, rename="camel", gc=False):
    ref: str = ""
    depends_on: list[str] | None = None


class _Document(msgspec.Struct, frozen=True, rename="camel"):
    spec_version: str = ""
    metadata: _Metadata | None = None
    components: list[msgspec.Raw] | None = None
    dependencies: list[_Dependency] | None = None
    properties: list[Property] | None = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_COMPONENT = msgspec.json.Decoder(Component)


def read(source: Source) -> Document:
    """The document. Raises ``Unreadable``."""
    found = decoded(_DOCUMENT.decode, source, "CycloneDX document")
    metadata = found.metadata or _Metadata()
    unread = list[str]()
    root = metadata.component
    own = tuple(_parts(root.components or (), source, unread)) if root is not None else ()
    properties = (*(metadata.properties or ()), *(found.properties or ()))
    return Document(
        format=f"CycloneDX {found.spec_version}",
        tools=tuple((tool.name or "").lower() for tool in _tools(metadata)),
        subject=part_of(root) if root is not None else None,
        parts=(*own, *_parts(found.components or (), source, unread)),
        links=tuple((each.ref, other) for each in found.dependencies or () for other in each.depends_on or ()),
        pairs=tuple((each.name, each.value or "") for each in properties),
        unread=tuple(unread),
    )


def _tools(metadata: _Metadata) -> Sequence[Component]:
    tools = metadata.tools
    return [*(tools.components or ()), *(tools.services or ())] if isinstance(tools, _Tools) else tools or ()


def _parts(components: Sequence[msgspec.Raw], source: Source, unread: list[str]) -> Iterator[Part]:
    """The components in the document's order, each before those within it. Raises ``LimitExceeded``."""
    depth = source.limits.json_depth
    left = [(raw, 0) for raw in reversed(components)]
    while left:
        raw, level = left.pop()
        try:
            component = _COMPONENT.decode(raw)
        except UNDECODABLE as error:
            unread.append(f"a component of it cannot be read: {error}")
            continue
        if component.components and level >= depth:
            raise LimitExceeded(f"{source.where!r} nests components deeper than limits.json_depth = {depth}")
        left += [(each, level + 1) for each in reversed(component.components or ())]
        yield part_of(component)
