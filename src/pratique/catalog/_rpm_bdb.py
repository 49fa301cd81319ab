"""rpm's ``Packages`` as a Berkeley DB hash file in, header blobs out: the file format is that of Berkeley DB's
``src/dbinc/db_page.h`` (https://docs.oracle.com/database/bdb181/html/bdb-sg/), of either byte order.

Values are found by looking at every page, not by hashing: all of them are wanted. A value that does not fit in a
quarter of a page lies in a chain of overflow pages of its own.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from pratique.catalog._rpm_pages import Pages
from pratique.errors import Unreadable

_MAGIC = 0x00061561
_HEADER = 26  # bytes before the items of a page
_TYPE = 25  # offset of the page's type
_HASH_UNSORTED, _OVERFLOW, _HASH = 2, 7, 13  # types of pages
_KEYDATA, _OFFPAGE = 1, 3  # types of items


def is_bdb(head: bytes) -> bool:
    """Whether a file that begins so is a Berkeley DB hash."""
    return head[12:16] in (_MAGIC.to_bytes(4, "little"), _MAGIC.to_bytes(4, "big"))


def blobs(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """The values, by page. Raises ``Unreadable`` where the file is damaged, after what could be read before."""
    stream.seek(0)
    head = stream.read(72)
    if len(head) < 72:
        raise Unreadable(f"the Berkeley DB file ends after {size} bytes")
    order = "<" if head[12:16] == _MAGIC.to_bytes(4, "little") else ">"
    page_size, last = struct.unpack_from(order + "I", head, 20)[0], struct.unpack_from(order + "I", head, 32)[0]
    if not 512 <= page_size <= 65536 or page_size & (page_size - 1):
        raise Unreadable(f"the Berkeley DB file has pages of {page_size} bytes")
    if head[24]:
        raise Unreadable("the Berkeley DB file is encrypted")
    pages = Pages(stream, size, page_size)
    for number in range(1, min(last + 1, pages.count)):
        if pages.peek(number, _TYPE) in (_HASH, _HASH_UNSORTED):
            yield from _values(pages, pages.take(number), order)
    if last >= pages.count:
        raise Unreadable(f"the Berkeley DB file has {pages.count} of its {last + 1} pages")


def _values(pages: Pages, page: memoryview, order: str) -> Iterator[bytes]:
    """The values of a hash page: its items are key and value in turn, and lie from the page's end downwards."""
    (entries,) = struct.unpack_from(order + "H", page, 20)
    if _HEADER + 2 * entries > len(page):
        raise Unreadable(f"a hash page of the Berkeley DB file has {entries} items")
    offsets = struct.unpack_from(f"{order}{entries}H", page, _HEADER)
    lowest = len(page)
    for position in range(1, entries, 2):
        start, end = offsets[position], offsets[position - 1]
        if not _HEADER <= start < end <= lowest:
            raise Unreadable(f"an item of the Berkeley DB file lies at {start}…{end} of its page")
        lowest = start
        kind = page[start]
        if kind == _OFFPAGE and end - start >= 12:
            first, length = struct.unpack_from(order + "II", page, start + 4)
            yield _chain(pages, first, length, order)
        elif kind == _KEYDATA:
            if end - start > 5:  # the value of key 0, which numbers the packages, has four bytes
                yield bytes(page[start + 1 : end])
        else:
            raise Unreadable(f"an item of the Berkeley DB file is of type {kind}")


def _chain(pages: Pages, number: int, length: int, order: str) -> bytes:
    if length > pages.file_size:
        raise Unreadable(f"a value of the Berkeley DB file claims {length} bytes")
    parts = []
    unpack = struct.Struct(order + "I2xH").unpack_from  # next page; bytes used
    while number:
        page = pages.take(number)
        number, used = unpack(page, 16)
        if page[_TYPE] != _OVERFLOW:
            raise Unreadable("a chain of the Berkeley DB file leaves its overflow pages")
        parts.append(page[_HEADER : _HEADER + used])
    blob = b"".join(parts)
    if len(blob) != length:
        raise Unreadable(f"a value of the Berkeley DB file has {len(blob)} of {length} bytes")
    return blob
