"""The lock file of R's renv in, the packages that it names out
(https://rstudio.github.io/renv/articles/lockfile.html)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from pratique.catalog._documents import from_json
from pratique.catalog._lock import Left, declared
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File


class _Entry(msgspec.Struct, gc=False, rename="pascal"):
    """``Requirements`` until renv 1.0."""

    package: str = ""
    version: str = ""
    source: str = ""
    repository: str | None = ""
    requirements: list[str] = []


class _Lock(msgspec.Struct, gc=False, rename="pascal"):
    """R's own version stands beside; R is no package of CRAN."""

    packages: dict[str, _Entry]


def parse(file: File) -> Iterable[Fact]:
    """The declared packages, of type ``bioconductor`` where they come from there. The file's hashes are over fields of
    DESCRIPTION, and not told."""
    return declared(file, _read)


def _read(data: bytes, path: str) -> Iterator[Fact]:
    packages = from_json(data, _Lock, "lock file of renv").packages
    left = Left()
    for key, entry in packages.items():
        name = entry.package or key
        if left.out(name, entry.version):
            continue
        needs = (need for need in entry.requirements if need != "R")
        depends = tuple(f"{need}@{packages[need].version}" if need in packages else need for need in needs)
        kind = "bioconductor" if entry.source == "Bioconductor" else "cran"
        yield Package(kind, name, entry.version, path=path, depends=depends, declared=True)
    yield from left.told(path)


CATALOGUER = Cataloguer("renv", 1, Claim(names=("renv.lock",)), parse)
