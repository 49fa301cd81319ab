"""An .rpm file that lies in the image in, the package that it would install out:
https://rpm-software-management.github.io/rpm/manual/format_v4.html (lead, signature, header, payload).

Nothing shows that it was installed: the package is ``declared``. Of a source package nothing is installed either.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import msgspec

from pratique.catalog._rpm_header import Header
from pratique.catalog.rpm import package_of
from pratique.errors import LimitExceeded, Unreadable
from pratique.model import Fact
from pratique.plugins import Cataloguer, Claim, File

_LEAD = b"\xed\xab\xee\xdb"
_LEAD_SIZE, _SOURCE = 96, 1
_HEADER = b"\x8e\xad\xe8\x01"
_HEAD = 16 << 20  # bytes: what comes before the payload


def parse(file: File) -> Iterator[Fact]:
    """One ``Package``; nothing for a source package. Raises ``Unreadable`` for what is no such file."""
    with file.open() as stream:
        data = stream.read(_HEAD)
    if len(data) < _LEAD_SIZE or not data.startswith(_LEAD):
        raise Unreadable(f"no rpm package: it begins with {data[:4]!r}")
    if int.from_bytes(data[6:8], "big") == _SOURCE:
        return
    _, end = _header(data, _LEAD_SIZE)
    blob, _ = _header(data, end + -end % 8)  # the signature is padded to eight bytes
    found = package_of(Header(blob), file.path)
    if found is not None:
        yield msgspec.structs.replace(found, declared=True)


def _header(data: bytes, at: int) -> tuple[bytes, int]:
    """The header structure there, as a database stores it, and where it ends."""
    if data[at : at + 4] != _HEADER or at + 16 > len(data):
        raise Unreadable("an rpm package without its headers")
    entries, size = struct.unpack_from(">II", data, at + 8)
    end = at + 16 + 16 * entries + size
    if end > len(data):
        if len(data) == _HEAD:
            raise LimitExceeded(f"the headers of an rpm package are longer than {_HEAD} bytes")
        raise Unreadable("an rpm package that is cut short")
    return data[at + 8 : end], end


CATALOGUER = Cataloguer("rpm-file", 1, Claim(suffixes=(".rpm",), head=_HEAD), parse)
