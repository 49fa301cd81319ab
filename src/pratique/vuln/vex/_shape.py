"""What any VEX document says, in one form, and the shape of a reader.

The words are those of the minimum requirements for VEX, as OpenVEX has them:
https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from pratique.model import VexStatus


class Component(msgspec.Struct, frozen=True):
    """A product or a part of one, by its package URLs; or by its ``name`` and ``version`` where the format names an
    image so. ``hashes`` are digests as ``sha256:<hex>``. ``called`` is what else the document calls it (a CPE), which
    is told and not compared."""

    purls: tuple[str, ...] = ()
    name: str = ""
    version: str = ""
    hashes: tuple[str, ...] = ()
    called: str = ""


class Product(msgspec.Struct, frozen=True):
    """A component, and those of its parts that are meant; without parts the whole of it is."""

    component: Component
    parts: tuple[Component, ...] = ()


class Statement(msgspec.Struct, frozen=True):
    """``names`` of the vulnerability, one of which is its own; ``timestamp`` is RFC 3339. ``justification`` is a label,
    ``impact`` and ``action`` are free text."""

    names: tuple[str, ...]
    products: tuple[Product, ...]
    status: VexStatus
    timestamp: str = ""
    justification: str = ""
    impact: str = ""
    action: str = ""


class Document(msgspec.Struct, frozen=True):
    """One document's statements in its order; ``unread`` says which parts of it cannot be used, and why."""

    id: str
    author: str
    statements: tuple[Statement, ...]
    unread: tuple[str, ...] = ()


class Head(msgspec.Struct, frozen=True):
    """The fields by which a document tells its format."""

    context: object = msgspec.field(default=None, name="@context")
    bom_format: object = msgspec.field(default=None, name="bomFormat")
    document: msgspec.Raw = msgspec.Raw()
    predicate_type: object = msgspec.field(default=None, name="predicateType")


class Format(msgspec.Struct, frozen=True):
    """A document format: whether a head is one of its own, and how it is read. ``read`` raises ``ValueError`` for what
    is no document of it."""

    name: str
    is_head: Callable[[Head], bool]
    read: Callable[[bytes], Document]


def digest_of(algorithm: str, value: str) -> str:
    """A digest as we write them, from any format's spelling of the algorithm (``SHA-256``, ``sha256``)."""
    return f"{algorithm.lower().replace('-', '')}:{value.lower()}"
