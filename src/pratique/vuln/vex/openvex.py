"""An OpenVEX document in, its statements out. https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md

Version 0.2 names products as objects, 0.0.1 as texts; both are read. A statement inherits the document's timestamp.
"""

from __future__ import annotations

import msgspec

from pratique.model import JUSTIFICATIONS, VexStatus
from pratique.vuln.vex import _purl
from pratique.vuln.vex._shape import Component, Document, Format, Head, Product, Statement, digest_of


class _Component(msgspec.Struct, frozen=True):
    id: str = msgspec.field(default="", name="@id")
    identifiers: dict[str, str] = {}
    hashes: dict[str, str] = {}
    subcomponents: list[_Component | str] | None = None


class _Vulnerability(msgspec.Struct, frozen=True):
    name: str = ""
    id: str = msgspec.field(default="", name="@id")
    aliases: list[str] | None = None


class _Statement(msgspec.Struct, frozen=True):
    vulnerability: _Vulnerability | str = ""
    status: str = ""
    products: list[_Component | str] | None = None
    subcomponents: list[_Component | str] | None = None
    timestamp: str = ""
    last_updated: str = ""
    justification: str = ""
    impact_statement: str = ""
    action_statement: str = ""


class _Document(msgspec.Struct, frozen=True):
    id: str = msgspec.field(default="", name="@id")
    author: str = ""
    timestamp: str = ""
    last_updated: str = ""
    statements: list[msgspec.Raw] = []


_DOCUMENT = msgspec.json.Decoder(_Document)
_STATEMENT = msgspec.json.Decoder(_Statement)


def read(data: bytes) -> Document:
    """The document. What of it breaks the specification is left out and told of. Raises ``ValueError`` for bytes that
    are no OpenVEX document."""
    document = _DOCUMENT.decode(data)
    statements: list[Statement] = []
    unread: list[str] = []
    for number, raw in enumerate(document.statements, 1):
        try:
            statements.append(_statement(_STATEMENT.decode(raw), document))
        except ValueError as error:
            unread.append(f"statement {number}: {error}")
    return Document(document.id, document.author, tuple(statements), tuple(unread))


def _statement(found: _Statement, document: _Document) -> Statement:
    names = _names(found.vulnerability)
    if not names:
        raise ValueError("it names no vulnerability")
    try:
        status = VexStatus(found.status)
    except ValueError:
        raise ValueError(f"the status {found.status!r} is none of OpenVEX's") from None
    if not found.products:
        raise ValueError("it names no product")
    if found.justification and found.justification not in JUSTIFICATIONS:
        raise ValueError(f"the justification {found.justification!r} is none of OpenVEX's")
    if status is VexStatus.NOT_AFFECTED and not (found.justification or found.impact_statement):
        raise ValueError("it says not_affected without a justification or an impact statement")
    shared = tuple(_component(part) for part in found.subcomponents or ())  # OpenVEX 0.0.1
    return Statement(
        names=names,
        products=tuple(_product(product, shared) for product in found.products),
        status=status,
        timestamp=found.last_updated or found.timestamp or document.last_updated or document.timestamp,
        justification=found.justification,
        impact=found.impact_statement,
        action=found.action_statement,
    )


def _names(vulnerability: _Vulnerability | str) -> tuple[str, ...]:
    if isinstance(vulnerability, str):
        return (vulnerability,) if vulnerability else ()
    name = vulnerability.name or vulnerability.id.rpartition("/")[2]
    return tuple(dict.fromkeys(each for each in (name, *(vulnerability.aliases or ())) if each))


def _product(found: _Component | str, shared: tuple[Component, ...]) -> Product:
    parts = () if isinstance(found, str) else tuple(_component(part) for part in found.subcomponents or ())
    return Product(_component(found), parts or shared)


def _component(found: _Component | str) -> Component:
    if isinstance(found, str):
        return Component(purls=(found,)) if found.startswith("pkg:") else Component(name=found)
    texts = (found.id, found.identifiers.get("purl", ""))
    return Component(
        purls=_purl.exact(text for text in texts if text.startswith("pkg:")),
        name="" if found.id.startswith("pkg:") else found.id,
        hashes=tuple(digest_of(name, value) for name, value in sorted(found.hashes.items())),
        called=", ".join(value for _, value in sorted(found.identifiers.items()) if not value.startswith("pkg:")),
    )


def _is_head(head: Head) -> bool:
    return isinstance(head.context, str) and head.context.startswith("https://openvex.dev/ns")


VEX = Format("OpenVEX", _is_head, read)
