"""A small tar or an ar archive in, its files' names and bytes out: POSIX ustar
(https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html), https://manpages.debian.org/deb (ar)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

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


def ar_members(stream: BinaryIO, length: int) -> Iterator[tuple[str, bytes]]:
    """The members of an archive of so many bytes, each read when it is asked for; where the stream holds the beginning
    alone, the last of them as far as it goes. Raises ``Unreadable`` for what is no ar archive or is cut short,
    ``LimitExceeded`` at a member longer than ``limits.text``."""
    start = stream.read(len(AR))
    if start != AR:
        raise Unreadable(f"no ar archive: it begins with {start!r}")
    while header := stream.read(60):
        if header[58:] != b"`\n":
            raise Unreadable("a header of the ar archive is damaged")
        size = _number(header[48:58], 10)
        if size > DEFAULT.text:
            raise LimitExceeded(f"a member of {size} bytes; limits.text is {DEFAULT.text}")
        if stream.tell() + size > length:
            raise Unreadable("the ar archive is cut short")
        data = stream.read(size)
        yield header[:16].decode("utf-8", "replace").rstrip().rstrip("/"), data
        stream.read(size % 2)


def _number(field: bytes, base: int) -> int:
    text = field.strip(b" \0")
    if not text.isdigit():
        raise Unreadable(f"a size in an archive is no number: {field!r}")
    try:
        return int(text, base)
    except ValueError:
        raise Unreadable(f"a size in an archive is no number: {field!r}") from None
