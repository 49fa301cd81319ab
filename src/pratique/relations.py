"""The packages of an image in, how they belong to one another out: which needs, holds or brought which.

``Package.depends`` is resolved within the image: by type and name, and of several copies the one that lies nearest, as
Node.js looks it up (https://nodejs.org/api/modules.html#loading-from-node_modules-folders).
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Iterator, Sequence

import msgspec

from pratique.model import DISTRIBUTION_TYPES, Package
from pratique.package_url import spelt

_COPIES = 50  # of one name that are looked at


class Kind(enum.Enum):
    """``HOLDS``: an archive another one, or a distribution's package the software whose files it installed."""

    NEEDS = "needs"
    HOLDS = "holds"


class Relation(msgspec.Struct, frozen=True, order=True):
    """``one`` and ``other`` are positions in the list of packages."""

    one: int
    other: int
    kind: Kind = Kind.NEEDS


def relations(packages: Sequence[Package]) -> list[Relation]:
    """All relations, each once, by the order of the packages."""
    found = {(each.one, each.other, each.kind): each for each in (*_needed(packages), *_held(packages))}
    return [found[key] for key in sorted(found, key=lambda key: (key[0], key[1], key[2].value)) if key[0] != key[1]]


def names_of_need(kind: str, need: str) -> tuple[str, ...]:
    """The names, as ``name_of`` writes them, of which one is meant by an entry of ``Package.depends``."""
    at = need.rfind("@")
    return (_folded(kind, need), _folded(kind, need[:at])) if at > 0 else (_folded(kind, need),)


def name_of(package: Package) -> str:
    """A package's name, as those of its type are compared."""
    return _folded(package.type, spelt(package))


def _needed(packages: Sequence[Package]) -> Iterator[Relation]:
    named = dict[tuple[str, str], list[int]]()
    for position, package in enumerate(packages):
        named.setdefault((package.type, name_of(package)), []).append(position)
    for position, package in enumerate(packages):
        for need in package.depends:
            found = _found(package, need, named, packages)
            if found is not None:
                yield Relation(position, found)


def _found(
    package: Package, need: str, named: dict[tuple[str, str], list[int]], packages: Sequence[Package]
) -> int | None:
    """The package that is meant; None where the image has none of that name, or not in that version."""
    copies = named.get((package.type, _folded(package.type, need)))
    if copies is None:
        at = need.rfind("@")
        if at < 1:
            return None
        name, version = need[:at], need[at + 1 :]
        copies = named.get((package.type, _folded(package.type, name)), [])[:_COPIES]
        copies = [copy for copy in copies if packages[copy].version == version]
    if not copies:
        return None
    if len(copies) == 1:
        return copies[0]
    return min(copies[:_COPIES], key=lambda copy: _distance(package, packages[copy]))


def _distance(package: Package, other: Package) -> tuple[bool, int, int]:
    """How far the other lies: of another architecture, then by the folders that both have in common."""
    pairs = zip(package.path.split("/"), other.path.split("/")[:-1], strict=False)
    common = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
    return (package.arch != other.arch, -common, other.path.count("/"))


def _folded(kind: str, name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-") if kind == "pypi" else name


def _held(packages: Sequence[Package]) -> Iterator[Relation]:
    archives = dict[str, int]()
    owners = dict[str, int]()
    for position, package in enumerate(packages):
        archives.setdefault(package.path, position)
        if package.type in DISTRIBUTION_TYPES:
            owners.setdefault(package.name, position)
    for position, package in enumerate(packages):
        holder = _archive(package.path, archives)
        if holder is not None:
            yield Relation(holder, position, Kind.HOLDS)
        elif package.owner in owners:
            yield Relation(owners[package.owner], position, Kind.HOLDS)


def _archive(path: str, archives: dict[str, int]) -> int | None:
    """The package of the nearest archive that the path lies in."""
    outer, inside, _ = path.rpartition("!/")
    while inside:
        if outer in archives:
            return archives[outer]
        outer, inside, _ = outer.rpartition("!/")
    return None
