"""A Mach-O file's first 64 bytes in, its sections and segments out:
https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h"""

from __future__ import annotations

import struct
from typing import BinaryIO

from pratique.catalog._regions import Region, clipped

MAGICS = (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"\xfe\xed\xfa\xce")

_SEGMENT, _SEGMENT_64 = 0x1, 0x19
_READ_WRITE = 3  # initial protection
_MOST_COMMANDS = 1 << 20  # bytes


class MachO:
    """A thin Mach-O file, of 32 or 64 bits; sections are looked up by their own name, whatever their segment's is."""

    def __init__(self, stream: BinaryIO, size: int, head: bytes) -> None:
        self._size = size
        self._order = "<" if head[3:4] == b"\xfe" else ">"
        self._sections: dict[bytes, Region] = {}
        self._segments: list[tuple[Region, int]] = []
        self.named = True
        wide = head[0:4] in (MAGICS[0], MAGICS[2])
        count, length = struct.unpack_from(self._order + "II", head, 16)
        stream.seek(32 if wide else 28)
        commands = stream.read(min(length, _MOST_COMMANDS))
        position = 0
        for _ in range(count):
            if position + 8 > len(commands):
                break
            kind, step = struct.unpack_from(self._order + "II", commands, position)
            if step < 8:
                break
            if kind in (_SEGMENT, _SEGMENT_64):
                self._read_segment(commands[position : position + step], kind == _SEGMENT_64)
            position += step

    def _read_segment(self, command: bytes, wide: bool) -> None:
        layout = struct.Struct(self._order + ("QQQQiiI" if wide else "IIIIiiI"))
        section = struct.Struct(self._order + ("16s16xQQI" if wide else "16s16xIII"))
        address, _, offset, length, _, protection, sections = layout.unpack_from(command, 24)
        self._segments.append((clipped(address, offset, length, self._size), protection))
        start = 24 + layout.size + 4
        step = 80 if wide else 68
        for position in range(start, min(start + step * sections, len(command) - step + 1), step):
            name, address, length, offset = section.unpack_from(command, position)
            self._sections[name.rstrip(b"\0")] = clipped(address, offset, length, self._size)

    def mentions(self, name: bytes) -> bool:
        """Whether a section has that name."""
        return name in self._sections

    def section(self, name: bytes) -> Region | None:
        """The section of that name."""
        return self._sections.get(name)

    def segments(self) -> list[Region]:
        """All segments."""
        return [region for region, _ in self._segments]

    def data(self) -> list[Region]:
        """The segments that are loaded to be read and written."""
        return [region for region, protection in self._segments if protection == _READ_WRITE]
