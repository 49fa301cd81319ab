"""A native image of GraalVM in, the packages of the SBOM that was built into it out.

https://www.graalvm.org/latest/security-guide/sbom/: the exported symbols ``sbom`` and ``sbom_length`` lead to a
CycloneDX document in JSON, compressed by gzip, and to its length, eight bytes. Read in 64-bit little-endian ELF files,
which all of GraalVM's for Linux are. CycloneDX: https://cyclonedx.org/docs/1.6/json/.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from pratique.catalog._documents import from_json
from pratique.catalog._elf import Elf
from pratique.catalog._executable import read, read_at, read_executable
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT, MIB
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_HEAP = b".svm_heap"  # a section that only native images have
_WIDE_LITTLE = b"\x7fELF\x02\x01"
_SYMBOL = struct.Struct("<IBBHQQ")
_MOST_SYMBOLS = 64 * MIB  # bytes of a table


class _Licence(msgspec.Struct, frozen=True):
    id: str = ""
    name: str = ""


class _LicenceChoice(msgspec.Struct, frozen=True):
    license: _Licence = _Licence()
    expression: str = ""


class _Component(msgspec.Struct, frozen=True):
    name: str
    group: str = ""
    version: str = ""
    purl: str = ""
    licenses: tuple[_LicenceChoice, ...] = ()


class _Bom(msgspec.Struct, frozen=True):
    components: tuple[_Component, ...] = ()


def parse(file: File) -> Iterator[Fact]:
    """A package a component; nothing for a program of another kind, a problem for an image without an SBOM. Raises
    ``Unreadable`` for one whose tables or SBOM are damaged."""
    program = read_executable(file)
    if not isinstance(program, Elf) or not program.mentions(_HEAP):
        return
    stream = file.open()
    if stream.read(len(_WIDE_LITTLE)) != _WIDE_LITTLE:
        raise Unreadable(f"{file.path!r} is a native image of GraalVM for another machine than ours are read for")
    found = _symbols(stream, program)
    if "sbom" not in found or "sbom_length" not in found:
        what = f"{file.path!r} is a native image of GraalVM without an SBOM, so the packages in it are unknown"
        yield Problem(file.path, what, hides=True)
        return
    segments = program.segments()
    (length,) = struct.unpack("<Q", read_at(stream, segments, found["sbom_length"], 8))
    if length > DEFAULT.module_list:
        raise LimitExceeded(f"the SBOM of {file.path!r} has {length} bytes")
    yield from _packages(_inflated(read_at(stream, segments, found["sbom"], length), file.path), file.path)


def _symbols(stream: BinaryIO, program: Elf) -> dict[str, int]:
    """The addresses of both symbols, as far as they are there."""
    for table, names in ((b".dynsym", b".dynstr"), (b".symtab", b".strtab")):
        symbols, texts = program.section(table), program.section(names)
        if symbols is None or texts is None:
            continue
        text = read(stream, texts, _MOST_SYMBOLS)
        if b"sbom\0" not in text:
            continue
        data = read(stream, symbols, _MOST_SYMBOLS)
        found = dict[str, int]()
        for at, _, _, _, value, _ in _SYMBOL.iter_unpack(data[: len(data) - len(data) % _SYMBOL.size]):
            if text.startswith(b"sbom", at) and value:
                found.setdefault(text[at : at + 12].partition(b"\0")[0].decode("latin-1"), value)
        if "sbom" in found:
            return found
    return {}


def _inflated(data: bytes, path: str) -> bytes:
    inflater = zlib.decompressobj(31)
    try:
        text = inflater.decompress(data, DEFAULT.module_list)
    except zlib.error as error:
        raise Unreadable(f"the SBOM of {path!r} cannot be read: {error}") from None
    if inflater.unconsumed_tail:
        raise LimitExceeded(f"the SBOM of {path!r} is longer than {DEFAULT.module_list} bytes")
    if not inflater.eof:
        raise Unreadable(f"the SBOM of {path!r} is cut short")
    return text


def _packages(text: bytes, path: str) -> Iterator[Fact]:
    for one in from_json(text, _Bom, f"SBOM in {path!r}").components:
        kind = one.purl.removeprefix("pkg:").partition("/")[0] if one.purl.startswith("pkg:") else "maven"
        if not one.name or not one.version:
            yield Problem(path, f"the SBOM in {path!r} names {one.name[:200]!r} without a version", hides=True)
            continue
        named = (choice.expression or choice.license.id or choice.license.name for choice in one.licenses)
        licences = tuple(name[:256] for name in named if name)
        yield Package(kind, one.name, one.version, namespace=one.group, licences=licences, path=path)


CATALOGUER = Cataloguer("graalvm-native", 1, Claim(executables=("elf",)), parse)
