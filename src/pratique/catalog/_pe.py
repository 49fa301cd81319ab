"""A PE file's first 64 bytes in, its sections out: https://learn.microsoft.com/en-us/windows/win32/debug/pe-format"""

from __future__ import annotations

import struct
from typing import BinaryIO

from pratique.catalog._regions import Region, clipped

_DATA, _READ, _WRITE = 0x40, 0x40000000, 0x80000000  # characteristics of sections
_DIRECTORIES = 16
_ALIGNMENT = 0x00F00000  # bits of the characteristics that only object files use


class Pe:
    """A PE32 or PE32+ file; one without a PE header (a plain DOS program) has no sections."""

    def __init__(self, stream: BinaryIO, size: int, head: bytes) -> None:
        self._sections: list[tuple[bytes, Region, int]] = []
        self._directories: list[tuple[int, int]] = []  # address and size of what the loader must find
        self._base = 0
        self.named = False  # Go's build information has no section of its own here
        (start,) = struct.unpack_from("<I", head, 60)
        stream.seek(start)
        header = stream.read(24)
        if not header.startswith(b"PE\0\0"):
            return
        count, optional_size = struct.unpack_from("<H12xH", header, 6)
        optional = stream.read(optional_size)
        if optional.startswith(b"\x0b\x02"):
            (base,) = struct.unpack_from("<Q", optional, 24)
            at = 108
        else:
            (base,) = struct.unpack_from("<I", optional, 28)
            at = 92
        self._base = base
        if len(optional) >= at + 4:
            (listed,) = struct.unpack_from("<I", optional, at)
            self._directories = list(struct.iter_unpack("<II", optional[at + 4 :][: 8 * min(listed, _DIRECTORIES)]))
        table = stream.read(40 * count)
        for position in range(0, len(table) - 39, 40):
            name, _, address, length, offset, flags = struct.unpack_from("<8sIIII12xI", table, position)
            if address and length:
                self._sections.append((name.rstrip(b"\0"), clipped(base + address, offset, length, size), flags))

    def mentions(self, name: bytes) -> bool:
        """Whether a section has that name."""
        return self.section(name) is not None

    def section(self, name: bytes) -> Region | None:
        """The section of that name, of at most eight bytes."""
        return next((region for found, region, _ in self._sections if found == name), None)

    def directory(self, index: int) -> Region | None:
        """A data directory (the format's "Optional Header Data Directories"), as far as the file holds it."""
        if index >= len(self._directories):
            return None
        address, size = self._directories[index]
        return self.at(address, size) if address and size else None

    def at(self, address: int, size: int) -> Region | None:
        """The bytes at an address relative to the image's beginning, as many as their section has in the file."""
        start = self._base + address
        for _, region, _ in self._sections:
            if 0 <= start - region.address < region.size:
                skipped = start - region.address
                return Region(start, region.offset + skipped, min(size, region.size - skipped))
        return None

    def segments(self) -> list[Region]:
        """A PE file maps its sections."""
        return [region for _, region, _ in self._sections]

    def data(self) -> list[Region]:
        """The sections of initialised data that can be read and written."""
        wanted = _DATA | _READ | _WRITE
        return [region for _, region, flags in self._sections if flags & ~_ALIGNMENT == wanted]
