"""bun's binary lock file in, the packages that it names out: format versions 2 and 3.

Nobody has published the format. What is read here follows files that bun 1.x wrote itself: a header, the packages as
columns one after another, then buffers that the columns point into. Whatever is laid out otherwise is ``Unreadable``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

import msgspec

from pratique.catalog._lock import Left, declared, reached, scoped
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_MAGIC = b"#!/usr/bin/env bun\nbun-lockfile-format-v0\n"
_HEADER = struct.Struct("<I32sQQQQQQ")  # format, hash, end, packages, alignment, columns, begin and end of the columns
_EXTENT = struct.Struct("<QQ")
_SLICE = struct.Struct("<II")
_COLUMNS = 8
_RESOLUTION = {2: 64, 3: 72}  # bytes of that column, by the format's version
_NUMBERS = {2: struct.Struct("<III"), 3: struct.Struct("<QQQ")}  # major, minor, patch
_META, _INTEGRITY = 88, 20
_HASHES = {1: ("sha1", 20), 2: ("sha256", 32), 3: ("sha384", 48), 4: ("sha512", 64)}
_FROM_NPM = 2  # tags of a resolution
_LOCAL = frozenset({1, 64, 72})  # the root, a link, a workspace
_WORKSPACE = 72
_DEPENDENCY = 26  # bytes; its name comes first, the behaviour at 16
_LONGEST = 1024  # of a text
_RUNNING = 0b110  # behaviours: normal, optional


class _Table(msgspec.Struct, gc=False):
    """Where the columns begin, and the buffers."""

    data: bytes
    format: int
    count: int
    names: int
    resolutions: int
    needs: int
    metas: int
    resolved: bytes
    dependencies: bytes
    strings: bytes


def parse(file: File) -> Iterable[Fact]:
    """The declared packages that come from a registry; the others are counted in a problem."""
    return declared(file, _read)


def _read(data: bytes, path: str) -> Iterator[Fact]:
    try:
        table = _table(data)
        needs = _all_needs(table)
    except (struct.error, IndexError) as error:
        raise Unreadable("binary lock file of bun that breaks off") from error
    tags = [data[table.resolutions + row * _RESOLUTION[table.format]] for row in range(table.count)]
    running = _running(needs, tags)
    labels = [_identity(table, row) if tags[row] == _FROM_NPM else ("", "") for row in range(table.count)]
    left = Left()
    for row, (name, version) in enumerate(labels):
        if tags[row] in _LOCAL or left.out(name or _text(table, table.names + 8 * row), version):
            continue
        scope, bare = scoped(name)
        depends = tuple(f"{labels[one][0]}@{labels[one][1]}" for one, _ in needs[row] if labels[one][1])
        yield Package(
            "npm",
            bare,
            version,
            scope,
            path=path,
            depends=depends,
            hashes=_hashes(table, row),
            declared=True,
            scope="" if str(row) in running else "dev",
        )
    yield from left.told(path)


def _table(data: bytes) -> _Table:
    if not data.startswith(_MAGIC):
        raise Unreadable("no binary lock file of bun")
    form, _, end, count, alignment, columns, begin, stop = _HEADER.unpack_from(data, len(_MAGIC))
    if form not in _RESOLUTION or columns != _COLUMNS or alignment != 8:
        raise Unreadable(f"binary lock file of bun in format {form} with {columns} columns, which is not read")
    width = 8 + 8 + _RESOLUTION[form] + 8 + 8 + _META
    if end > len(data) or stop > end or begin + count * width > stop:
        raise Unreadable("binary lock file of bun that breaks off")
    if count > DEFAULT.facts_per_file:
        raise LimitExceeded(f"{count} packages; limits.facts_per_file is {DEFAULT.facts_per_file}")
    place, buffers = stop, list[bytes]()
    for _ in range(6):  # trees, hoisted dependencies, resolutions, dependencies, strings outside, strings
        first, place = _EXTENT.unpack_from(data, place)
        if not 0 < first <= place <= len(data):
            raise Unreadable("binary lock file of bun that breaks off")
        buffers.append(data[first:place])
    resolutions = begin + 16 * count
    needs = resolutions + _RESOLUTION[form] * count
    return _Table(data, form, count, begin, resolutions, needs, needs + 16 * count, buffers[2], buffers[3], buffers[5])


def _identity(table: _Table, row: int) -> tuple[str, str]:
    """A version of npm: the place of the archive, three numbers, and what follows a hyphen or a plus."""
    start = table.resolutions + row * _RESOLUTION[table.format] + 16
    numbers = ".".join(map(str, _NUMBERS[table.format].unpack_from(table.data, start)))
    tags = start + (16 if table.format == 2 else 24)
    before, build = _text(table, tags), _text(table, tags + 16)
    version = numbers + (f"-{before}" if before else "") + (f"+{build}" if build else "")
    return _text(table, table.names + 8 * row), version


def _text(table: _Table, place: int) -> str:
    """Eight bytes: up to eight characters, or where in the strings a longer text stands, with the last bit set."""
    raw = table.data[place : place + 8]
    if not raw[7] & 0x80:
        return raw.rstrip(b"\0").decode(errors="replace")
    offset, length = _SLICE.unpack(raw)
    return table.strings[offset : offset + min(length & 0x7FFFFFFF, _LONGEST)].decode(errors="replace")


def _all_needs(table: _Table) -> list[list[tuple[int, int]]]:
    """By row; a dependency belongs to one package, so that there are no more than the buffer has."""
    found, left = list[list[tuple[int, int]]](), len(table.resolved) // 4
    for row in range(table.count):
        found.append(_needs(table, row))
        left -= len(found[-1])
        if left < 0:
            raise Unreadable("binary lock file of bun with dependencies that belong to several packages")
    return found


def _needs(table: _Table, row: int) -> list[tuple[int, int]]:
    """The rows of the packages that this one needs, and how each is needed."""
    first, count = _SLICE.unpack_from(table.data, table.needs + 8 * row)
    if (first + count) * 4 > len(table.resolved) or (first + count) * _DEPENDENCY > len(table.dependencies):
        raise Unreadable("binary lock file of bun that breaks off")
    rows = struct.unpack_from(f"<{count}I", table.resolved, 4 * first)
    behaviours = table.dependencies[first * _DEPENDENCY + 16 : (first + count) * _DEPENDENCY : _DEPENDENCY]
    return [(there, how) for there, how in zip(rows, behaviours, strict=True) if there < table.count]


def _running(needs: list[list[tuple[int, int]]], tags: list[int]) -> set[str]:
    """The rows of what is needed to run."""
    edges = {str(row): [str(one) for one, how in needed if how & _RUNNING] for row, needed in enumerate(needs)}
    return reached([str(row) for row, tag in enumerate(tags) if row == 0 or tag == _WORKSPACE], edges)


def _hashes(table: _Table, row: int) -> tuple[str, ...]:
    start = table.metas + row * _META + _INTEGRITY
    kind, size = _HASHES.get(table.data[start], ("", 0))
    return (f"{kind}:{table.data[start + 1 : start + 1 + size].hex()}",) if kind else ()


CATALOGUER = Cataloguer("bun-lockb", 1, Claim(names=("bun.lockb",)), parse)
