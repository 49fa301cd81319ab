"""A .NET program (a PE file) in, the name and version of its assembly out.

ECMA-335 (https://ecma-international.org/publications-and-standards/standards/ecma-335/), partition II: 25.3.3 CLI
header, 24.2 file headers of the metadata, 24.2.6 the ``#~`` stream, 22 the tables. A table's rows are as long as its
columns, and those depend on the numbers of rows of others: so the columns of all tables before Assembly are told here.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

import msgspec

from pratique.catalog._pe import Pe

_CLI_HEADER = 14  # the data directory
_MOST = 64 << 20  # bytes of metadata
_MOST_NAME = 512
_ASSEMBLY = 0x20
_TABLES = 64
_STRING, _GUID, _BLOB = "S", "G", "B"
# coded indexes (II.24.2.6): the bits that tell the table, and the tables
_CODED: dict[str, tuple[int, tuple[int, ...]]] = {
    "TypeDefOrRef": (2, (0x02, 0x01, 0x1B)),
    "HasConstant": (2, (0x04, 0x08, 0x17)),
    "HasCustomAttribute": (
        5,
        (6, 4, 1, 2, 8, 9, 0xA, 0, 0xE, 0x17, 0x14, 0x11, 0x1A, 0x1B, 0x20, 0x23, 0x26, 0x27, 0x28, 0x2A, 0x2C, 0x2B),
    ),
    "HasFieldMarshal": (1, (0x04, 0x08)),
    "HasDeclSecurity": (2, (0x02, 0x06, 0x20)),
    "MemberRefParent": (3, (0x02, 0x01, 0x1A, 0x06, 0x1B)),
    "HasSemantics": (1, (0x14, 0x17)),
    "MethodDefOrRef": (1, (0x06, 0x0A)),
    "MemberForwarded": (1, (0x04, 0x06)),
    "CustomAttributeType": (3, (0x06, 0x0A)),
    "ResolutionScope": (2, (0x00, 0x1A, 0x23, 0x01)),
}
# the columns of tables 0x00 to 0x1F: bytes of a constant, a heap, a coded index, or ("", table) for an index
_Column = int | str | tuple[str, int]
_COLUMNS: tuple[tuple[_Column, ...], ...] = (
    (2, _STRING, _GUID, _GUID, _GUID),
    ("ResolutionScope", _STRING, _STRING),
    (4, _STRING, _STRING, "TypeDefOrRef", ("", 0x04), ("", 0x06)),
    (("", 0x04),),
    (2, _STRING, _BLOB),
    (("", 0x06),),
    (8, _STRING, _BLOB, ("", 0x08)),
    (("", 0x08),),
    (4, _STRING),
    (("", 0x02), "TypeDefOrRef"),
    ("MemberRefParent", _STRING, _BLOB),
    (2, "HasConstant", _BLOB),
    ("HasCustomAttribute", "CustomAttributeType", _BLOB),
    ("HasFieldMarshal", _BLOB),
    (2, "HasDeclSecurity", _BLOB),
    (6, ("", 0x02)),
    (4, ("", 0x04)),
    (_BLOB,),
    (("", 0x02), ("", 0x14)),
    (("", 0x14),),
    (2, _STRING, "TypeDefOrRef"),
    (("", 0x02), ("", 0x17)),
    (("", 0x17),),
    (2, _STRING, _BLOB),
    (2, ("", 0x06), "HasSemantics"),
    (("", 0x02), "MethodDefOrRef", "MethodDefOrRef"),
    (_STRING,),
    (_BLOB,),
    (2, "MemberForwarded", _STRING, ("", 0x1A)),
    (4, ("", 0x04)),
    (8,),
    (4,),
)


class Assembly(msgspec.Struct, frozen=True):
    """``version`` has four parts."""

    name: str
    version: str


def read_assembly(stream: BinaryIO, program: Pe) -> Assembly | None:
    """None for a program that is no assembly. Raises ``struct.error`` where its tables are cut short."""
    header = program.directory(_CLI_HEADER)
    if header is None or header.size < 16:
        return None
    stream.seek(header.offset)
    address, size = struct.unpack_from("<8xII", stream.read(16))
    region = program.at(address, size)
    if region is None:
        return None
    stream.seek(region.offset)
    return _assembly(stream.read(min(region.size, _MOST)))


def _assembly(data: bytes) -> Assembly | None:
    streams = _streams(data)
    tables, strings = streams.get(b"#~", b""), streams.get(b"#Strings", b"")
    if not tables:
        return None
    heaps, valid = struct.unpack_from("<6xBxQ", tables)
    rows, at = [0] * _TABLES, 24
    for table in range(_TABLES):
        if valid >> table & 1:
            (rows[table],) = struct.unpack_from("<I", tables, at)
            at += 4
    if not rows[_ASSEMBLY]:  # a module of an assembly that is another file
        return None
    if heaps & 0x40:  # four more bytes, which the specification does not know and edit-and-continue writes
        at += 4
    for table, columns in enumerate(_COLUMNS):
        at += rows[table] * sum(_width(column, heaps, rows) for column in columns)
    wide, blob = heaps & 1, 4 if heaps & 4 else 2
    version = struct.unpack_from("<4x4H", tables, at)
    (name,) = struct.unpack_from("<I" if wide else "<H", tables, at + 16 + blob)
    text = strings[name : name + _MOST_NAME].partition(b"\0")[0].decode("utf-8", "replace")
    return Assembly(text, ".".join(map(str, version)))


def _streams(data: bytes) -> dict[bytes, bytes]:
    if data[:4] != b"BSJB":
        return {}
    (length,) = struct.unpack_from("<I", data, 12)
    at = 16 + length
    (count,) = struct.unpack_from("<2xH", data, at)
    at += 4
    found = dict[bytes, bytes]()
    for _ in range(min(count, 16)):
        offset, size = struct.unpack_from("<II", data, at)
        name = data[at + 8 : at + 40].partition(b"\0")[0]
        at += 8 + len(name) + 4 - len(name) % 4
        found.setdefault(name, data[offset : offset + size])
    return found


def _width(column: _Column, heaps: int, rows: list[int]) -> int:
    """Bytes of one column."""
    if isinstance(column, int):
        return column
    if isinstance(column, tuple):
        return 4 if rows[column[1]] > 0xFFFF else 2
    if column in (_STRING, _GUID, _BLOB):
        return 4 if heaps >> (_STRING, _GUID, _BLOB).index(column) & 1 else 2
    bits, tables = _CODED[column]
    return 4 if max(rows[table] for table in tables) > 0xFFFF >> bits else 2
