"""A PE file in, the texts of its version resource out.

https://learn.microsoft.com/en-us/windows/win32/debug/pe-format#the-rsrc-section (the tree of resources) and
https://learn.microsoft.com/en-us/windows/win32/menurc/vs-versioninfo (what is in a version resource).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from pratique.catalog._pe import Pe
from pratique.catalog._regions import Region

_RESOURCES = 2  # the data directory
_RT_VERSION = 16
_SUBFOLDER = 0x80000000
_LEVELS = 3  # type, name, language
_MOST_TREE, _MOST_RESOURCE = 1 << 20, 1 << 16  # bytes
_MOST_ENTRIES = 256
_MOST_TEXT = 512


def read_version(stream: BinaryIO, program: Pe) -> dict[str, str]:
    """The strings of the first language (``ProductName``, ``FileVersion`` …); none where there is no such resource, or
    one that makes no sense: it is no part of the program that anything depends on."""
    region = program.directory(_RESOURCES)
    if region is None:
        return {}
    stream.seek(region.offset)
    tree = stream.read(min(region.size, _MOST_TREE))
    place = _find(tree, 0, 0)
    if place is None:
        return {}
    found = program.at(*place)
    return dict(_strings(_bytes(stream, found), 0)) if found else {}


def _bytes(stream: BinaryIO, region: Region) -> bytes:
    stream.seek(region.offset)
    return stream.read(min(region.size, _MOST_RESOURCE))


def _find(tree: bytes, at: int, level: int) -> tuple[int, int] | None:
    """Address and size of the first version resource's data."""
    if at + 16 > len(tree):
        return None
    named, numbered = struct.unpack_from("<HH", tree, at + 12)
    for number in range(min(named + numbered, _MOST_ENTRIES)):
        place = at + 16 + 8 * number
        if place + 8 > len(tree):
            return None
        name, offset = struct.unpack_from("<II", tree, place)
        if level == 0 and name != _RT_VERSION:
            continue
        if offset & _SUBFOLDER:
            return _find(tree, offset & ~_SUBFOLDER, level + 1) if level < _LEVELS else None
        if offset + 8 > len(tree):
            return None
        address, size = struct.unpack_from("<II", tree, offset)
        return address, size
    return None


def _strings(data: bytes, depth: int) -> Iterator[tuple[str, str]]:
    """Keys and values of ``String`` structures, three levels below the root: StringFileInfo, StringTable, String."""
    at = 0
    while at + 6 <= len(data):
        length, value_length, _ = struct.unpack_from("<HHH", data, at)
        if length < 6:
            return
        block = data[at : at + length]
        key, place = _text(block, 6)
        place += -place % 4
        if depth == 3:
            yield key, _text(block, place)[0] if value_length else ""
        elif depth == 0 or key != "VarFileInfo":
            skipped = value_length if depth == 0 else 0
            yield from _strings(block[place + skipped + -(place + skipped) % 4 :], depth + 1)
            if depth == 2:  # the first language
                return
        at += length + -length % 4


def _text(block: bytes, at: int) -> tuple[str, int]:
    """The UTF-16 text up to the zero, and where what follows it begins."""
    end = at
    while end + 2 <= len(block) and block[end : end + 2] != b"\0\0":
        end += 2
    return block[at:end][: 2 * _MOST_TEXT].decode("utf-16-le", "replace").strip(), end + 2
