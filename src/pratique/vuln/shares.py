"""What is stated of packages in releases in, a row a package out; a row in, what is stated in each release out.

Of a package the same records often say the same in many releases (the products of a vendor that share a code stream),
so a row holds that once, with the releases that share it. A release is a number in a row: its place among the names of
all. ``docs/adr/0013-rows-by-name.md`` holds the figures behind this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

import msgspec

from pratique.vuln.rows import PackageRow, ReleaseRow
from pratique.vuln.statements import Naming, Packed

_ENCODE = msgspec.msgpack.Encoder().encode


_ALONE = b"\x91\x92\x91"
"""What stands before the number of the one release and its blob: arrays of one, two and one
(https://github.com/msgpack/msgpack/blob/master/spec.md, fixarray)."""


class Share(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is stated of a package alike in some ``releases``, their numbers in order: a ``statements.Blob``."""

    releases: list[int]
    blob: msgspec.Raw


_NAMINGS = msgspec.msgpack.Decoder(list[tuple[list[int], Naming]])
_SHARES = msgspec.msgpack.Decoder(list[Share])


def opened(stated: bytes) -> list[Share]:
    """What a row's column holds. Raises ``msgspec.MsgspecError`` for other bytes."""
    return _SHARES.decode(stated)


def naming(stated: bytes, records: Set[str]) -> list[int]:
    """The numbers of the releases in which any of these records names the package. Raises ``msgspec.MsgspecError`` for
    other bytes."""
    return [number for releases, named in _NAMINGS.decode(stated) if named.name_any(records) for number in releases]


def packed(blobs: Iterable[tuple[int, bytes]]) -> bytes:
    """The column of what is stated in releases, which are in the order of their numbers."""
    shares: dict[bytes, list[int]] = {}
    for number, blob in blobs:
        shares.setdefault(blob, []).append(number)
    return _ENCODE([(numbers, msgspec.Raw(blob)) for blob, numbers in shares.items()])


Stated = Mapping[str, Sequence[tuple[str, Packed]]]
"""What is stated of packages by name: of each the releases, in order, with what is stated there."""


def release_rows(stated: Stated) -> list[ReleaseRow]:
    """The rows of all releases that packages name."""
    counted: dict[str, list[int]] = {}
    for releases in stated.values():
        for release, (ranges, silent, _) in releases:
            count = counted.get(release)
            if count is None:
                count = counted[release] = [0, 0, 0]
            count[0] += 1
            count[1] += ranges
            count[2] += silent
    return numbered(counted)


def numbered(counted: Mapping[str, Sequence[int]]) -> list[ReleaseRow]:
    """The rows of releases, of whose packages, statements and silent records it tells how many there are; those without
    packages have none."""
    names = sorted(name for name, count in counted.items() if count[0])
    return [(number, name, *_three(counted[name])) for number, name in enumerate(names)]


def _three(count: Sequence[int]) -> tuple[int, int, int]:
    return count[0], count[1], count[2]


def package_rows(stated: Stated, releases: Sequence[ReleaseRow]) -> Iterator[PackageRow]:
    """The rows of packages, in their order."""
    numbers = {row[1]: row[0] for row in releases}
    alone = {release: _ALONE + _ENCODE(number) for release, number in numbers.items()}
    for name in sorted(stated):
        held = stated[name]
        if len(held) == 1:  # as most packages of languages: in a quarter of the time
            yield name, alone[held[0][0]] + held[0][1][2]
        else:
            yield name, packed([(numbers[release], found[2]) for release, found in held])
