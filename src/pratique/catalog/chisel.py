"""The manifest of an image that chisel cut from Ubuntu's packages in, those packages and their files out:
https://documentation.ubuntu.com/chisel/en/latest/reference/manifest/, and for its form
https://pkg.go.dev/github.com/canonical/chisel/public/jsonwall (a JSON object a line, packed by Zstandard).

Such an image has no database of dpkg's. The manifest names no source packages: ``_unsourced`` tells of that.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pratique.catalog._damage import Damage
from pratique.catalog._packed import unpacked
from pratique.catalog._unsourced import MANIFEST
from pratique.errors import UNDECODABLE, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Owns, Package, Problem
from pratique.plugins import Cataloguer, Claim, File


class _Line(msgspec.Struct, frozen=True):
    """What we read of a line: ``kind`` is "package", "path", "slice" or "content"; the first line has none, but the
    ``count`` of all lines."""

    jsonwall: str = ""
    count: int = 0
    kind: str = ""
    name: str = ""
    version: str = ""
    arch: str = ""
    sha256: str = ""
    path: str = ""
    slices: tuple[str, ...] = ()


_DECODER = msgspec.json.Decoder(_Line)


def parse(file: File) -> Iterator[Fact]:
    """A ``Package`` a package, what each ``Owns``, and a blocking ``Problem`` where lines make no sense. Raises
    ``Unreadable`` for what is no manifest."""
    lines = unpacked(file.read(), DEFAULT.text).split(b"\n")
    count = _count(lines[0], file.path)
    damage, owned = Damage(), dict[str, list[str]]()
    if count > sum(map(bool, lines)):
        damage.add(f"there should be {count} lines")
    for text in lines[1:]:
        try:
            line = _DECODER.decode(text) if text else None
        except UNDECODABLE as error:
            damage.add(str(error))
            continue
        if line is None:
            continue
        if line.kind == "package":
            yield from _package(line, file.path, damage)
        elif line.kind == "path" and not line.path.endswith("/"):
            for name in {one.partition("_")[0] for one in line.slices}:
                owned.setdefault(name, []).append(line.path.lstrip("/"))
    for name in sorted(owned):
        yield Owns(name, tuple(owned[name]))
    if damage.count:
        what = f"{damage.count} lines of {file.path!r} make no sense, so packages may be missing: {damage.first}"
        yield Problem(file.path, what, blocking=True)


def _count(first: bytes, path: str) -> int:
    """The number of lines that the first one tells."""
    try:
        head = _DECODER.decode(first)
    except UNDECODABLE as error:
        raise Unreadable(f"{path!r} is no manifest of chisel's: {error}") from None
    if not head.jsonwall:
        raise Unreadable(f"{path!r} is no manifest of chisel's: it does not begin as one")
    return head.count


def _package(line: _Line, path: str, damage: Damage) -> Iterator[Package]:
    if line.name and line.version:
        digest = (f"sha256:{line.sha256}",) if line.sha256 else ()
        yield Package("deb", line.name, line.version, arch=line.arch, path=path, hashes=digest)
    else:
        damage.add(f"a package without a name or a version: {line.name!r} {line.version!r}")


CATALOGUER = Cataloguer("chisel", 2, Claim(names=(MANIFEST,)), parse, blocking=True)
