"""An ELF file in, the package that its builder says it belongs to out, by the note that
https://uapi-group.org/specifications/specs/package_metadata_for_executable_files/ describes (``.note.package``: owner
``FDO``, type 0xcafe1a7e, JSON).

The name is that of the source package where the builder has set it so, as Fedora has. What a note says nobody has
checked: the package is ``stated``.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator

import msgspec

from pratique.errors import UNDECODABLE, Unreadable
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_PT_NOTE = 4
_OWNER = b"FDO\0"
_TYPE = 0xCAFE1A7E
# bytes: linkers put notes that are loaded right behind the program headers, which are a dozen of 56 bytes each
_HEAD, _NEAR = 4096, 2048
_SHORTEST = 64  # bytes of the longer file header
_KIND = re.compile(r"[a-z][a-z0-9.+-]*")  # purl-spec, "type"


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    """What we read of a note; ``os_cpe`` is a CPE 2.2 URI, ``cpe:/o:VENDOR:PRODUCT:VERSION``."""

    type: str = ""
    name: str = ""
    version: str = ""
    architecture: str = ""
    os: str = ""
    os_cpe: str = ""


_DECODER = msgspec.json.Decoder(_Metadata)


def parse(file: File) -> Iterable[Fact]:
    """One ``Package``; nothing for a program without the note, or one that names no package. Raises ``Unreadable``
    where the note makes no sense."""
    text = _note(file)
    return _package(text, file.path) if text is not None else ()


def _package(text: bytes, path: str) -> Iterator[Fact]:
    try:
        said = _DECODER.decode(text)
    except UNDECODABLE as error:
        raise Unreadable(f"the package that {path!r} says it belongs to cannot be read: {error}") from None
    if said.name and said.version and _KIND.fullmatch(said.type):
        yield Package(
            type=said.type,
            name=said.name,
            version=said.version,
            namespace=said.os or _product(said.os_cpe),
            arch=said.architecture,
            path=path,
            stated=True,
        )


def _product(cpe: str) -> str:
    """ "cpe:/o:fedoraproject:fedora:33" -> "fedora"."""
    parts = cpe.split(":")
    return parts[3] if len(parts) > 3 else ""


def _note(file: File) -> bytes | None:
    """The description of the note, by the program headers (gABI, "Program Header" and "Note Section")."""
    with file.open() as stream:
        data = stream.read(_HEAD)
    if data.find(_OWNER, 0, _NEAR) < 0 or data[:4] != b"\x7fELF" or len(data) < _SHORTEST:
        return None
    big = data[5:6] == b"\2"
    for offset, size in (_WIDE if data[4:5] == b"\2" else _NARROW)[big].segments(data):
        found = _described(data[offset : offset + size], big)
        if found is not None:
            return found
    return None


class _Shape:
    """How an ELF file of one class and byte order lays out its program headers."""

    def __init__(self, order: str, wide: bool) -> None:
        self._at = struct.Struct(order + ("Q" if wide else "I"))
        self._numbers = struct.Struct(order + "HH")
        self._header = struct.Struct(order + ("IIQQQQQQ" if wide else "8I"))
        self._places = (32, 54, 2, 5) if wide else (28, 42, 1, 4)

    def segments(self, data: bytes) -> list[tuple[int, int]]:
        """Where the segments of notes lie in the file, and their sizes, as far as the head tells."""
        table, numbers, offset, size = self._places
        (at,) = self._at.unpack_from(data, table)
        each, count = self._numbers.unpack_from(data, numbers)
        if each != self._header.size:
            return []
        rows = data[at : at + each * count]
        rows = rows[: len(rows) - len(rows) % each]
        return [(row[offset], row[size]) for row in self._header.iter_unpack(rows) if row[0] == _PT_NOTE]


_WIDE = (_Shape("<", wide=True), _Shape(">", wide=True))
_NARROW = (_Shape("<", wide=False), _Shape(">", wide=False))


def _described(notes: bytes, big: bool) -> bytes | None:
    """The note's JSON among others: sizes of owner and description, type; each part is padded to four bytes."""
    at = 0
    while at + 12 <= len(notes):
        owner, size, kind = struct.unpack_from(">III" if big else "<III", notes, at)
        start = at + 12 + owner + -owner % 4
        if kind == _TYPE and notes[at + 12 : at + 12 + owner] == _OWNER:
            return notes[start : start + size].rstrip(b"\0")
        at = start + size + -size % 4
    return None


CATALOGUER = Cataloguer("elf-notes", 1, Claim(executables=("elf",)), parse)
