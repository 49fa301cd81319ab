"""An ELF file's first 64 bytes in, its sections and segments out: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html

An image holds thousands of these and few are wanted, so nothing is read but what a question needs: the names of all
sections are one string, and a section that is not named there is not there.
"""

from __future__ import annotations

import struct
from functools import cached_property
from typing import BinaryIO

from pratique.catalog._regions import Region, clipped, read_range
from pratique.errors import Unreadable

_SHT_NOBITS, _SHN_XINDEX = 8, 0xFFFF
_PT_LOAD, _PF_W = 1, 2
_MOST_NAMES = 1 << 20  # bytes
_MOST_SECTIONS = 1 << 17


class Elf:
    """An ELF file of either class and byte order."""

    def __init__(self, stream: BinaryIO, size: int, head: bytes) -> None:
        self._stream, self._size = stream, size
        order = ">" if head[5:6] == b"\2" else "<"
        self._wide = head[4:5] == b"\2"
        # offsets of program and section headers; then sizes and numbers of both, and the section that holds the names
        tables, numbers = ("QQ", "HHHHH") if self._wide else ("II", "HHHHH")
        self._segments_at, self._sections_at = struct.unpack_from(order + tables, head, 32 if self._wide else 28)
        fields = struct.unpack_from(order + numbers, head, 54 if self._wide else 42)
        self._segment_size, self._segment_count, self._section_size, self._section_count, names = fields
        self._section = struct.Struct(order + ("IIQQQQIIQQ" if self._wide else "10I"))
        self._segment = struct.Struct(order + ("IIQQQQQQ" if self._wide else "8I"))
        self._names = b""
        if self._sections_at and self._section_size == self._section.size:
            self._names = self._read_names(names)
        self.named = bool(self._names)

    def _read_names(self, index: int) -> bytes:
        if not self._section_count or index == _SHN_XINDEX:  # more than fit: the first header holds the numbers
            first = self._header(0)
            self._section_count = min(self._section_count or first[5], _MOST_SECTIONS)
            index = first[6] if index == _SHN_XINDEX else index
        if not 0 < index < self._section_count:
            return b""
        _, kind, _, _, offset, length, *_ = self._header(index)
        if kind == _SHT_NOBITS or length > _MOST_NAMES or offset + length > self._size:
            return b""
        return read_range(self._stream, self._size, offset, length)

    def _header(self, index: int) -> tuple[int, ...]:
        at = self._sections_at + index * self._section_size
        return self._section.unpack(read_range(self._stream, self._size, at, self._section_size))

    def mentions(self, name: bytes) -> bool:
        """Whether a section may have that name."""
        return name in self._names

    def section(self, name: bytes) -> Region | None:
        """The section of that name, where it has bytes in the file. Raises ``Unreadable``."""
        if name not in self._names:
            return None
        for at, kind, _, address, offset, size, *_ in self._sections:
            if self._names.startswith(name + b"\0", at) and kind != _SHT_NOBITS:
                if offset + size > self._size:
                    raise Unreadable(f"section {name.decode('ascii')!r} lies outside the program's file")
                return Region(address, offset, size)
        return None

    @cached_property
    def _sections(self) -> list[tuple[int, ...]]:
        length = self._section_size * self._section_count
        table = read_range(self._stream, self._size, self._sections_at, length)
        if len(table) < length:
            raise Unreadable("the program's sections lie outside its file")
        return list(self._section.iter_unpack(table))

    def segments(self) -> list[Region]:
        """The PT_LOAD segments, as far as the file holds them."""
        return [region for region, _ in self._loads()]

    def data(self) -> list[Region]:
        """The PT_LOAD segments that can be written: two, where the first is made read-only after relocation."""
        return [region for region, flags in self._loads() if flags & _PF_W]

    def _loads(self) -> list[tuple[Region, int]]:
        if self._segment_size != self._segment.size:
            return []
        length = self._segment_size * self._segment_count
        table = read_range(self._stream, self._size, self._segments_at, length)
        if len(table) < length:
            raise Unreadable("the program's segments lie outside its file")
        found = []
        for fields in self._segment.iter_unpack(table):
            if self._wide:
                kind, flags, offset, address, _, size, _, _ = fields
            else:
                kind, offset, address, _, size, _, flags, _ = fields
            if kind == _PT_LOAD:
                found.append((clipped(address, offset, size, self._size), flags))
        return found
