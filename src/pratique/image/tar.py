"""The chunks of an uncompressed tar in, its entries out, in one pass; bodies that nobody reads are skipped uncopied.

POSIX pax and ustar: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html; GNU:
https://www.gnu.org/software/tar/manual/html_node/Standard.html. Where the formats leave room we do as container engines
do (https://pkg.go.dev/archive/tar), for what they extract is what runs: global PAX headers change nothing, links and
folders have no body, a lone zero block before other blocks is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct

import msgspec
from isal.isal_zlib import adler32

from pratique.errors import LimitExceeded, Unreadable
from pratique.image import header
from pratique.image.entry import Body, Entry, normalise
from pratique.image.header import Checksums, Extended, Extent, Modes
from pratique.image.skim import Skim, pass_over
from pratique.image.sparse import Holes, SparseBody, gnu_map, pax_map
from pratique.image.stream import BLOCK, Stream
from pratique.limits import Limits
from pratique.model import Kind

_ZEROS = bytes(BLOCK)
_FILE, _FOLDER, _SYMLINK, _HARDLINK, _OTHER = Kind.FILE, Kind.FOLDER, Kind.SYMLINK, Kind.HARDLINK, Kind.OTHER
_KINDS = {
    0: _FILE,
    ord("0"): _FILE,
    ord("7"): _FILE,
    ord("S"): _FILE,
    ord("1"): _HARDLINK,
    ord("2"): _SYMLINK,
    ord("5"): _FOLDER,
}
_BODILESS = frozenset(b"123456")
_PAX, _GLOBAL, _LONG_NAME, _LONG_LINK, _SPARSE = b"xgLKS"
_EXTENDING = frozenset((_PAX, _GLOBAL, _LONG_NAME, _LONG_LINK))
_NOTHING = Extended()
_PLAIN = ord("0")
# name, mode, size's digits and end, checksum, typeflag, first byte of the prefix
_COMMON = Struct("100s 8s 16x 11s B 12x 8s B 188x B 166x").unpack


def read_tar(chunks: Iterator[bytes], limits: Limits, skim: Skim | None = None) -> Iterator[Entry]:
    """The entries of a tar, in order; the body of each can be read until the next is asked for. Those that ``skim``
    need not be handed are not: it is told of them, before any that come after. Ends at two zero blocks or at the
    end of the chunks. Raises ``Unreadable`` where it breaks off or lies, ``LimitExceeded``."""
    stream, sums, modes = Stream(chunks), Checksums(), Modes()
    said, count, holes = _NOTHING, 0, Holes(limits)
    while True:
        if skim is not None and said is _NOTHING:
            count += pass_over(stream, sums, modes, skim, limits.entries - count)
        block = stream.block()
        if not block:
            break
        field, mode, digits, end, checksum, flag, prefix = _COMMON(block)
        if sums[checksum] != adler32(block) & 0xFFFF:
            if block == _ZEROS:
                break
            sums.verify(block)
        count += 1
        if count > limits.entries:
            raise LimitExceeded(f"more tar headers than limits.entries = {limits.entries}")
        if flag == _PLAIN and not prefix and said is _NOTHING and not end and digits.isdigit():
            entry = _plain(stream, field, modes[mode], digits)
        elif flag in _EXTENDING:
            said = _extend(said, flag, stream, block, limits)
            continue
        else:
            entry = _entry(stream, block, modes[mode], said, limits, holes)
            said = _NOTHING
        if entry.path:
            yield entry
    if said is not _NOTHING:
        raise Unreadable("the tar breaks off after an extended header")
    if block and stream.block() not in (b"", _ZEROS):
        raise Unreadable("the tar has a zero block and then more headers")


def _plain(stream: Stream, field: bytes, mode: int, digits: bytes) -> Entry:
    """The entry of a file with a short name: most of those that are handed out."""
    try:
        size = int(digits, 8)
    except ValueError:  # an 8 or a 9
        raise Unreadable(f"tar header with the number {digits!r}") from None
    stream.begin(size)
    path = normalise(header.text(field).decode("utf-8", "backslashreplace"))
    return Entry(path, _FILE, mode, size, "", stream)


def _size(block: bytes) -> int:
    size = header.number(block[124:136])
    if size < 0:
        raise Unreadable(f"tar header with the size {size}")
    return size


def _extend(said: Extended, flag: int, stream: Stream, block: bytes, limits: Limits) -> Extended:
    """What is known of the next entry after one more extended header. GNU names outrank PAX records; a second PAX
    header replaces the first; a global one ends what has been gathered."""
    size = _size(block)
    if size > limits.pax_header:
        raise LimitExceeded(f"extended tar header of {size} bytes; limits.pax_header is {limits.pax_header}")
    stream.begin(size)
    data = stream.read(size)
    if flag == _PAX:
        found = header.extended(data, limits)
        found = msgspec.structs.replace(found, long_name=said.long_name, long_link=said.long_link)
    elif flag == _LONG_NAME:
        found = msgspec.structs.replace(said, long_name=header.text(data))
    elif flag == _LONG_LINK:
        found = msgspec.structs.replace(said, long_link=header.text(data))
    else:
        header.records(data)
        found = _NOTHING
    for name in (found.path, found.target, found.long_name, found.long_link):
        if len(name) > limits.path:
            raise LimitExceeded(f"tar entry with a name of {len(name)} bytes; limits.path is {limits.path}")
    return found


def _entry(stream: Stream, block: bytes, mode: int, said: Extended, limits: Limits, holes: Holes) -> Entry:
    """The entry of a header and of what the headers before it said; the stream stands at its body."""
    flag, name, size, target = block[156], header.name(block), _size(block), b""
    kind = _KINDS.get(flag, _OTHER)
    if kind is _SYMLINK or kind is _HARDLINK:
        target = header.text(block[157:257])
    if said is not _NOTHING:
        size = size if said.size is None else said.size
        name = said.long_name or said.path or name
        target = said.long_link or said.target or target
    if flag == 0 and name[-1:] == b"/":  # V7 had no type for folders
        kind = _FOLDER
    stream.begin(0 if flag in _BODILESS else size)
    body: Body = stream
    if flag == _SPARSE or said.sparse is not None:
        real, extents = _map(stream, block, size, said, limits)
        size, body = real, SparseBody(stream, real, extents, holes)
    path = normalise(name.decode("utf-8", "backslashreplace"))
    link = target.decode("utf-8", "backslashreplace")
    link = normalise(link) if kind is _HARDLINK else link
    return Entry(path, kind, mode, size if kind is _FILE else 0, link, body)


def _map(stream: Stream, block: bytes, size: int, said: Extended, limits: Limits) -> tuple[int, list[Extent]]:
    """The real size of a sparse file and its extents."""
    if block[156] == _SPARSE or said.sparse is None:
        return gnu_map(stream, block, size, limits)
    real = size if said.sparse.size is None else said.sparse.size
    return real, pax_map(stream, limits) if said.sparse.extents is None else said.sparse.extents
