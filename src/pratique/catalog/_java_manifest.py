"""The text of a manifest or of a pom.properties in, its values out.

https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html (JAR file specification, "JAR Manifest") and
https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html (``load``).
"""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\(.)", re.DOTALL)
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_PROPERTY = re.compile(r"[ \t\f]*((?:\\.|[^\\ \t\f=:])+)[ \t\f]*[=:]?[ \t\f]*(.*)", re.DOTALL)


class Attributes:
    """A manifest's main attributes; names compare without case, an absent one is ""."""

    def __init__(self, data: bytes) -> None:
        self._values: dict[str, str] = {}
        text = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        main = text.lstrip(b"\n").partition(b"\n\n")[0]  # an empty line ends the main section
        for line in main.replace(b"\n ", b"").split(b"\n"):  # a line longer than 72 bytes goes on after a blank
            name, colon, value = line.partition(b":")
            if colon:
                self._values.setdefault(_decode(name).strip().lower(), _decode(value).strip())

    def __getitem__(self, name: str) -> str:
        return self._values.get(name.lower(), "")


def properties(data: bytes) -> dict[str, str]:
    """The keys and values of a properties file (ISO 8859-1 with escapes); a line that goes on is not looked for, no
    coordinate is that long."""
    found = {}
    for line in data.decode("latin-1").splitlines():
        if line.lstrip()[:1] in ("", "#", "!"):
            continue
        pair = _PROPERTY.match(line)
        if pair:
            found[_unescape(pair[1])] = _unescape(pair[2]).strip()
    return found


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda one: chr(int(one[1], 16)) if one[1] else _ESCAPED.get(one[2], one[2]), text)


def _decode(data: bytes) -> str:
    return data.decode("utf-8", "replace")
