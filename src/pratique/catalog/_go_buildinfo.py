"""A program in, the Go version and the list of modules that the Go linker left in it out:
https://pkg.go.dev/debug/buildinfo, https://go.dev/src/debug/buildinfo/buildinfo.go (layout of the header).

A header of 32 bytes, aligned to 16: the magic, the size of a pointer, flags. Since Go 1.18 two strings follow it, each
after its length as a varint; before, two pointers to Go strings (pointer, length) end it.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

import msgspec

from pratique.catalog._executable import Executable, read_at
from pratique.catalog._regions import Region
from pratique.errors import Unreadable
from pratique.limits import DEFAULT, MIB

_MAGIC = b"\xff Go buildinf:"
_ALIGN, _HEADER = 16, 32
_BIG_ENDIAN, _INLINE = 1, 2  # flags
_CHUNK = MIB


class BuildInfo(msgspec.Struct, frozen=True):
    """``version`` as runtime.Version() tells it ("go1.22.3"), ``modules`` as `go version -m` prints them."""

    version: str
    modules: str


def find_build_info(stream: BinaryIO, program: Executable) -> BuildInfo | None:
    """``None`` for a program without one. Raises ``Unreadable`` where it is damaged."""
    region = program.section(b".go.buildinfo") or program.section(b"__go_buildinfo")
    regions = [region] if region is not None else []
    if not regions:
        # it lies near the begin of the data in PE files, and where sections have been stripped or renamed
        if program.named and not is_go(program):
            return None
        regions = program.data()
    at = next((at for region in regions if (at := _search(stream, region)) is not None), None)
    if at is None:
        return None
    stream.seek(at)
    header = stream.read(_HEADER)
    if len(header) < _HEADER:
        raise Unreadable("Go's build information is cut short")
    if header[15] & _INLINE:
        version, modules = _string(stream), _string(stream)
    else:
        version, modules = _pointed(stream, program, header)
    # the list stands between two marks of 16 bytes
    framed = len(modules) >= 33 and modules[-17:-16] == b"\n"
    text = modules[16:-16].decode("utf-8", "replace") if framed else ""
    return BuildInfo(version.decode("utf-8", "replace"), text)


def is_go(program: Executable) -> bool:
    """Whether a program has the table of functions that Go's runtime needs, as far as names of sections tell."""
    return program.mentions(b".gopclntab") or program.mentions(b"__gopclntab")


def _search(stream: BinaryIO, region: Region) -> int | None:
    """Where in the file the header begins."""
    stream.seek(region.offset)
    tail, position = b"", 0
    while position < region.size:
        chunk = stream.read(min(_CHUNK, region.size - position))
        if not chunk:
            break
        data = tail + chunk
        start = position - len(tail)
        found = data.find(_MAGIC)
        while found >= 0:
            if (region.address + start + found) % _ALIGN == 0:
                return region.offset + start + found
            found = data.find(_MAGIC, found + 1)
        tail = data[1 - len(_MAGIC) :]
        position += len(chunk)
    return None


def _string(stream: BinaryIO) -> bytes:
    """A varint (seven bits a byte, lowest first) and as many bytes."""
    length = 0
    for shift in range(0, 70, 7):
        byte = stream.read(1)
        if not byte:
            break
        length |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            text = stream.read(length) if length <= DEFAULT.module_list else b""
            if len(text) == length:
                return text
            break
    raise Unreadable("a string of Go's build information is cut short or too long")


def _pointed(stream: BinaryIO, program: Executable, header: bytes) -> tuple[bytes, bytes]:
    width = header[14]
    if width not in (4, 8):
        raise Unreadable(f"Go's build information has pointers of {width} bytes")
    pair = struct.Struct((">" if header[15] & _BIG_ENDIAN else "<") + ("2I" if width == 4 else "2Q"))
    segments = program.segments()

    def string(pointer: int) -> bytes:
        if not pointer:
            return b""
        address, length = pair.unpack(read_at(stream, segments, pointer, pair.size))
        if length > DEFAULT.module_list:
            raise Unreadable(f"Go's build information has a string of {length} bytes")
        return read_at(stream, segments, address, length)

    version, modules = pair.unpack_from(header, 16)
    return string(version), string(modules)
