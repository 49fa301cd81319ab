"""A text in, its stanzas out: what blank lines part, as dpkg's and apk's databases are written."""

from __future__ import annotations

from collections.abc import Iterator


def stanzas(text: str) -> Iterator[str]:
    """One at a time, for a hostile text may consist of blank lines. A line of spaces does not part stanzas: dpkg reads
    it as part of the field above."""
    start = 0
    while start < len(text):
        end = text.find("\n\n", start)
        end = end if end >= 0 else len(text)
        stanza = text[start:end].strip("\n")
        if stanza:
            yield stanza
        start = end + 2
