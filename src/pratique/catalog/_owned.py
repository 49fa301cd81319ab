"""The facts of an image's layers and its packages in; whose a file is, by the lists of what packages installed, out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pratique.catalog._owns import Owners, canonical, owners
from pratique.model import LayerFacts, Package


class Owned:
    """Which of the distribution's ``packages``, each with its layer, owns a path. Only the layer that brought the file
    is asked: what a later layer wrote over is no longer the distribution's, whatever its lists say. A package that is
    gone owns nothing, and one that came with another layer did not bring the file: a list by itself, which anybody can
    write, hides nothing.

    A program that tells its own version may have been written anew with the same bytes, as when a file gets another
    name or mode: it is still its package's, of an earlier layer, where that has the version that it tells. So is a copy
    of it in a virtual environment that says whose copy it is."""

    def __init__(self, layers: Sequence[LayerFacts | None], packages: Iterable[tuple[Package, int]]) -> None:
        self._layers = layers
        self._owners = dict[int, Owners]()
        self._installed = dict[str, dict[int, str]]()  # by name and layer, the version
        self._same = set[str]()  # programs whose packages came with an earlier layer, maybe
        for package, layer in packages:
            if not (package.declared or package.stated):
                self._installed.setdefault(package.name, {})[layer] = package.version

    def of(self, package: Package, layer: int, since: int) -> str:
        """The name of the package that owns the file which proves this one, "" for none. ``layer`` wrote the file, and
        it has proved the same since the layer ``since``: an upgrade by a distribution may change nothing in it."""
        path = package.path.partition("!/")[0]
        owner = self.by(path, layer) or (self.by(path, since) if since != layer else "")
        if owner or not package.cpe:
            self._same.update((path,) if owner else ())
            return owner
        original = self._of_layer(layer).originals.get(canonical(path), "")
        for earlier in range(layer + 1 if original else layer):
            owner = self._of_layer(earlier).packages.get(original or canonical(path), "")
            if any(_is_of(package.version, version) for version in self._installed.get(owner, {}).values()):
                self._same.add(path)
                return owner
        return ""

    def by(self, path: str, layer: int) -> str:
        """The name of the package that owns a path of that layer, "" for none."""
        found = self._of_layer(layer).packages
        if not found:
            return ""
        owner = found.get(canonical(path), "")
        return owner if layer in self._installed.get(owner, ()) else ""

    def among(self, paths: Mapping[str, int]) -> set[str]:
        """Those of the paths, with the layer that brought each, which some package says it installed, and copies of
        another one of them, which stands for them; ``of`` has been asked of all packages before."""
        there = set(map(canonical, paths))
        return self._same | {
            path
            for path, layer in paths.items()
            if self.by(path, layer)
            or canonical(path) in self._of_layer(layer).others
            or self._of_layer(layer).originals.get(canonical(path)) in there
        }

    def _of_layer(self, layer: int) -> Owners:
        if layer not in self._owners:
            facts = self._layers[layer]
            found = facts.facts.values() if facts else ()
            self._owners[layer] = owners(fact for some in found for fact in some)
        return self._owners[layer]


def _is_of(program: str, package: str) -> bool:
    """Whether a distribution's version is one of that upstream version: 5.36.0 of 1:5.36.0-7+deb12u3."""
    upstream = package.partition(":")[2] or package
    return upstream.startswith(program) and not upstream[len(program) : len(program) + 1].isalnum()
