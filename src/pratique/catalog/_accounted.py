"""The executables of an image and its packages in; which of them belong to no package out.

A program belongs to the package that says it installed it (in the layer that brought it), to one that it proves, or to
one in whose own folder it lies.
"""

from __future__ import annotations

from collections.abc import Iterable

from pratique.catalog._hashes import ancestors
from pratique.model import Package

# types of which each package has a folder that its metadata lies in
_OWN_FOLDER = frozenset({"brew", "cran", "flatpak", "npm"})


def strays(executables: Iterable[str], owned: set[str], packages: Iterable[Package]) -> tuple[str, ...]:
    """Those that belong to nobody, sorted; ``owned`` are the paths that packages say they installed."""
    left = [path for path in executables if path not in owned]
    if not left:
        return ()
    proved, roots = set[str](), set[str]()
    for package in packages:
        if package.declared or package.stated:
            continue
        for place in (package.path, *package.locations):
            path = place.partition("!/")[0]
            proved.add(path)
            if package.type in _OWN_FOLDER:
                roots.add(path.rpartition("/")[0])
            elif package.type == "gem":  # specifications/NAME-VERSION.gemspec stands for gems/NAME-VERSION
                folder, _, name = path.rpartition("/")
                roots.add(f"{folder.removesuffix('/default').rpartition('/')[0]}/gems/{name.removesuffix('.gemspec')}")
            elif package.type == "nix":
                roots.add(path)
            elif package.type == "snap":
                roots.add(path.removesuffix("/meta/snap.yaml"))
            elif package.cpe and path.endswith("/release"):  # a JDK's
                roots.add(path.rpartition("/")[0])
    roots.discard("")
    return tuple(sorted(path for path in left if path not in proved and roots.isdisjoint(ancestors(path))))
