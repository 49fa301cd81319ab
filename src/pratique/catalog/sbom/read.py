"""The bytes of an SBOM in, what it states out: the format is told by the content, envelopes are opened.

in-toto statements (https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md) bare, as BuildKit stores
them, in a DSSE envelope (https://github.com/secure-systems-lab/dsse/blob/master/envelope.md) as Cosign does, and in a
Sigstore bundle. Signatures are not checked here.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from importlib import import_module
from typing import TypeVar

import msgspec

from pratique.catalog.sbom._shape import Document, Source
from pratique.errors import UNDECODABLE, LimitExceeded, Unreadable
from pratique.limits import Limits

_Decoded = TypeVar("_Decoded")
_WRAPPINGS = 4
_KNOWN = "CycloneDX, SPDX, GitHub's dependency snapshot, and the JSON of Syft and Pratique are read"


class _Head(msgspec.Struct, frozen=True, rename="camel"):
    """The keys by which a document tells what it is."""

    bom_format: object = None
    spdx_version: object = None
    context: object = msgspec.field(default=None, name="@context")
    schema: msgspec.Raw = msgspec.Raw()
    artifacts: msgspec.Raw = msgspec.Raw()
    manifests: msgspec.Raw = msgspec.Raw()
    payload: object = None
    predicate: msgspec.Raw = msgspec.Raw()
    dsse_envelope: msgspec.Raw = msgspec.Raw()
    sbom: msgspec.Raw = msgspec.Raw()
    data: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw, name="Data")


_HEAD = msgspec.json.Decoder(_Head)
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


def read(data: bytes, where: str, limits: Limits) -> tuple[Document, ...]:
    """The documents: one, or those of a list. Raises ``Unreadable`` for what is no SBOM that we know, and
    ``LimitExceeded``."""
    if len(data) > limits.sbom:
        raise LimitExceeded(f"{where!r} is larger than limits.sbom = {limits.sbom} bytes")
    data = _utf8(data, where).strip()
    if data.startswith(b"["):
        several = _decoded(_LIST.decode, data, where)
        if len(several) > limits.index_manifests:
            raise LimitExceeded(f"{where!r} lists more documents than {limits.index_manifests}")
        return tuple(_one(bytes(each), where, limits) for each in several)
    return (_one(data, where, limits),)


def _one(data: bytes, where: str, limits: Limits) -> Document:
    for _ in range(_WRAPPINGS):
        source = Source(data, where, limits)
        if data.startswith(b"<"):
            return _read("cyclonedx_xml", source)
        if not data.startswith(b"{"):
            return _read("spdx_tag_value", source)
        head = _head(data, where)
        module = _format(head)
        if module:
            return _read(module, source)
        data = _unwrapped(head, where).strip()
    raise LimitExceeded(f"{where!r} is wrapped more than {_WRAPPINGS} times")


def _read(module: str, source: Source) -> Document:
    """By the reader of that module, which only its documents import."""
    reader: Callable[[Source], Document] = import_module(f"pratique.catalog.sbom.{module}").read
    return reader(source)


def _head(data: bytes, where: str) -> _Head:
    """The keys of the document, or of the first of lines that are a document each."""
    try:
        return _HEAD.decode(data)
    except UNDECODABLE:
        line, _, rest = data.partition(b"\n")
        if not rest:
            return _decoded(_HEAD.decode, data, where)
        try:
            found = _HEAD.decode(line)
        except UNDECODABLE:
            return _decoded(_HEAD.decode, data, where)
        if found.payload is None:
            raise Unreadable(f"{where!r} holds several documents, a line each", hint="give them one by one") from None
        return found
    except (UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"{where!r} is no SBOM that we know: {error}", hint=_KNOWN) from error


def _format(head: _Head) -> str:
    """The module that reads it; "" for a wrapping."""
    if head.bom_format == "CycloneDX":
        return "cyclonedx"
    if isinstance(head.spdx_version, str):
        return "spdx"
    if head.context is not None and "spdx" in str(head.context)[:1000]:
        return "spdx_3"
    if bytes(head.schema).startswith(b'"urn:pratique:'):
        return "own"
    if head.artifacts:
        return "syft"
    return "github" if head.manifests else ""


def _unwrapped(head: _Head, where: str) -> bytes:
    """What is within the envelope, the bundle, the statement, or GitHub's answer. Raises ``Unreadable``."""
    if isinstance(head.payload, str):
        try:
            return base64.b64decode(head.payload, validate=False)
        except binascii.Error as error:
            raise Unreadable(f"the payload of {where!r} is no base64: {error}") from error
    inner = head.dsse_envelope or head.predicate or head.sbom or head.data
    if not inner:
        raise Unreadable(f"{where!r} is no SBOM that we know", hint=_KNOWN)
    data = bytes(inner)
    return _decoded(msgspec.json.Decoder(str).decode, data, where).encode() if data.startswith(b'"') else data


def _utf8(data: bytes, where: str) -> bytes:
    """The bytes in UTF-8 without a mark: shells of Windows write UTF-16."""
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:]
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data
    try:
        return data.decode("utf-16").encode()
    except UnicodeError as error:
        raise Unreadable(f"{where!r} is no UTF-16: {error}") from error


def _decoded(decode: Callable[[bytes], _Decoded], data: bytes, where: str) -> _Decoded:
    try:
        return decode(data)
    except UNDECODABLE as error:
        raise Unreadable(f"{where!r} is no SBOM that we know: {error}", hint=_KNOWN) from error
