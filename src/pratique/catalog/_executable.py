"""The first bytes of an ELF, PE or Mach-O file in, its sections and segments out, for the cataloguers of programs."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO, Protocol
from weakref import WeakKeyDictionary

from pratique.catalog import _elf, _macho, _pe
from pratique.catalog._regions import Region
from pratique.errors import Unreadable

if TYPE_CHECKING:
    from pratique.plugins import File


class Executable(Protocol):
    """A program on a stream; nothing but its tables has been read."""

    named: bool  # whether all that a compiler puts in a section of its own can be found by the section's name

    def section(self, name: bytes) -> Region | None:
        """The section of that name."""
        ...

    def mentions(self, name: bytes) -> bool:
        """Whether a section may have that name: cheaper than ``section``, which is sure."""
        ...

    def data(self) -> list[Region]:
        """The segments of data that can be written, in order."""
        ...

    def segments(self) -> list[Region]:
        """What a loader would map."""
        ...


_OPENED = WeakKeyDictionary["File", Executable]()


def read_executable(file: File) -> Executable | None:
    """The program that a file is, ``None`` for a file of another kind: its tables are read once, however many
    cataloguers ask. Raises ``Unreadable`` for one whose tables lie outside of it."""
    program = _OPENED.get(file)
    if program is None:
        program = open_executable(file.open(), file.size)
        if program is not None:
            _OPENED[file] = program
    return program


def open_executable(stream: BinaryIO, size: int) -> Executable | None:
    """``None`` for a file of another kind. Raises ``Unreadable`` for one whose tables lie outside of it."""
    stream.seek(0)
    head = stream.read(64)
    try:
        if head.startswith(b"\x7fELF"):
            return _elf.Elf(stream, size, head)
        if head.startswith(b"MZ") and len(head) == 64:
            return _pe.Pe(stream, size, head)
        if head[:4] in _macho.MAGICS:
            return _macho.MachO(stream, size, head)
    except struct.error as error:
        raise Unreadable(f"the program's tables are cut short: {error}") from None
    return None


def read(stream: BinaryIO, region: Region, most: int) -> bytes:
    """A region's bytes, at most ``most`` of them."""
    stream.seek(region.offset)
    return stream.read(min(region.size, most))


def read_at(stream: BinaryIO, segments: list[Region], address: int, length: int) -> bytes:
    """``length`` bytes at a virtual address. Raises ``Unreadable`` where the file does not hold them."""
    for segment in segments:
        start = address - segment.address
        if start >= 0 and start + length <= segment.size:
            stream.seek(segment.offset + start)
            return stream.read(length)
    raise Unreadable(f"the program has no {length} bytes at address {address:#x}")
