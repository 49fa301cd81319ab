"""The database of apk-tools in, Alpine's packages and their files out: https://wiki.alpinelinux.org/wiki/Apk_spec
(fields of the index), https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/src/database.c (F, R, a, Z)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pratique.catalog._damage import Damage
from pratique.catalog._relations import bounded
from pratique.catalog._stanzas import stanzas
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Owns, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

# name, version, architecture, origin, licence, maintainer, dependencies
_WANTED = frozenset(("P:", "V:", "A:", "o:", "L:", "m:", "D:"))
_PROVIDED = re.compile(r"\n([Pp]):([^\n]*)")
_VERSION = re.compile(r"[<>=~@]")  # what ends a name


def parse(file: File) -> Iterator[Fact]:
    """A ``Package`` a stanza, and what it ``Owns``. Stanzas without name or version are a ``Problem``; a file in
    which no stanza makes sense raises ``Unreadable``."""
    text = file.read().decode("utf-8", "replace")
    packages, damage, room = 0, Damage(), DEFAULT.owned_path
    provided = _provided(text)
    for stanza in stanzas(text):
        fields, paths = _stanza(stanza, room)
        room -= sum(map(len, paths))
        if "P" in fields and "V" in fields:
            packages += 1
            yield _package(fields, file.path, provided)
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


def _provided(text: str) -> dict[str, str]:
    """The package by what it provides beside its name: libraries, commands, other names. Of several the first."""
    found, name = dict[str, str](), ""
    for letter, value in _PROVIDED.findall("\n" + text):
        if letter == "P":
            name = value.strip()
        else:
            for word in value.split():
                found.setdefault(_VERSION.split(word, maxsplit=1)[0], name)
    return found


def needed(field: str, provided: Mapping[str, str]) -> tuple[str, ...]:
    """The packages that a list of dependencies names, or by what they provide (``so:libc.musl-x86_64.so.1``). What
    nobody provides is left out where it is no package's name (``so:``, ``cmd:``, a path), and so is what must not be
    there (``!name``). Raises ``LimitExceeded``."""
    names = (_VERSION.split(word, maxsplit=1)[0] for word in field.split() if word[:1] != "!")
    found = (provided.get(name, "" if ":" in name or "/" in name else name) for name in names)
    return bounded(name for name in found if name)


def _package(fields: dict[str, str], path: str, provided: Mapping[str, str]) -> Package:
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
        depends=needed(fields.get("D", ""), provided),
    )


CATALOGUER = Cataloguer(
    "apk", 2, Claim(paths=("lib/apk/db/installed", "usr/lib/apk/db/installed")), parse, blocking=True
)
