"""A pass over a layer that is made up: two cataloguers of the tests' own, and what they found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from images import Member, blob_layer, gzip_bytes, layer
from pratique.catalog._pass import read_layer
from pratique.image.layer import LayerReader
from pratique.limits import DEFAULT, Limits
from pratique.model import Fact, LayerFacts, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

ELF = b"\x7fELF" + bytes(60)


def line_by_line(file: File) -> Iterator[Fact]:
    """A package a line: ``name version``."""
    for line in file.read().decode().splitlines():
        name, _, version = line.partition(" ")
        yield Package("test", name, version, path=file.path)


def whole(file: File) -> Iterator[Fact]:
    """A package named after the content's length, read by ``open``."""
    with file.open() as stream:
        yield Package("bin", str(len(stream.read())), "1", path=f"{file.path}!/inner")


TEXTS = Cataloguer("texts", 1, Claim(names=("list",), suffixes=(".txt",), folders=(("etc/db", ""),)), line_by_line)
BINARIES = Cataloguer("binaries", 1, Claim(executables=("elf", "pe", "mach-o")), whole)


def read(
    *members: Member, cataloguers: Iterable[Cataloguer] = (TEXTS, BINARIES), limits: Limits = DEFAULT
) -> LayerFacts:
    return read_blob(gzip_bytes(layer(*members)), cataloguers=cataloguers, limits=limits)


def read_blob(
    blob: bytes, cataloguers: Iterable[Cataloguer] = (TEXTS, BINARIES), limits: Limits = DEFAULT
) -> LayerFacts:
    return read_layer(lambda: LayerReader(blob_layer(blob), limits), tuple(cataloguers), limits)


def names(facts: LayerFacts) -> dict[str, list[str]]:
    return {path: [fact.name for fact in found if isinstance(fact, Package)] for path, found in facts.facts.items()}


def problems(facts: LayerFacts) -> list[Problem]:
    return [fact for found in facts.facts.values() for fact in found if isinstance(fact, Problem)] + list(
        facts.problems
    )
