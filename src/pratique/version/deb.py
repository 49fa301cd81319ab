"""A Debian version in, its key out: deb-version(7), https://manpages.debian.org/deb-version.

(epoch, upstream, revision), the last two as characters and numbers in turn. Of the characters ``~`` sorts before the
end of a part, letters after that, all others last; numbers compare as numbers, and a missing one is 0. So a missing
revision equals the revision 0.
"""

from __future__ import annotations

import re

from pratique import plugins

# The manual's alphabet; a version begins with a digit, as it says it should: a word ("unknown") would sort somewhere.
_VERSION = re.compile(r"(?:(\d+):)?(\d[A-Za-z0-9.+~:-]*?)(?:-([A-Za-z0-9.+~]+))?", re.ASCII)
_PARTS = re.compile(rb"([^0-9]*)([0-9]*)")
_GREATEST_EPOCH = 2**31 - 1  # dpkg keeps it in an int

_TILDE, _END, _LETTER, _OTHER = 0, 1, 2, 64
_ORDER = bytes(
    _TILDE if chr(byte) == "~" else byte - 0x41 + _LETTER if chr(byte).isalpha() else (byte + _OTHER) & 0xFF
    for byte in range(128)
) + bytes(128)


def parse(text: str) -> plugins.Key:
    """The order of ``dpkg --compare-versions``."""
    match = _VERSION.fullmatch(text)
    if match is None:
        raise ValueError
    epoch, upstream, revision = match.groups()
    if revision is None and "-" in upstream:
        raise ValueError("the revision is empty or holds a colon")
    if epoch is None and ":" in upstream:
        raise ValueError("the epoch is no number")
    if epoch is not None and int(epoch) > _GREATEST_EPOCH:
        raise ValueError("the epoch is too large")
    key = [int(epoch or 0)]
    _extend(key, upstream.encode())
    _extend(key, (revision or "0").encode())
    return tuple(key)


def _extend(key: list[int], part: bytes) -> None:
    for characters, digits in _PARTS.findall(part):
        if characters:
            key += characters.translate(_ORDER)
        key.append(_END)
        key.append(int(digits or 0))


SCHEME = plugins.Scheme(names=("deb", "Debian", "Ubuntu"), parse=parse)
