"""An SPDX 2.2 or 2.3 document as JSON in, what it states out (https://spdx.github.io/spdx-spec/v2.3/)."""

from __future__ import annotations

import msgspec

from pratique.catalog.sbom import _spdx
from pratique.catalog.sbom._shape import Document, Source, decoded
from pratique.errors import UNDECODABLE


class _Creation(msgspec.Struct, frozen=True):
    creators: list[str] | None = None


class _Document(msgspec.Struct, frozen=True, rename="camel"):
    spdx_version: str = ""
    creation_info: _Creation | None = None
    document_describes: list[str] | None = None
    packages: list[msgspec.Raw] | None = None
    relationships: list[_spdx.Relationship] | None = None
    annotations: list[_spdx.Annotation] | None = None
    has_extracted_licensing_infos: list[_spdx.License] | None = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_PACKAGE = msgspec.json.Decoder(_spdx.Package)


def read(source: Source) -> Document:
    """The document. Raises ``Unreadable``."""
    found = decoded(_DOCUMENT.decode, source, "SPDX document")
    packages = list[_spdx.Package]()
    unread = list[str]()
    for raw in found.packages or ():
        try:
            packages.append(_PACKAGE.decode(raw))
        except UNDECODABLE as error:
            unread.append(f"a package of it cannot be read: {error}")
    return _spdx.document(
        _spdx.Stated(
            version=found.spdx_version,
            creators=(found.creation_info.creators if found.creation_info else None) or (),
            packages=packages,
            relationships=found.relationships or (),
            annotations=found.annotations or (),
            describes=found.document_describes or (),
            licences=found.has_extracted_licensing_infos or (),
            unread=tuple(unread),
        )
    )
