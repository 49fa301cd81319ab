"""A small tar or ar archive in memory in, its files' names and bytes out: POSIX ustar
(https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html), https://manpages.debian.org/deb (ar)."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT

_BLOCK = 512
_FILES = frozenset((b"0", b"\0"))
AR = b"!<arch>\n"


def tar_files(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Regular files, as far as the data reach: names without "./" at their beginning, longer ones than a header holds
    cut short. Raises ``Unreadable`` for what is no tar, ``LimitExceeded`` for too many entries."""
    at = count = 0
    while at + _BLOCK <= len(data):
        header = data[at : at + _BLOCK]
        if not header.strip(b"\0"):
            return
        count += 1
        if count > DEFAULT.nested_entries:
            raise LimitExceeded(f"more entries than limits.nested_entries = {DEFAULT.nested_entries}")
        size = _number(header[124:136], 8)
        at += _BLOCK
        if header[156:157] in _FILES and at + size <= len(data):
            name = header[:100].partition(b"\0")[0].decode("utf-8", "replace")
            yield name.removeprefix("./"), data[at : at + size]
        at += size + -size % _BLOCK


def ar_members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The members. Raises ``Unreadable`` for what is no ar archive or is cut short."""
    if not data.startswith(AR):
        raise Unreadable(f"no ar archive: it begins with {data[:8]!r}")
    at = len(AR)
    while at < len(data):
        header = data[at : at + 60]
        if header[58:] != b"`\n":
            raise Unreadable("a header of the ar archive is damaged")
        size = _number(header[48:58], 10)
        at += 60
        if at + size > len(data):
            raise Unreadable("the ar archive is cut short")
        yield header[:16].decode("utf-8", "replace").rstrip().rstrip("/"), data[at : at + size]
        at += size + size % 2


def _number(field: bytes, base: int) -> int:
    text = field.strip(b" \0")
    if not text.isdigit():
        raise Unreadable(f"a size in an archive is no number: {field!r}")
    try:
        return int(text, base)
    except ValueError:
        raise Unreadable(f"a size in an archive is no number: {field!r}") from None
