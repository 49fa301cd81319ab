"""The first bytes of a file in; whether it is an ELF, PE or Mach-O file, and of which kind, out.

ELF: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html; PE:
https://learn.microsoft.com/en-us/windows/win32/debug/pe-format; Mach-O: Apple's ``mach-o/loader.h`` and ``fat.h``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pratique.plugins import Format

_FAT = b"\xca\xfe\xba\xbe"  # Mach-O for several architectures; Java classes too, but their version is 45 at least
_JAVA = 45
_ELF, _PE = b"\x7fELF", b"MZ"
_MACH_O = frozenset((b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", _FAT))
_RELOCATABLE = (b"\1\0", b"\0\1")  # ET_REL, by the order of the bytes

FIRST = frozenset(magic[0] for magic in (*_MACH_O, _ELF, _PE))
"""The bytes that such a file can begin with."""
ENOUGH = 18
"""Bytes at a file's beginning that tell its kind."""


def format_of(start: bytes) -> Format | None:
    """What the file is that begins with ``start``, of at least ``ENOUGH`` bytes where it has so many."""
    magic = start[:4]
    if magic == _ELF:
        return "elf-object" if start[16:18] == _RELOCATABLE[start[5:6] == b"\2"] else "elf"
    if magic[:2] == _PE:
        return "pe"
    if magic in _MACH_O and (magic != _FAT or int.from_bytes(start[4:8], "big") < _JAVA):
        return "mach-o"
    return None
