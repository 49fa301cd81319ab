"""A 512-byte tar header or the records of a PAX header in, their fields out.

POSIX ustar and pax: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html (sections "ustar Interchange
Format" and "pax Extended Header"). GNU: https://www.gnu.org/software/tar/manual/html_section/Formats.html and
https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html. Where formats leave room, what container engines
do counts, which all read with https://pkg.go.dev/archive/tar.
"""

from __future__ import annotations

import msgspec
from isal.isal_zlib import adler32

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import Limits

_USTAR = b"ustar\0" + b"00"
_ADLER = 65521
_REMEMBERED, _MODES = 1 << 16, 1 << 12
Extent = tuple[int, int]  # offset in the file, length


class Sparse(msgspec.Struct, frozen=True):
    """The PAX records of a sparse file; ``size`` is None where none is stated, ``extents`` in version 1.0, whose map
    precedes the data."""

    size: int | None
    extents: list[Extent] | None


class Extended(msgspec.Struct, frozen=True):
    """What extended headers say of the next entry: PAX records and GNU's long names; b"" or None for nothing."""

    path: bytes = b""
    target: bytes = b""
    size: int | None = None
    sparse: Sparse | None = None
    long_name: bytes = b""
    long_link: bytes = b""


class Checksums(dict[bytes, int]):
    """Verifies checksums: the sum of all bytes, those of the checksum's own field taken as spaces; some old writers
    summed signed bytes. Adler-32's lower half is one more than the sum of the bytes, modulo 65521, at a tenth of the
    cost. What it must be for a checksum's field is remembered here, for they repeat."""

    def __missing__(self, field: bytes) -> int:
        """What the lower half of the header's Adler-32 must be. Raises ``Unreadable`` for a field that is no number."""
        expected = (_checksum(field) + sum(field) - 8 * 32 + 1) % _ADLER
        if len(self) < _REMEMBERED:
            self[field] = expected
        return expected

    def verify(self, block: bytes) -> None:
        """Raises ``Unreadable`` unless the header's checksum is right."""
        field = block[148:156]
        if self[field] != adler32(block) & 0xFFFF and _signed(block) != _checksum(field):
            raise Unreadable(f"tar header whose checksum is not {_checksum(field)}")


class Modes(dict[bytes, int]):
    """The permission bits of a header's mode field. There are few of them, so that each is read once."""

    def __missing__(self, field: bytes) -> int:
        mode = number(field) & 0o7777
        if len(self) < _MODES:
            self[field] = mode
        return mode


def _checksum(field: bytes) -> int:
    try:
        return int(field.rstrip(b"\0 ").lstrip(b" ") or b"0", 8)
    except ValueError:
        raise Unreadable(f"tar header with the checksum {field!r}") from None


def _signed(block: bytes) -> int:
    bare = block[:148] + b" " * 8 + block[156:]
    return sum(bare) - 256 * sum(byte > 127 for byte in bare)


def text(field: bytes) -> bytes:
    """A field up to its first NUL."""
    end = field.find(b"\0")
    return field if end < 0 else field[:end]


def name(block: bytes) -> bytes:
    """The name: with the prefix of ustar, or of Schily's star. GNU keeps times where ustar has its prefix."""
    end = block.find(b"\0", 0, 100)
    found = block[: end if end >= 0 else 100]
    if block[345] and block[257:265] == _USTAR:
        prefix = text(block[345 : 476 if block[508:512] == b"tar\0" else 500])
        return prefix + b"/" + found
    return found


def number(field: bytes) -> int:
    """An octal number, or a base-256 one (GNU) if the first bit is set. Raises ``Unreadable``."""
    if field[0] & 0x80:
        value = int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
        return value - (1 << 8 * len(field) - 1) if field[0] & 0x40 else value
    digits = text(field.lstrip(b"\0 ")).strip(b" ")
    if not digits:
        return 0
    if digits.isdigit():
        try:
            return int(digits, 8)
        except ValueError:
            pass
    raise Unreadable(f"tar header with the number {field!r}")


def decimal(value: bytes) -> int:
    """A decimal number as PAX records hold it. Raises ``Unreadable``."""
    if value.isdigit() and len(value) < 20:
        return int(value)
    raise Unreadable(f"PAX record with the number {value[:40]!r}")


def extended(data: bytes, limits: Limits) -> Extended:
    """What PAX records say that concerns us. Raises ``Unreadable``, ``LimitExceeded``."""
    if b"path=" not in data and b"size=" not in data and b"GNU.sparse." not in data:
        return Extended()
    said: dict[bytes, bytes] = {}
    numbers: list[bytes] = []
    for key, value in records(data):
        if key in (b"GNU.sparse.offset", b"GNU.sparse.numbytes"):  # version 0.0 repeats them, in pairs
            numbers.append(value)
        else:
            said[key] = value
    if numbers:
        said[b"GNU.sparse.map"] = b",".join(numbers)
    sparse = _sparse(said, limits)
    size = said.get(b"size")
    return Extended(
        path=(sparse and said.get(b"GNU.sparse.name")) or said.get(b"path", b""),
        target=said.get(b"linkpath", b""),
        size=decimal(size) if size else None,
        sparse=sparse,
    )


def records(data: bytes) -> list[tuple[bytes, bytes]]:
    """``length key=value`` lines. Raises ``Unreadable`` for a length that does not fit."""
    found: list[tuple[bytes, bytes]] = []
    at = 0
    while at < len(data):
        space = data.find(b" ", at, at + 20)
        length = data[at:space]
        end = at + int(length) if space > 0 and length.isdigit() else 0
        key, equals, value = data[space + 1 : end - 1].partition(b"=")
        if not space < end <= len(data) or data[end - 1] != 10 or not equals:
            raise Unreadable(f"PAX header with a broken record at byte {at}")
        found.append((key, value))
        at = end
    return found


def _sparse(said: dict[bytes, bytes], limits: Limits) -> Sparse | None:
    """The sparse records of versions 0.0, 0.1 and 1.0; None for a file that is not sparse."""
    version = said.get(b"GNU.sparse.major", b""), said.get(b"GNU.sparse.minor", b"")
    extents = said.get(b"GNU.sparse.map", b"")
    inline = version in ((b"0", b"0"), (b"0", b"1")) or (version == (b"", b"") and extents != b"")
    if not inline and version != (b"1", b"0"):
        return None
    size = said.get(b"GNU.sparse.size") or said.get(b"GNU.sparse.realsize")
    return Sparse(
        decimal(size) if size else None,
        pairs(extents.split(b",") if extents else [], limits) if inline else None,
    )


def pairs(numbers: list[bytes], limits: Limits) -> list[Extent]:
    """Extents of a list "offset, length, offset, length, …". Raises ``Unreadable``, ``LimitExceeded``."""
    if len(numbers) % 2:
        raise Unreadable("sparse map with an odd count of numbers")
    if len(numbers) > 2 * limits.sparse_extents:
        raise LimitExceeded(f"sparse map of more than limits.sparse_extents = {limits.sparse_extents} extents")
    values = [decimal(value) for value in numbers]
    return list(zip(values[::2], values[1::2], strict=True))


def gnu_extents(block: bytes, start: int, count: int) -> list[Extent]:
    """The extents in an old GNU sparse header (at 386, 4 of them) or in its extension (at 0, 21 of them)."""
    found = list[Extent]()
    for at in range(start, start + 24 * count, 24):
        if not block[at]:
            break
        found.append((number(block[at : at + 12]), number(block[at + 12 : at + 24])))
    return found
