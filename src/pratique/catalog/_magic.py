"""The first bytes of a file in; whether it is an ELF, PE or Mach-O file, out.

ELF: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html; PE:
https://learn.microsoft.com/en-us/windows/win32/debug/pe-format; Mach-O: Apple's ``mach-o/loader.h`` and ``fat.h``.
"""

from __future__ import annotations

_FAT = b"\xca\xfe\xba\xbe"  # Mach-O for several architectures; Java classes too, but their version is 45 at least
_JAVA = 45
_PE = b"MZ"
_MAGICS = frozenset(
    (b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", _FAT)
)
FIRST = frozenset(magic[0] for magic in (*_MAGICS, _PE))
"""The bytes that such a file can begin with."""


def is_executable(start: bytes) -> bool:
    """Whether a file of which these are the first eight bytes is one."""
    magic = start[:4]
    return magic[:2] == _PE or (magic in _MAGICS and (magic != _FAT or int.from_bytes(start[4:8], "big") < _JAVA))
