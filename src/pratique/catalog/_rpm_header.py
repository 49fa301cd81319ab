"""An rpm header, as a database stores it, in; the tags that we want out:
https://rpm-software-management.github.io/rpm/manual/format_header.html and format_v4.html#Header.

Two big-endian counts (index entries, bytes of data), the index (tag, type, offset, count), the data.
"""

from __future__ import annotations

import struct

from pratique.errors import Unreadable
from pratique.limits import DEFAULT

NAME, VERSION, RELEASE, EPOCH, VENDOR, LICENSE, ARCH = 1000, 1001, 1002, 1003, 1011, 1014, 1022
PROVIDENAME, REQUIRENAME = 1047, 1049
OLDFILENAMES, SOURCERPM, DIRINDEXES, BASENAMES, DIRNAMES, MODULARITYLABEL = 1027, 1044, 1116, 1117, 1118, 5096
_WANTED = frozenset((NAME, VERSION, RELEASE, EPOCH, VENDOR, LICENSE, ARCH, PROVIDENAME, REQUIRENAME))
_WANTED |= frozenset((OLDFILENAMES, SOURCERPM, DIRINDEXES, BASENAMES, DIRNAMES, MODULARITYLABEL))

_INT32, _STRING, _STRING_ARRAY, _I18N_STRING = 4, 6, 8, 9
_MOST_ENTRIES = 0xFFFF  # rpm's own bound
_LONGEST = 0x10000  # of a single string


class Header:
    """One package's tags. Raises ``Unreadable`` where an entry lies outside the data or is of the wrong type."""

    def __init__(self, blob: bytes) -> None:
        if len(blob) < 8:
            raise Unreadable(f"an rpm header has {len(blob)} bytes")
        entries, size = struct.unpack_from(">II", blob)
        start = 8 + 16 * entries
        if not 0 < entries <= _MOST_ENTRIES or start + size > len(blob):
            raise Unreadable(f"an rpm header claims {entries} entries and {size} bytes in {len(blob)}")
        self._blob, self._start, self._end = blob, start, start + size
        self._index = {
            tag: (kind, offset, count)
            for tag, kind, offset, count in struct.iter_unpack(">IIII", blob[8:start])
            if tag in _WANTED
        }

    def text(self, tag: int) -> str:
        """A string (of an array the first), "" where the tag is absent. Raises ``Unreadable``."""
        if tag not in self._index:
            return ""
        start, _ = self._strings(tag)
        end = self._blob.find(0, start, min(start + _LONGEST, self._end))
        if end < 0:
            raise Unreadable(f"tag {tag} of an rpm header does not end")
        return self._blob[start:end].decode("utf-8", "replace")

    def texts(self, tag: int) -> list[str]:
        """An array of strings, empty where the tag is absent. Raises ``Unreadable``."""
        if tag not in self._index:
            return []
        start, count = self._strings(tag)
        if count > DEFAULT.owned_paths:
            raise Unreadable(f"tag {tag} of an rpm header has {count} strings")
        data = self._blob[start : self._end]
        pieces = data.split(b"\0", count) if count else []
        if len(pieces) != count + 1:
            raise Unreadable(f"tag {tag} of an rpm header has no {count} strings")
        # decoded at once: a header may hold thousands of names
        return data[: len(data) - len(pieces[count]) - 1].decode("utf-8", "replace").split("\0")

    def integers(self, tag: int) -> tuple[int, ...]:
        """An array of 32-bit numbers, empty where the tag is absent. Raises ``Unreadable``."""
        entry = self._index.get(tag)
        if entry is None:
            return ()
        kind, offset, count = entry
        if kind != _INT32 or self._start + offset + 4 * count > self._end:
            raise Unreadable(f"tag {tag} of an rpm header is no array of {count} numbers")
        values: tuple[int, ...] = struct.unpack_from(f">{count}I", self._blob, self._start + offset)
        return values

    def _strings(self, tag: int) -> tuple[int, int]:
        """Where they begin, and how many they are."""
        kind, offset, count = self._index[tag]
        if kind not in (_STRING, _STRING_ARRAY, _I18N_STRING):
            raise Unreadable(f"tag {tag} of an rpm header is of type {kind}, not a string")
        return self._start + offset, count
