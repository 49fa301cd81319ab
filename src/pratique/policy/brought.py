"""The packages of an image in; which direct dependency brought one that nobody asked for by name out.

``relations`` tells who needs whom. A direct dependency is one that the application itself needs, or, where no package
is known for the application, one that nothing else needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pratique.model import DISTRIBUTION_TYPES, Package
from pratique.package_url import spelt
from pratique.relations import Kind, name_of, names_of_need, relations

_MODULES = "node_modules/"  # what npm installs lies below; what does not is the application
_MOST = 2_000  # packages that are looked through for one; where all need one another there are none to be named
_FEW = 200  # names for which a graph of their own is made: all relations of an image take 20 ms and more


class Brought:
    """Asks for the relations of a type of packages once, and only where one of them is asked for."""

    def __init__(self, packages: Sequence[Package]) -> None:
        self._packages = packages
        self._types = dict[str, _Type]()

    def by(self, packages: Iterable[Package]) -> tuple[str, ...]:
        """The names of the direct dependencies that need them; none where one of them is direct itself, or belongs to
        a distribution."""
        found = set[str]()
        for package in packages:
            if package.type in DISTRIBUTION_TYPES:
                return ()
            if package.type not in self._types:
                self._types[package.type] = _Type([one for one in self._packages if one.type == package.type])
            direct = self._types[package.type].graph(package).direct(package)
            if direct is None:
                return ()
            found |= direct
        return tuple(sorted(found))


class _Type:
    """The packages of one type, by their names."""

    def __init__(self, packages: Sequence[Package]) -> None:
        self._packages = packages
        self._names = [name_of(package) for package in packages]
        self._asking = dict[str, set[str]]()  # who may need whom, by name
        for package, name in zip(packages, self._names, strict=True):
            for need in package.depends:
                for meant in names_of_need(package.type, need):
                    self._asking.setdefault(meant, set()).add(name)
        self._whole: _Graph | None = None

    def graph(self, package: Package) -> _Graph:
        """A graph of all that may need the package, however far above; of the whole type, where those are many."""
        above = {name_of(package)}
        waiting = list(above)
        while waiting and len(above) <= _FEW:
            more = self._asking.get(waiting.pop(), set()) - above
            above |= more
            waiting += more
        if len(above) <= _FEW:
            return _Graph([one for one, name in zip(self._packages, self._names, strict=True) if name in above])
        if self._whole is None:
            self._whole = _Graph(self._packages)
        return self._whole


class _Graph:
    """Packages of one type, and by whom each is needed."""

    def __init__(self, packages: Sequence[Package]) -> None:
        self._packages = packages
        self._places = {package: place for place, package in enumerate(packages)}
        self._needed_by = dict[int, list[int]]()
        for relation in relations(packages):
            if relation.kind is Kind.NEEDS:
                self._needed_by.setdefault(relation.other, []).append(relation.one)
        self._applications = {place for place in range(len(packages)) if self._is_application(place)}

    def direct(self, package: Package) -> set[str] | None:
        """The direct dependencies above it; None where it is one, nothing tells, or too many need it."""
        start = self._places.get(package)
        if start is None or self._is_direct(start):
            return None
        seen, waiting, found = {start}, [start], set[str]()
        while waiting:
            for place in self._needed_by.get(waiting.pop(), ()):
                if place in seen or place in self._applications:
                    continue
                if len(seen) >= _MOST:
                    return None
                seen.add(place)
                if self._is_direct(place):
                    found.add(spelt(self._packages[place]))
                waiting.append(place)
        return found or None

    def _is_direct(self, place: int) -> bool:
        above = self._needed_by.get(place, ())
        return not above or not self._applications.isdisjoint(above)

    def _is_application(self, place: int) -> bool:
        package = self._packages[place]
        return package.type == "npm" and _MODULES not in package.path and not self._needed_by.get(place)
