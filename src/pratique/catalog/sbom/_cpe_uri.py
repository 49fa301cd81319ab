"""A CPE name as a document has it in, its formatted string out: CPE 2.2 wrote URIs, ``cpe:/a:apache:log4j:1.2.17``.

https://csrc.nist.gov/pubs/ir/7695/final, 6.1.3 (unbinding a URI) and 6.2.2 (binding a formatted string).
"""

from __future__ import annotations

import re
from urllib.parse import unquote

_PREFIX = "cpe:/"
_PARTS = 7  # part, vendor, product, version, update, edition, language
_PACKED = 5  # of the edition: edition, software, its target, the hardware, other
_SPECIAL = re.compile(r"\W", re.ASCII)


def formatted(text: str) -> str:
    """The formatted string; a text that is no URI stays as it is."""
    if not text.startswith(_PREFIX):
        return text
    parts = text.removeprefix(_PREFIX).split(":")
    if len(parts) > _PARTS:
        return text
    *parts, edition, language = parts + [""] * (_PARTS - len(parts))
    packed = edition[1:].split("~") if edition.startswith("~") else [edition]
    edition, software, target, hardware, other = (packed + [""] * _PACKED)[:_PACKED]
    names = (*parts, edition, language, software, target, hardware, other)
    return ":".join(("cpe:2.3", *map(_quoted, names)))


def _quoted(value: str) -> str:
    """An attribute: nothing is any, a hyphen none, ``%01`` and ``%02`` are wild."""
    if value in ("", "-"):
        return value or "*"
    plain = unquote(value.replace("%01", "\1").replace("%02", "\2"), errors="replace").lower()
    return _SPECIAL.sub(lambda one: {"\1": "?", "\2": "*", ".": ".", "-": "-"}.get(one[0], f"\\{one[0]}"), plain)
