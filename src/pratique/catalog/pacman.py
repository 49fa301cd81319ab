"""A file of pacman's local database in, the package of Arch Linux that is installed or its files out:
https://gitlab.archlinux.org/pacman/pacman/-/blob/master/lib/libalpm/be_local.c (``desc``, ``files``), alpm-db-desc(5).

``var/lib/pacman/local/NAME-VERSION-RELEASE`` holds both: ``%FIELD%``, then a value a line up to a blank line.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.catalog._relations import names
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Owns, Package
from pratique.plugins import Cataloguer, Claim, File

_LOCAL = "var/lib/pacman/local"


def parse(file: File) -> Iterator[Fact]:
    """A ``Package`` or an ``Owns``. Raises ``Unreadable`` for a ``desc`` without name or version."""
    if file.size > DEFAULT.file_list:
        raise LimitExceeded(f"{file.path!r} has {file.size} bytes; limits.file_list is {DEFAULT.file_list}")
    blocks = file.read().decode("utf-8", "replace").split("\n\n")
    fields = {name.strip("%"): values for name, *values in (block.strip("\n").split("\n") for block in blocks)}
    folder, _, name = file.path.rpartition("/")
    if name == "desc":
        yield _package(fields, file.path)
    elif fields.get("FILES"):
        paths = [path for path in fields["FILES"] if not path.endswith("/")]
        package = folder.rpartition("/")[2].rsplit("-", 2)[0]
        if paths:
            yield Owns(package, tuple(paths))


def _package(fields: dict[str, list[str]], path: str) -> Package:
    def first(name: str) -> str:
        return next(iter(fields.get(name, ())), "")

    name, version = first("NAME"), first("VERSION")
    if not name or not version:
        raise Unreadable(f"{path!r} has no name or no version")
    return Package(
        type="alpm",
        name=name,
        version=version,
        arch=first("ARCH"),
        source_name=first("BASE"),
        licences=tuple(fields.get("LICENSE", ())),
        vendor=first("PACKAGER"),
        path=path,
        depends=names(",".join(fields.get("DEPENDS", ()))),
    )


CATALOGUER = Cataloguer("pacman", 1, Claim(below=((_LOCAL, 1, "desc"), (_LOCAL, 1, "files"))), parse, blocking=True)
