"""A Go program in, the names of the functions that were linked into it out: the table that the runtime keeps for stack
traces, which stripped programs have too.

The header of the table: https://go.dev/src/runtime/symtab.go (``pcHeader``); its magic numbers:
https://go.dev/src/internal/abi/symtab.go. Inlined functions stand in it as well, for traces show them.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from isal import isal_zlib

from pratique.catalog._executable import Executable, read
from pratique.catalog._regions import Region
from pratique.limits import DEFAULT

_SECTIONS = (b".gopclntab", b".data.rel.ro.gopclntab", b"__gopclntab")
_HEADER = 72  # bytes, at the most
_GO_1_16, _GO_1_18, _GO_1_20 = 0xFFFFFFFA, 0xFFFFFFF0, 0xFFFFFFF1  # before 1.16 the names are strewn over the table
_BEGUN = b"\0main.main\0"


def find_functions(stream: BinaryIO, program: Executable) -> bytes:
    """The names as the table has them (``pkg/path.(*Type).Method``), each with a zero byte behind it, compressed by
    zlib (RFC 1950). Empty where the program does not tell: linked by Go before 1.16, without its table, obfuscated."""
    for name in _SECTIONS:
        region = program.section(name)
        if region is not None:
            names = _names(stream, region)
            return bytes(isal_zlib.compress(names, 1)) if _BEGUN in names else b""
    return b""


def _names(stream: BinaryIO, table: Region) -> bytes:
    head = read(stream, table, _HEADER)
    if len(head) < _HEADER:
        return b""
    order = "<" if head[3] == 0xFF else ">"
    (magic,) = struct.unpack_from(order + "I", head)
    width = head[7]
    if width not in (4, 8) or magic not in (_GO_1_16, _GO_1_18, _GO_1_20):
        return b""
    # numbers of functions and files, since 1.18 the begin of the code; then where the parts of the table begin
    words = struct.unpack_from(order + ("5I" if width == 4 else "5Q"), head, 8)
    start, end = words[2:4] if magic == _GO_1_16 else words[3:5]
    if not start < end <= table.size or end - start > DEFAULT.go_names:
        return b""
    stream.seek(table.offset + start)
    return b"\0" + stream.read(end - start)
