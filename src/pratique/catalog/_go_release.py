"""A Go program and what its versions look like in, the version that it was released as out.

Surest first: a module of the build information (https://pkg.go.dev/runtime/debug#BuildInfo), which says ``(devel)``
where a program was built from a checkout; the ``-X`` of the linker's flags (https://pkg.go.dev/cmd/link), which
``-trimpath`` leaves out of it; the variables of strings that the program begins with, each a pointer and a length
(https://go.dev/src/runtime/string.go, ``stringStruct``), since a release is one that the linker or ``go:embed`` filled.
"""

from __future__ import annotations

import re
import sys
from array import array
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from pratique.catalog._classifier import GoProgram
from pratique.catalog._executable import Executable, read
from pratique.catalog._go_buildinfo import find_build_info
from pratique.catalog._regions import Region
from pratique.limits import MIB

_MOST_DATA = 32 * MIB  # variables, or relocations, of a program
_MOST_PAIRS = 500_000
_MOST_SEGMENTS = 32
_LONGEST = 48  # bytes of a version
_FLAG = re.compile(r"-X[= ]\s*[\"']*([^\s\"'=]+)=([^\s\"']+)")
_NONE = {"", "0.0.0", "1.0.0"}  # what a variable holds that nobody filled, or an interface's version
_PSEUDO = re.compile(r"[-.]\d{14}-[0-9a-f]{12}")  # https://go.dev/ref/mod#pseudo-versions


def find_release(stream: BinaryIO, program: Executable, product: GoProgram) -> tuple[str, str]:
    """The version without a ``v``, and the path of the module that it is of; each "" where the program does not tell.
    Raises ``Unreadable`` for damaged tables."""
    info = find_build_info(stream, program)
    if info is None:
        return "", ""
    shape = re.compile(product.shape)
    lines = info.modules.split("\n")
    path, version = _module(lines, product.module)
    if version and not product.generic and not _PSEUDO.search(version):
        return _shaped(shape, version), path
    flags = next((line for line in lines if line.startswith("build\t-ldflags=")), "").replace("\\", "")
    linked = [_shaped(shape, value) for name, value in _FLAG.findall(flags) if _names_release(name)]
    return _one(linked) or _one(_shaped(shape, text) for text in _variables(stream, program)), path


def _names_release(variable: str) -> bool:
    """Whether a variable (``main.version``, ``…/version.GitDescribe``) may hold the release: Go's own does not."""
    name = variable.rpartition(".")[2].lower()
    return name == "gitdescribe" or ("version" in name and "go" not in name)


def _module(lines: list[str], module: str) -> tuple[str, str]:
    """The module's path with its major version, and its version where that is one."""
    wanted = re.compile(f"{module}(?:/v\\d+)?(?=/|$)")
    path = ""
    for line in lines:
        keyword, _, rest = line.partition("\t")
        name, _, rest = rest.partition("\t")
        found = wanted.match(name)
        if found is None:
            continue
        if keyword == "path":  # of the main package: all that a program built from files tells
            path = found[0]
        elif keyword in ("mod", "dep") and found[0] == name:
            version = rest.partition("\t")[0]
            return name, version if version.startswith("v") else ""
    return path, ""


def _shaped(shape: re.Pattern[bytes], text: str) -> str:
    """The version in a text that is nothing else; a file that was embedded ends its line."""
    found = shape.fullmatch(text.strip().encode("utf-8", "replace"))
    return found["version"].decode("ascii", "replace") if found else ""


def _one(versions: Iterable[str]) -> str:
    """The version that all tell; "" where they tell none or several: which one is the program's cannot be known."""
    told = set(versions) - _NONE
    return told.pop() if len(told) == 1 else ""


def _variables(stream: BinaryIO, program: Executable) -> Iterator[str]:
    """What the variables of strings hold that have the length of a version. Programs of 32 bits, with the highest byte
    first, or of other systems than those with ELF files are not looked at."""
    stream.seek(0)
    if stream.read(6) != b"\x7fELF\x02\x01":
        return
    segments = program.segments()[:_MOST_SEGMENTS]
    for address, length in islice(_pairs(stream, program), _MOST_PAIRS):
        for segment in segments:
            start = address - segment.address
            if 0 <= start <= segment.size - length:
                stream.seek(segment.offset + start)
                yield stream.read(length).decode("ascii", "replace")
                break


def _pairs(stream: BinaryIO, program: Executable) -> Iterator[tuple[int, int]]:
    """Pointers with the lengths behind them."""
    addends = dict[int, int]()
    for region in program.data()[:_MOST_SEGMENTS]:
        words = _words(read(stream, region, _MOST_DATA))
        for at in _lengths(words):
            address = words[at - 1]
            if not address:  # written when the program is loaded, where it may lie anywhere
                addends = addends or _relocations(stream, program)
                address = addends.get(region.address + 8 * (at - 1), 0)
            if address:
                yield address, words[at]


def _words(data: bytes) -> array[int]:
    words = array("Q")
    words.frombytes(data[: len(data) // 8 * 8])
    if sys.byteorder == "big":
        words.byteswap()
    return words


def _lengths(words: array[int]) -> list[int]:
    """Where a number stands that may be the length of a version."""
    return [at for at, word in enumerate(words) if 4 < word <= _LONGEST and at]


def _relocations(stream: BinaryIO, program: Executable) -> dict[int, int]:
    """Addresses and what is added to the program's own and written there, of one that may lie anywhere. Of relocations
    by a symbol (ELF, ``Elf64_Rela``) that is no address: nothing but these has texts for variables."""
    region = program.section(b".rela.dyn")
    if region is None:
        return {0: 0}
    fields = _words(read(stream, Region(region.address, region.offset, region.size // 24 * 24), _MOST_DATA))
    return dict(zip(fields[::3], fields[2::3], strict=True)) or {0: 0}
