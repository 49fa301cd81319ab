"""The facts of an image's layers in, bottom first; what is in the image once they lie on one another out.

OCI image-spec, "Applying Changesets": https://github.com/opencontainers/image-spec/blob/main/layer.md
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from pratique.catalog._accounted import strays
from pratique.catalog._bare_distributions import bare
from pratique.catalog._hashes import ancestors, name_hashes, numbers
from pratique.catalog._join import joined
from pratique.catalog._links import renamed
from pratique.catalog._owned import Owned
from pratique.catalog._places import astray
from pratique.catalog._unsourced import is_of_a_manifest, unsourced
from pratique.catalog.nested_roots import is_nested
from pratique.catalog.os_release import PLACES
from pratique.licences import expression
from pratique.model import (
    DISTRIBUTION_TYPES,
    Channel,
    Distro,
    Fact,
    Functions,
    Inventory,
    LayerFacts,
    Licence,
    Package,
    Problem,
)

_LINK_DEPTH = 16

Identity = tuple[str, str, str, str, str, str]


class _Held(msgspec.Struct, frozen=True):
    """What stands at a path: its facts, the layer that the file is of, and the packages that have been there unchanged
    since an earlier layer, for a package database is written anew as a whole."""

    facts: tuple[Fact, ...]
    layer: int
    since: dict[Identity, int]

    def brought(self) -> dict[Identity, int]:
        """The layer that brought each of the packages."""
        identities = [_identity(fact) for fact in self.facts if isinstance(fact, Package)]
        return {identity: self.since.get(identity, self.layer) for identity in identities}


class _There(msgspec.Struct, frozen=True):
    """The facts that no layer hides, by kind, each with the path where it is told and the layer that wrote it."""

    packages: list[tuple[Package, Identity, int, int]] = []  # the layers that brought and that wrote it
    problems: list[tuple[Problem, int]] = []
    licences: list[Licence] = []
    distros: list[tuple[str, Distro]] = []
    channels: list[tuple[str, Channel]] = []
    functions: list[tuple[str, Functions]] = []


def squash(layers: Sequence[LayerFacts | None]) -> Inventory:
    """The inventory: packages, each with the layer that brought it, the distribution, and the problems that no later
    layer has hidden. None stands for a layer that could not be read; what it changed is unknown."""
    pile = _Pile()
    for index, layer in enumerate(layers):
        if layer is not None:
            pile.lay(layer, index)
    there = _there(pile.held)
    distro = _distro(there.distros)
    installed = ((package, layer) for package, _, layer, _ in there.packages if package.type in DISTRIBUTION_TYPES)
    owned = Owned(layers, installed)
    packages = _packages(there.packages, _beside(there), owned, distro)
    brought = {path: here.layer for path, here in pile.held.items()}
    problems = _problems(there.problems, layers)
    return Inventory(
        distro=distro,
        packages=packages,
        problems=(*problems, *pile.lost(), *astray(layers), *bare(brought), *unsourced(packages)),
        channels=tuple(_by_path(there.channels)),
        functions=tuple(_by_path(there.functions)),
        layers_read=sum(layer is not None and not any(one.blocking for one in layer.problems) for layer in layers),
        executables=len(pile.programs),
        strays=strays(pile.programs, owned.among(pile.programs), packages),
    )


class _Pile:
    """The layers laid so far, by path."""

    def __init__(self) -> None:
        self.held = dict[str, _Held]()
        self.programs = dict[str, int]()  # the executables, and the layer that brought each
        self._names = dict[int, str]()  # by their hashes: all paths that were ever held, and
        self._above = set[str]()  # the folders above them
        self._lost = list[tuple[str, int, str, int]]()  # a distribution's type, the packages, the path, the layer

    def lay(self, new: LayerFacts, index: int) -> None:
        """Lays one more layer on top: first what it removes, then what it adds, as the specification orders it."""
        held = self.held
        before = {path: held[path] for path in new.facts if path in held}
        for path in self._hidden(new):
            if path in held:
                before[path] = held.pop(path)
            self.programs.pop(path, None)
        added = dict(new.facts)
        for path in new.links:
            facts = _linked(path, new.links, held)
            if facts is not None:
                added[path] = facts
        for path, facts in added.items():
            held[path] = _Held(facts, index, before[path].brought() if path in before else {})
        self.programs.update(dict.fromkeys(new.executables, index))
        self._name({**added, **dict.fromkeys(new.executables)})
        for path, old in before.items():
            for kind, count in _counts(old.facts).items():
                if is_nested(path):  # a root of its own: its files went with it
                    continue
                if path not in held or not _counts(held[path].facts)[kind]:
                    self._lost.append((kind, count, path, index))

    def lost(self) -> Iterator[Problem]:
        """The package databases that a layer took away, or emptied, with more packages than are known of now: their
        files can still be there. A database that has moved has lost nothing."""
        if not self._lost:
            return
        known = _counts(fact for here in self.held.values() for fact in here.facts)
        for kind in sorted({kind for kind, *_ in self._lost}):
            lost = [one for one in self._lost if one[0] == kind]
            count = sum(one[1] for one in lost)
            if count > known[kind]:
                what = (
                    f"the database of {count} packages of type {kind!r} was taken away; their files may still be there"
                )
                yield Problem(lost[-1][2], what, blocking=True, layer=lost[-1][3])

    def _name(self, paths: Collection[str]) -> None:
        new = list(paths)
        for path in paths:
            for folder in ancestors(path):
                if folder in self._above:
                    break
                self._above.add(folder)
                new.append(folder)
        self._names.update(zip(numbers(name_hashes([path.encode() for path in new])), new, strict=True))

    def _hidden(self, layer: LayerFacts) -> set[str]:
        """The paths that a layer hides: whited out, written over, in an opaque folder, or below what is no folder."""
        names = self._names
        gone = {names[found] for found in names.keys() & numbers(layer.plain)}
        gone.update(layer.removed)
        replaced = {names[found] for found in names.keys() & numbers(layer.folders)}
        if "" in layer.opaque:
            return {*self.held, *self.programs}
        hidden = {*gone, *replaced}
        emptied = self._above & gone.union(layer.opaque)
        if emptied:
            there = (*self.held, *self.programs)
            hidden.update(path for path in there if any(folder in emptied for folder in ancestors(path)))
        return hidden


def _there(held: dict[str, _Held]) -> _There:
    there = _There()
    for path, here in held.items():
        layer, since = here.layer, here.since
        for fact in here.facts:
            if isinstance(fact, Package):
                identity = _identity(fact)
                there.packages.append((fact, identity, since.get(identity, layer) if since else layer, layer))
            elif isinstance(fact, Problem):
                there.problems.append((fact, layer))
            elif isinstance(fact, Licence):
                there.licences.append(fact)
            elif isinstance(fact, Distro):
                there.distros.append((path, fact))
            elif isinstance(fact, Channel):
                there.channels.append((path, fact))
            elif isinstance(fact, Functions):
                there.functions.append((path, fact))
    return there


_Told = TypeVar("_Told")


def _by_path(found: list[tuple[str, _Told]]) -> Iterator[_Told]:
    return (fact for _, fact in sorted(found, key=lambda one: one[0]))


def _counts(facts: Iterable[Fact]) -> Counter[str]:
    """How many installed packages of each distribution's type."""
    return Counter(
        fact.type
        for fact in facts
        if isinstance(fact, Package) and fact.type in DISTRIBUTION_TYPES and not (fact.declared or fact.stated)
    )


def _linked(path: str, links: dict[str, str], held: dict[str, _Held]) -> tuple[Fact, ...] | None:
    """The facts of the lower layers' file that a hard link names; None if there are none."""
    target = links[path]
    for _ in range(_LINK_DEPTH):
        if target not in links:
            break
        target = links[target]
    if target not in held:
        return None
    return tuple(renamed(fact, target, path) for fact in held[target].facts)


def _identity(package: Package) -> Identity:
    return (package.type, package.namespace, package.name, package.version, package.arch, package.path)


def _distro(found: Iterable[tuple[str, Distro]]) -> Distro | None:
    """The distribution by the best of its files."""
    rank = {path: position for position, path in enumerate(PLACES)}
    ranked = [(rank.get(path, len(rank)), path, distro) for path, distro in found]
    return min(ranked, key=lambda one: one[:2])[2] if ranked else None


def _packages(
    there: Iterable[tuple[Package, Identity, int, int]],
    beside: dict[tuple[str, str], tuple[str, ...]],
    owned: Owned,
    distro: Distro | None,
) -> tuple[Package, ...]:
    """All packages, sorted, each with its layer, its owner and its licences as SPDX writes them; a distribution's
    package that two databases name is one. ``there`` are packages with the layer since which they have been there, and
    the one that wrote their file; ``beside`` the licences that other files tell."""
    found = dict[Identity, Package]()
    for package, identity, layer, written in there:
        licences = package.licences or beside.get((package.type, package.name), ())
        if licences:
            licences = tuple([expression(text) for text in licences])
        installed = package.type in DISTRIBUTION_TYPES and not (package.declared or package.stated)
        owner = "" if installed else owned.of(package, written, layer)
        if owner and (package.cpe or package.declared or package.type in DISTRIBUTION_TYPES):
            continue  # a program, a lock file or a note of a package that is told already
        namespace = package.namespace
        if package.type in DISTRIBUTION_TYPES:
            namespace = namespace.lower() or (distro.id if distro else "")
            identity = (*_identity(package)[:5], "" if installed else package.path)
        package = msgspec.structs.replace(package, layer=layer, namespace=namespace, owner=owner, licences=licences)
        if identity not in found or _order(package) < _order(found[identity]):
            found[identity] = package
    return joined(found.values())


def _beside(there: _There) -> dict[tuple[str, str], tuple[str, ...]]:
    """The licences that files beside packages tell, by the packages' type and name. Where a package has no such file it
    is that of another one of its source: its folder of documents is a link (Debian policy, section 12.5)."""
    found = {(fact.type, fact.package): fact.licences for fact in there.licences}
    types = {kind for kind, _ in found}
    packages = [package for package, *_ in there.packages if package.type in types]
    sources = dict[tuple[str, str], tuple[str, ...]]()
    for package in packages:
        told = found.get((package.type, package.name))
        if told:
            sources.setdefault((package.type, package.source_name or package.name), told)
    for package in packages:
        told = sources.get((package.type, package.source_name))
        if told:
            found.setdefault((package.type, package.name), told)
    return found


def _order(package: Package) -> tuple[bool, int, str, str, str]:
    of_a_manifest = is_of_a_manifest(package)  # dpkg's own database tells more
    return (of_a_manifest, package.layer, package.path, package.source_name, package.source_version)


def _problems(there: Iterable[tuple[Problem, int]], layers: Sequence[LayerFacts | None]) -> tuple[Problem, ...]:
    found = {msgspec.structs.replace(problem, layer=layer) for problem, layer in there}
    for index, layer in enumerate(layers):
        for problem in layer.problems if layer else ():
            where = problem.where or (layer.digest if layer else "")
            found.add(msgspec.structs.replace(problem, where=where, layer=index))
    return tuple(sorted(found, key=lambda one: (one.layer, one.where, one.what, one.hint, one.blocking)))
