"""The packages that the files of an image prove in; each package once, with all files that prove it, out.

One that two installed copies prove in the same layer is one. What only a lock file, an SBOM or a note in a program
names is no package beside the same one that is installed: it tells where else it is spoken of, also where an SBOM
does not say which type of package it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from pratique.catalog._hashes import ancestors
from pratique.model import DISTRIBUTION_TYPES, Package
from pratique.package_url import spelt

Name = tuple[str, str, str, str]
_APART = frozenset({"golang", *DISTRIBUTION_TYPES})  # each program holds functions of its own; databases are squashed
_PLACES = 1000
_RELEASE = "/release"  # of a JDK or JRE
_LAUNCHED = ("openjdk", "jdk", "graalvm")
_COMMIT = re.compile(r"[-.]\d{14}-[0-9a-f]{12}(?:\+|$)")  # https://go.dev/ref/mod#pseudo-versions


def joined(packages: Iterable[Package]) -> tuple[Package, ...]:
    """The packages, sorted."""
    packages = _recognised(_without_launchers(tuple(packages)))
    released = {_module(one) for one in packages if one.type == "golang" and one.cpe}
    named = dict[Name, list[Package]]()
    for package in packages:
        if package.type == "golang" and not package.cpe and _module(package) in released and _is_built(package.version):
            continue  # the program's own text tells which release its main module is
        named.setdefault((package.type, package.namespace, package.name, package.version), []).append(package)
    found = list[Package]()
    for name in sorted(named):
        same = named[name]
        found += same if len(same) == 1 else _merged(sorted(same, key=_rank))
    return tuple(found)


def _without_launchers(packages: tuple[Package, ...]) -> tuple[Package, ...]:
    """Java's launchers and libraries tell what the file ``release`` at the root of their JDK does, less the maker's
    name: they are places of the same runtime."""
    runtimes = {
        (one.path.removesuffix(_RELEASE), one.cpe, one.layer): one
        for one in packages
        if one.type == "generic" and one.cpe and one.path.endswith(_RELEASE)
    }
    if not runtimes:
        return packages
    kept, places = list[Package](), dict[Package, list[str]]()
    for package in packages:
        if package.name in _LAUNCHED and not package.path.endswith(_RELEASE):
            above = ((folder, package.cpe, package.layer) for folder in ancestors(package.path))
            runtime = next((runtimes[one] for one in above if one in runtimes), None)
            if runtime is not None:
                places.setdefault(runtime, []).append(package.path)
                continue
        kept.append(package)
    return tuple(
        msgspec.structs.replace(one, locations=tuple(sorted(places[one])[:_PLACES])) if one in places else one
        for one in kept
    )


def _recognised(packages: tuple[Package, ...]) -> tuple[Package, ...]:
    """What a document within the image names without saying of which type it is, or as a distribution's, as the package
    of that name and version which something else proves, where there is one."""
    if not any(map(_is_vague, packages)):
        return packages
    proven = {
        (kind, name, one.version): one
        for one in packages
        if not one.declared and not _is_vague(one)
        for kind in (one.type, "generic")
        for name in (one.name, spelt(one))
    }
    return tuple(
        msgspec.structs.replace(one, type=same.type, namespace=same.namespace, name=same.name, arch=same.arch)
        if _is_vague(one) and (same := proven.get((one.type, one.name, one.version))) is not None
        else one
        for one in packages
    )


def _is_vague(package: Package) -> bool:
    """Whether a document's words leave open which package it means; a distribution's own database names none."""
    of_a_system = package.type in DISTRIBUTION_TYPES and package.namespace
    return package.stated and bool(of_a_system or (package.type == "generic" and not package.cpe))


def _module(package: Package) -> Name:
    return (package.path, package.namespace, package.name, str(package.layer))


def _is_built(version: str) -> bool:
    """Whether a Go module's version tells no release: ``(devel)``, or one made of a commit."""
    return version == "(devel)" or _COMMIT.search(version) is not None


def _rank(package: Package) -> tuple[int, int, str, str, str]:
    """What is installed comes before what is spoken of, a lower layer before a higher one."""
    return (_proof(package), package.layer, package.arch, package.path, package.scope)


def _proof(package: Package) -> int:
    """0 for what is installed, 1 for what a document states, 2 for what a lock file names."""
    return 2 if package.declared else int(package.stated)


def _merged(same: Sequence[Package]) -> list[Package]:
    """Packages of one name and version, ranked, as few as they are."""
    kept: dict[tuple[object, ...], list[Package]] = {}
    first = same[0]
    for package in same:
        if _proof(package) > _proof(first):
            kept[_copy(first)].append(package)
        else:
            kept.setdefault(_copy(package), []).append(package)
    return [_one(copies) for copies in kept.values()]


def _copy(package: Package) -> tuple[object, ...]:
    """What copies have in common that are one package."""
    if package.type in _APART:
        return (package.arch, package.layer, package.path)
    return (package.arch, package.layer, package.owner, package.declared, package.scope)


def _one(copies: Sequence[Package]) -> Package:
    """The first, with what the others add."""
    first = copies[0]
    if len(copies) == 1:
        return first
    others = {place for package in copies for place in (package.path, *package.locations)} - {first.path, ""}
    return msgspec.structs.replace(
        first,
        locations=tuple(sorted(others)[:_PLACES]),
        cpe=first.cpe or next((one.cpe for one in copies if one.cpe), ""),
        licences=first.licences or next((one.licences for one in copies if one.licences), ()),
        depends=first.depends or next((one.depends for one in copies if one.depends), ()),
        hashes=first.hashes or next((one.hashes for one in copies if one.hashes), ()),
    )
