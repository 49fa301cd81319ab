"""The lock file of R's renv in, the packages that it names out
(https://rstudio.github.io/renv/articles/lockfile.html)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from pratique.catalog._documents import from_json
from pratique.catalog._lock import Left, declared
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_NEED = re.compile(r"\s*([A-Za-z][A-Za-z0-9.]*)")
_LICENCE_LENGTH = 256


class _Entry(msgspec.Struct, gc=False, rename="pascal"):
    """``Requirements`` until renv 1.0; then the fields of DESCRIPTION."""

    package: str = ""
    version: str = ""
    source: str = ""
    repository: str | None = ""
    requirements: list[str] = []
    license: str = ""
    depends: list[str] | str = []
    imports: list[str] | str = []
    linking_to: list[str] | str = []


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
        depends = tuple(f"{need}@{packages[need].version}" if need in packages else need for need in _needs(entry))
        kind = "bioconductor" if entry.source == "Bioconductor" else "cran"
        licences = (entry.license[:_LICENCE_LENGTH],) if entry.license else ()
        yield Package(kind, name, entry.version, licences=licences, path=path, depends=depends, declared=True)
    yield from left.told(path)


def _needs(entry: _Entry) -> Iterable[str]:
    """Names, without R itself and without the versions that are wanted."""
    fields = (
        field if isinstance(field, list) else [field] for field in (entry.depends, entry.imports, entry.linking_to)
    )
    found = (_NEED.match(one) for one in (*entry.requirements, *(one for field in fields for one in field)))
    return dict.fromkeys(need[1] for need in found if need and need[1] != "R")


CATALOGUER = Cataloguer("renv", 2, Claim(names=("renv.lock",)), parse)
