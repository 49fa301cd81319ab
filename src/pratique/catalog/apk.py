"""The database of apk-tools in, Alpine's packages and their files out: https://wiki.alpinelinux.org/wiki/Apk_spec
(fields of the index), https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/src/database.c (F, R, a, Z)."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.catalog._damage import Damage
from pratique.catalog._stanzas import stanzas
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Owns, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_WANTED = frozenset(("P:", "V:", "A:", "o:", "L:", "m:"))  # name, version, architecture, origin, licence, maintainer


def parse(file: File) -> Iterator[Fact]:
    """A ``Package`` a stanza, and what it ``Owns``. Stanzas without name or version are a ``Problem``; a file in
    which no stanza makes sense raises ``Unreadable``."""
    text = file.read().decode("utf-8", "replace")
    packages, damage, room = 0, Damage(), DEFAULT.owned_path
    for stanza in stanzas(text):
        fields, paths = _stanza(stanza, room)
        room -= sum(map(len, paths))
        if "P" in fields and "V" in fields:
            packages += 1
            yield _package(fields, file.path)
            if paths:
                yield Owns(package=fields["P"], paths=tuple(paths))
        else:
            damage.add(f"no name (P) or no version (V): {stanza[:80]!r}")
    if damage.count and not packages:
        raise Unreadable(f"no package in {file.path!r}: {damage.first}")
    if damage.count:
        yield Problem(where=file.path, what=f"{damage.count} stanzas of {file.path!r} are no package: {damage.first}")
    if text and not text.endswith("\n"):
        yield Problem(
            where=file.path, what=f"{file.path!r} ends in mid-line, so packages may be missing", blocking=True
        )


def _stanza(stanza: str, room: int) -> tuple[dict[str, str], list[str]]:
    """The fields by letter (in files' lines R follows the F that it lies in), and the files' paths."""
    fields: dict[str, str] = {}
    paths: list[str] = []
    folder = ""
    for line in stanza.split("\n"):
        letter = line[:2]
        if letter == "R:":
            room -= len(folder)  # one long folder and a million names in it would fill the memory
            if room < 0:
                raise LimitExceeded(f"the packages' paths are longer than limits.owned_path = {DEFAULT.owned_path}")
            paths.append(folder + line[2:])
        elif letter == "F:":
            folder = line[2:] + "/" if len(line) > 2 else ""
        elif letter in _WANTED and len(line) > 2:
            fields[letter[0]] = line[2:].strip()
    return fields, paths


def _package(fields: dict[str, str], path: str) -> Package:
    licence = fields.get("L", "")
    return Package(
        type="apk",
        name=fields["P"],
        version=fields["V"],
        arch=fields.get("A", ""),
        source_name=fields.get("o", ""),
        licences=(licence,) if licence else (),
        vendor=fields.get("m", ""),
        path=path,
    )


CATALOGUER = Cataloguer(
    "apk", 1, Claim(paths=("lib/apk/db/installed", "usr/lib/apk/db/installed")), parse, blocking=True
)
