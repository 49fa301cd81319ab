"""The packages of an image in; a problem for each manifest whose packages nothing names the sources of, out.

Advisories of Debian and Ubuntu speak of source packages. The manifests of chisel name none, so what is known of
``openssl`` would not be found for ``libssl3``; where dpkg's own database has the packages too, it tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pratique.model import Package, Problem

MANIFEST = "manifest.wall"


def is_of_a_manifest(package: Package) -> bool:
    """Whether only such a manifest proves the package."""
    return package.type == "deb" and package.path.endswith(f"/{MANIFEST}")


def unsourced(packages: Iterable[Package]) -> Iterator[Problem]:
    """Blocking: what is known of such packages is not all found."""
    counts = dict[tuple[str, int], int]()
    for package in packages:
        if is_of_a_manifest(package):
            place = (package.path, package.layer)
            counts[place] = counts.get(place, 0) + 1
    for (path, layer), count in sorted(counts.items()):
        what = f"{path!r} names no source packages, so advisories that speak of those are not found for its {count}"
        hint = "keep dpkg's status of the packages in the image, too"
        yield Problem(path, what, blocking=True, layer=layer, hint=hint)
