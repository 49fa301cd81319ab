"""Bundler's lock file in, the gems that it names out (https://bundler.io/guides/rationale.html,
https://bundler.io/man/bundle-lock.1.html). It does not say what is needed for development only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pratique.catalog._lock import Left, declared, hexadecimal
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_SECTIONS = frozenset({"GEM", "GIT", "PATH", "PLUGIN SOURCE"})
# NAME (VERSION), four blanks deep; NAME (REQUIREMENT), six deep. A version holds no hyphen; a platform follows one.
_GEM = re.compile(r"    ([^\s()!]+) \(([^\s()-]+)(?:-[^()]*)?\)$")
_NEED = re.compile(r"      ([^\s()!]+)(?: \([^()]*\))?!?$")
# NAME (VERSION) sha256=…: the archive for all platforms
_CHECKSUM = re.compile(r"  ([^\s()]+) \(([^()\s-]+)\) sha256=([0-9a-f]+)")
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


def parse(file: File) -> Iterable[Fact]:
    """The declared gems; of several platforms' builds of one gem the gem once."""
    return declared(file, _read)


def _read(data: bytes, path: str) -> Iterator[Fact]:
    if len(data) > DEFAULT.file_list:
        raise LimitExceeded(f"lock file of {len(data)} bytes; limits.file_list is {DEFAULT.file_list}")
    text = data.decode("utf-8-sig", errors="replace")
    gems, needs, hashes = _sections(text.splitlines())
    if "\nDEPENDENCIES" not in text:
        yield Problem(path, "lock file of Bundler without DEPENDENCIES, which follow the gems: it is cut short")
    versions = dict(gems.keys())
    left = Left()
    for name, version in gems:
        if left.out(name, version):
            continue
        depends = tuple(f"{need}@{versions[need]}" if need in versions else need for need in needs[name])
        yield Package("gem", name, version, path=path, depends=depends, hashes=hashes.get(name, ()), declared=True)
    yield from left.told(path)


def _sections(
    lines: Iterable[str],
) -> tuple[dict[tuple[str, str], None], dict[str, dict[str, None]], dict[str, tuple[str, ...]]]:
    """The gems with their versions, in order; by name what each needs, and the hashes of its archives."""
    section, known = "", False
    gems = dict[tuple[str, str], None]()
    needs, hashes = dict[str, dict[str, None]](), dict[str, tuple[str, ...]]()
    here = dict[str, None]()
    for line in lines:
        if line[:1] not in (" ", ""):
            if line.startswith(_CONFLICT):
                raise Unreadable("lock file of Bundler with a conflict of Git's that is not resolved")
            section, known = line.rstrip(), known or line.rstrip() in _SECTIONS
        elif section in _SECTIONS:
            if gem := _GEM.match(line):
                gems[gem[1], gem[2]] = None
                here = needs.setdefault(gem[1], {})
            elif need := _NEED.match(line):
                here[need[1]] = None
        elif section == "CHECKSUMS" and (checksum := _CHECKSUM.match(line)):
            hashes[checksum[1]] = hexadecimal("sha256", checksum[3])
    if not known:
        raise Unreadable("no lock file of Bundler: it has no section of gems")
    return gems, needs, hashes


CATALOGUER = Cataloguer("bundler", 3, Claim(names=("Gemfile.lock", "Gemfile.next.lock", "gems.locked")), parse)
