"""rpm's ``rpmdb.sqlite`` in, header blobs out, by the file format's own description: https://www.sqlite.org/fileformat2.html

Read here and not by SQLite, for the file is hostile: its schema is SQL that SQLite would run, and a spooled file has no
name to open. What is needed is one walk over one table. Pages are numbered from 1 in the format, from 0 in ``Pages``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from pratique.catalog._rpm_pages import Pages
from pratique.errors import Unreadable

_MAGIC = b"SQLite format 3\0"
_INTERIOR, _LEAF = 5, 13  # pages of a table's tree
_WIDTHS = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)  # bytes of the serial types below 12


def is_sqlite(head: bytes) -> bool:
    """Whether a file that begins so is an SQLite database."""
    return head.startswith(_MAGIC)


def blobs(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """The blobs of the table ``Packages``. Raises ``Unreadable`` where the file is damaged, after the readable."""
    stream.seek(0)
    head = stream.read(100)
    if len(head) < 100:
        raise Unreadable(f"the SQLite file ends after {size} bytes")
    page_size, reserved = struct.unpack_from(">H", head, 16)[0], head[20]
    page_size = 65536 if page_size == 1 else page_size
    if page_size < 512 or page_size & (page_size - 1):
        raise Unreadable(f"the SQLite file has pages of {page_size} bytes")
    pages = Pages(stream, size, page_size)
    usable = page_size - reserved
    root = _root(pages, usable)
    if root is None:
        raise Unreadable("the SQLite file has no table 'Packages'")
    for record in _records(pages, usable, root):
        for serial, start, end in _columns(record):
            if serial >= 12 and serial % 2 == 0:
                yield record[start:end]


def _root(pages: Pages, usable: int) -> int | None:
    """The first page of ``Packages``: sqlite_schema (type, name, tbl_name, rootpage, sql) is the tree at page 1."""
    found = None
    for record in _records(pages, usable, 1):
        columns = list(islice(_columns(record), 5))
        if len(columns) == 5:
            kind, name, _, root = (record[start:end] for _, start, end in columns[:4])
            if kind == b"table" and name.lower() == b"packages":
                found = int.from_bytes(root, "big")
    return found


def _records(pages: Pages, usable: int, root: int) -> Iterator[bytes]:
    """The records of a table's tree, in order."""
    waiting = [root]
    while waiting:
        number = waiting.pop()
        if number == 0:
            raise Unreadable("a tree of the SQLite file has a child at page 0")
        page = pages.take(number - 1)
        start = 100 if number == 1 else 0
        kind = page[start]
        if kind not in (_INTERIOR, _LEAF):
            raise Unreadable(f"page {number} of the SQLite file is none of a table")
        (cells,) = struct.unpack_from(">H", page, start + 3)
        first = start + (12 if kind == _INTERIOR else 8)
        if first + 2 * cells > usable:
            raise Unreadable(f"page {number} of the SQLite file has {cells} cells")
        offsets = struct.unpack_from(f">{cells}H", page, first)
        if max(offsets, default=0) > usable - 4:
            raise Unreadable(f"a cell lies outside page {number} of the SQLite file")
        if kind == _LEAF:
            yield from _leaf(pages, usable, page, offsets)
        else:
            children = [struct.unpack_from(">I", page, offset)[0] for offset in (*offsets, start + 8)]
            waiting.extend(reversed(children))


def _leaf(pages: Pages, usable: int, page: memoryview, offsets: tuple[int, ...]) -> Iterator[bytes]:
    """The payloads of a leaf's cells (section 1.6): size, row id, the payload's begin, the first page of the rest."""
    room = usable
    for offset in offsets:
        length, offset = _varint(page, offset)
        _, offset = _varint(page, offset)
        local = _local(length, usable)
        room -= local
        if room < 0 or length > pages.file_size:
            raise Unreadable("the cells of a page of the SQLite file overlap, or are larger than the file")
        yield _payload(pages, usable, page[offset : offset + local + 4], length, local)


def _local(length: int, usable: int) -> int:
    """How many bytes of a payload lie in the leaf itself."""
    if length <= usable - 35:
        return length
    least = (usable - 12) * 32 // 255 - 23
    local = least + (length - least) % (usable - 4)
    return local if local <= usable - 35 else least


def _payload(pages: Pages, usable: int, cell: memoryview, length: int, local: int) -> bytes:
    parts = [cell[:local]]
    left = length - local
    link = cell[local:]
    while left > 0:
        number = int.from_bytes(link, "big")
        if not number:
            raise Unreadable(f"a record of the SQLite file lacks {left} bytes")
        rest = pages.take(number - 1)
        link = rest[:4]
        parts.append(rest[4 : min(usable, 4 + left)])
        left -= usable - 4
    payload = b"".join(parts)
    if len(payload) != length:
        raise Unreadable(f"a record of the SQLite file has {len(payload)} of {length} bytes")
    return payload


def _columns(record: bytes) -> Iterator[tuple[int, int, int]]:
    """Serial type, begin and end of each column (section 2.1)."""
    end_of_header, position = _varint(record, 0)
    start = end_of_header
    while position < end_of_header:
        serial, position = _varint(record, position)
        end = start + ((serial - 12) // 2 if serial >= 12 else _WIDTHS[serial])
        if end > len(record):
            raise Unreadable("a column of the SQLite file is longer than its record")
        yield serial, start, end
        start = end


def _varint(data: bytes | memoryview, position: int) -> tuple[int, int]:
    """A big-endian integer of seven bits a byte, eight in the ninth; and the position after it."""
    value = 0
    for count, byte in enumerate(data[position : position + 9]):
        if count == 8:
            return value << 8 | byte, position + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, position + count + 1
    raise Unreadable("a number of the SQLite file is cut short")
