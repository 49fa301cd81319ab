"""A component of CycloneDX, read from JSON or XML, in; the part that it states out.

https://cyclonedx.org/docs/1.6/json/#components
"""

from __future__ import annotations

import msgspec

from pratique.catalog.sbom._cpe_uri import formatted
from pratique.catalog.sbom._shape import Kind, Part, hash_named, told


class Hash(msgspec.Struct, frozen=True, gc=False):
    """A digest."""

    alg: str = ""
    content: str = ""


class LicenseName(msgspec.Struct, frozen=True, gc=False):
    """A licence by its identifier or name."""

    id: str | None = None
    name: str | None = None


class License(msgspec.Struct, frozen=True, gc=False):
    """A licence or an expression."""

    license: LicenseName | None = None
    expression: str | None = None


class Property(msgspec.Struct, frozen=True, gc=False):
    """A name and a value."""

    name: str = ""
    value: str | None = None


class Named(msgspec.Struct, frozen=True, gc=False):
    """A supplier."""

    name: str | None = None


class Occurrence(msgspec.Struct, frozen=True, gc=False):
    """A file."""

    location: str = ""


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """The files."""

    occurrences: list[Occurrence] | None = None


class Component(msgspec.Struct, frozen=True, gc=False):
    """What is read of a component."""

    type: str | None = None
    name: str | None = None
    ref: str | None = msgspec.field(default=None, name="bom-ref")
    group: str | None = None
    version: str | None = None
    scope: str | None = None
    purl: str | None = None
    cpe: str | None = None
    publisher: str | None = None
    supplier: Named | None = None
    hashes: list[Hash] | None = None
    licenses: list[License] | None = None
    properties: list[Property] | None = None
    evidence: Evidence | None = None
    components: list[msgspec.Raw] | None = None


_KINDS = {
    "operating-system": Kind.SYSTEM,
    "container": Kind.SUBJECT,
    "file": Kind.OTHER,
    "data": Kind.OTHER,
    "device": Kind.OTHER,
    "cryptographic-asset": Kind.OTHER,
}


def part_of(component: Component) -> Part:
    """The part. A file or a piece of data is a package where it has a package URL."""
    purl = component.purl or ""
    kind = _KINDS.get(component.type or "", Kind.PACKAGE)
    evidence = component.evidence.occurrences if component.evidence else None
    return Part(
        ref=component.ref or purl,
        name=component.name or "",
        version=component.version or "",
        kind=Kind.PACKAGE if kind is Kind.OTHER and purl else kind,
        group=component.group or "",
        purl=purl,
        cpe=formatted(component.cpe or ""),
        licences=tuple(text for license_ in component.licenses or () if (text := _licence(license_))),
        hashes=tuple(hash_named(each.alg, each.content) for each in component.hashes or () if each.content),
        scope=component.scope or "",
        supplier=told(component.publisher, component.supplier.name if component.supplier else ""),
        places=tuple(each.location for each in evidence or () if each.location),
        pairs=tuple((each.name, each.value or "") for each in component.properties or ()),
    )


def _licence(license_: License) -> str:
    if license_.license is None:
        return license_.expression or ""
    return license_.license.id or license_.license.name or ""
