"""A text in, its stanzas out: what blank lines part, as dpkg's and apk's databases are written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.errors import LimitExceeded
from pratique.limits import DEFAULT

_BLANK = re.compile(r"\n+")


def stanzas(text: str) -> Iterator[str]:
    """One at a time. A line of spaces does not part stanzas: dpkg reads it as part of the field above. Raises
    ``LimitExceeded`` at one longer than ``limits.stanza``."""
    start = 0
    while start < len(text):
        end = text.find("\n\n", start)
        end = end if end >= 0 else len(text)
        if end - start > DEFAULT.stanza:
            raise LimitExceeded(f"a stanza of {end - start} characters; limits.stanza is {DEFAULT.stanza}")
        if end > start:
            yield text[start:end]
        blank = _BLANK.match(text, end)
        start = blank.end() if blank else len(text)
