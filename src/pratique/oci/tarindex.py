"""A seekable tar stream in, its members by name out: where the bytes of files lie, what links point to.

Headers as POSIX pax(1) and the GNU tar manual ("Basic Tar Format", https://www.gnu.org/software/tar/manual/) have them.
Meant for the archives around images (docker save, OCI archives); bodies are sought over, never read.
"""

from __future__ import annotations

import posixpath
from typing import BinaryIO

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import Limits
from pratique.oci.files import Member, normalise

_BLOCK = 512
_FILE_KINDS, _HARD_LINK, _SYMBOLIC_LINK = (b"\0", b"0", b"7"), b"1", b"2"
_LONG_NAME, _LONG_LINK, _PAX, _PAX_GLOBAL, _SPARSE = b"L", b"K", b"x", b"g", b"S"
# Two of these would let two readers see two images in one archive.
_DOCUMENTS = frozenset({"manifest.json", "index.json", "oci-layout"})


def index(stream: BinaryIO, path: str, size: int, limits: Limits, name: str = "") -> dict[str, Member | str]:
    """The members of the archive of ``size`` bytes at ``path``: a ``Member`` for a file, the name that it points to for
    a link. Of equal names the last counts, as when extracting. Raises ``Unreadable`` for what is no tar archive or ends
    early, ``LimitExceeded``; they call the archive ``name``, where that is not its path."""
    return _Scan(stream, path, size, limits, name or path).members()


class _Scan:
    """The state of one walk over the headers: what pax and GNU headers say of the member that follows them."""

    def __init__(self, stream: BinaryIO, path: str, size: int, limits: Limits, said: str) -> None:
        self._stream, self._path, self._size, self._limits, self._said = stream, path, size, limits, said
        self._found: dict[str, Member | str] = {}
        self._forget()

    def _forget(self) -> None:
        self._name, self._link, self._pax = "", "", dict[str, str]()

    def members(self) -> dict[str, Member | str]:
        position, count = 0, 0
        while position + _BLOCK <= self._size:
            header = self._at(position, _BLOCK)
            if not header.strip(b"\0"):
                break
            count += 1
            if count > self._limits.archive_members:
                raise LimitExceeded(f"{self._said!r} has more than {self._limits.archive_members} members")
            position = self._member(header, position + _BLOCK)
        return self._found

    def _member(self, header: bytes, body: int) -> int:
        """Notes one member; gives the position of the next header."""
        self._check(header, body - _BLOCK)
        kind = header[156:157]
        size = self._number(header[124:136]) if kind not in (_HARD_LINK, _SYMBOLIC_LINK) else 0
        if kind in (_LONG_NAME, _LONG_LINK, _PAX, _PAX_GLOBAL):
            self._extend(kind, size, body)
        else:
            size = self._sized(size)
            self._note(kind, header, body, size)
            self._forget()
        if body + size > self._size:
            raise Unreadable(f"{self._said!r} ends in the middle of a member, {body + size - self._size} bytes short")
        return body + -(-size // _BLOCK) * _BLOCK

    def _extend(self, kind: bytes, size: int, body: int) -> None:
        if size > self._limits.pax_header:
            raise LimitExceeded(f"{self._said!r} has an extended header of {size} bytes")
        data = self._at(body, size)
        if kind == _LONG_NAME:
            self._name = _text(data)
        elif kind == _LONG_LINK:
            self._link = _text(data)
        elif kind == _PAX:
            self._pax = _records(data, self._said)

    def _sized(self, size: int) -> int:
        if "size" not in self._pax:
            return size
        if not (self._pax["size"].isascii() and self._pax["size"].isdigit()):
            raise Unreadable(f"{self._said!r} has a pax size {self._pax['size'][:40]!r}")
        return int(self._pax["size"][:20])

    def _note(self, kind: bytes, header: bytes, body: int, size: int) -> None:
        prefix = _text(header[345:500]) if header[257:263] == b"ustar\0" else ""
        short = posixpath.join(prefix, _text(header[:100])) if prefix else _text(header[:100])
        raw = self._pax.get("path") or self._name or short
        name = normalise(raw)
        if kind == _SPARSE or any(key.startswith("GNU.sparse") for key in self._pax):
            raise Unreadable(f"{self._said!r}: {raw!r} is a sparse member, which no writer of images makes")
        if not name or raw.endswith("/"):
            return
        if name in _DOCUMENTS and name in self._found:
            raise Unreadable(f"{self._said!r} holds {name!r} twice", hint="readers would differ on which one counts")
        target = self._pax.get("linkpath") or self._link or _text(header[157:257])
        if kind in _FILE_KINDS:
            self._found[name] = Member(self._path, body, size)
        elif kind == _HARD_LINK:
            self._found[name] = normalise(target)
        elif kind == _SYMBOLIC_LINK:
            self._found[name] = normalise(posixpath.join(posixpath.dirname(name), target))

    def _check(self, header: bytes, position: int) -> None:
        """POSIX: the sum of the header's bytes, its own field taken as spaces."""
        stored = _octal(header[148:156])
        if stored is None or stored != sum(header) - sum(header[148:156]) + 8 * 0x20:
            raise Unreadable(f"{self._said!r} is no tar archive: bad header at byte {position}")

    def _number(self, field: bytes) -> int:
        """GNU tar manual, "Extensions to tar": base-256 when the high bit is set, else octal."""
        number = int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big") if field[0] & 0x80 else _octal(field)
        if number is None or field[0] == 0xFF:
            raise Unreadable(f"{self._said!r} has a member of size {field!r}")
        return number

    def _at(self, position: int, count: int) -> bytes:
        self._stream.seek(position)
        data = self._stream.read(count)
        if len(data) < count:
            raise Unreadable(f"{self._said!r} ends early, at byte {position + len(data)}")
        return data


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _octal(field: bytes) -> int | None:
    digits = field.strip(b" \0") or b"0"
    return int(digits, 8) if digits.strip(b"01234567") == b"" else None


def _records(data: bytes, path: str) -> dict[str, str]:
    """pax(1), "pax Header Block": ``<length> <key>=<value>\\n``."""
    records, position = {}, 0
    while position < len(data) and data[position : position + 1] != b"\0":
        digits = data[position : position + 20].partition(b" ")[0]
        length = int(digits) if digits.isdigit() else 0
        record = data[position + len(digits) + 1 : position + length - 1]
        key, equals, value = record.partition(b"=")
        if length <= len(digits) + 2 or not equals or position + length > len(data):
            raise Unreadable(f"{path!r} has a broken pax header")
        records[key.decode("utf-8", "surrogateescape")] = value.decode("utf-8", "surrogateescape")
        position += length
    return records
