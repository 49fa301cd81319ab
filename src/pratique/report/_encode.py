"""Documents in, the text of their JSON out: indented by two, and with nothing in it that a terminal or a log obeys."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from pratique.report._document import Part
from pratique.report._text import escape

_ENCODER = msgspec.json.Encoder()
# Valid in JSON as they stand, but a terminal, an editor or a build's log obeys them: DEL, C1, what turns the direction
# of text, and what begins a command (``##vso[``).
_OBEYED = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|#(?=#\w*\[)")
_PLAIN = bytes(range(0x7F))  # to look at the few other bytes alone takes a tenth of the time
_LONE = re.compile("[\ud800-\udfff]")


def encode(documents: Sequence[Part]) -> str:
    """One document, or a list of several."""
    encoded = _encode(documents[0] if len(documents) == 1 else documents)
    text = encoded.decode()
    if b"##" in encoded or _OBEYED.search(encoded.translate(None, _PLAIN).decode()):
        return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text


def _encode(documents: Part | Sequence[Part]) -> bytes:
    """UTF-8, indented by two. Names of files that are no UTF-8 hold lone surrogates (PEP 383), which JSON in
    UTF-8 cannot carry: their bytes then show as ``\\xff``."""
    try:
        encoded = _ENCODER.encode(documents)
    except UnicodeEncodeError:
        encoded = _ENCODER.encode(_carried(msgspec.to_builtins(documents)))
    return msgspec.json.format(encoded, indent=2) + b"\n"


def written(text: str) -> str:
    """The text with each lone surrogate written out."""
    return _LONE.sub(lambda found: escape(found[0]), text)


def _carried(value: object) -> object:
    """The same with each lone surrogate written out."""
    match value:
        case str():
            return written(value)
        case list() | tuple():
            return [_carried(item) for item in value]
        case dict():
            return {written(key): _carried(item) for key, item in value.items()}
        case _:
            return value
