"""Small programs around given sections, as the ELF, PE and Mach-O specifications lay them out."""

from __future__ import annotations

import struct
from collections.abc import Mapping

ADDRESS = 0x400000


def elf(sections: Mapping[bytes, bytes], *, bits: int = 64, order: str = "<", named: bool = True) -> bytes:
    """An ELF file whose sections lie in one writable segment at ``ADDRESS``, each aligned to 16; without ``named`` it
    has no table of sections."""
    wide = bits == 64
    head_size, program_size = (64, 56) if wide else (52, 32)
    names, table, body = b"\0", [], bytearray(-(head_size + program_size) % 16)
    start = head_size + program_size
    for name, data in sections.items():
        body += bytes(-(start + len(body)) % 16)
        offset = start + len(body)
        table.append((len(names), 1, 3, ADDRESS + offset, offset, len(data), 0, 0, 16, 0))
        names += name + b"\0"
        body += data
    end = start + len(body)
    table = [(0,) * 10, *table, (len(names), 3, 0, 0, end, len(names) + 10, 0, 0, 1, 0)]
    names += b".shstrtab\0"
    shape = order + ("IIQQQQIIQQ" if wide else "10I")
    sections_at = end + len(names) if named else 0
    head = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    head += struct.pack(order + ("HHIQQQIHHHHHH" if wide else "HHIIIIIHHHHHH"), 2, 62, 1, 0, head_size, sections_at, 0,
                        head_size, program_size, 1, struct.calcsize(shape), len(table) if named else 0,
                        len(table) - 1 if named else 0)  # fmt: skip
    if wide:
        program = struct.pack(order + "IIQQQQQQ", 1, 6, 0, ADDRESS, ADDRESS, end, end, 4096)
    else:
        program = struct.pack(order + "8I", 1, 0, ADDRESS, ADDRESS, end, end, 6, 4096)
    image = head + program + bytes(body) + names
    return image + b"".join(struct.pack(shape, *row) for row in table) if named else image


def pe(sections: Mapping[bytes, bytes], *, wide: bool = True) -> bytes:
    """A PE file; all of its sections hold initialised data that can be read and written."""
    optional = struct.pack("<H22xQ", 0x20B, ADDRESS) if wide else struct.pack("<H26xI", 0x10B, ADDRESS)
    at = 64 + 24 + len(optional) + 40 * len(sections)
    table, body = b"", bytearray()
    for name, data in sections.items():
        body += bytes(-(at + len(body)) % 16)
        offset = at + len(body)
        table += struct.pack("<8sIIII12xI", name, len(data), offset, len(data), offset, 0xC0000040)
        body += data
    head = b"MZ" + bytes(58) + struct.pack("<I", 64)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, len(sections), 0, 0, 0, len(optional), 0)
    return head + coff + optional + table + bytes(body)


def macho(sections: Mapping[bytes, bytes], *, wide: bool = True, order: str = "<") -> bytes:
    """A Mach-O file with all sections in one segment that can be read and written."""
    head_size, segment_size, section_size = (32, 72, 80) if wide else (28, 56, 68)
    size = segment_size + section_size * len(sections)
    at = head_size + size
    table, body = b"", bytearray()
    for name, data in sections.items():
        body += bytes(-(at + len(body)) % 16)
        offset = at + len(body)
        shape = order + ("16s16sQQI28x" if wide else "16s16sIII24x")
        table += struct.pack(shape, name, b"__DATA", ADDRESS + offset, len(data), offset)
        body += data
    end = at + len(body)
    shape = order + ("II16sQQQQiiII" if wide else "II16sIIIIiiII")
    command = struct.pack(shape, 25 if wide else 1, size, b"__DATA", ADDRESS, end, 0, end, 3, 3, len(sections), 0)
    head = struct.pack(order + "7I", 0xFEEDFACF if wide else 0xFEEDFACE, 0, 0, 2, 1, size, 0) + bytes(head_size - 28)
    return head + command + table + bytes(body)
