"""The manifest of an rpm image without a database (distroless CBL-Mariner and Azure Linux) in, its packages out:
https://github.com/microsoft/azurelinux/blob/2.0/toolkit/docs/how_it_works/5_misc.md#rpm-manifest-file

A line a package, fields parted by tabs: name, version-release, times of installation and build, vendor, "(none)", size,
architecture, epoch, source package.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.catalog._damage import Damage
from pratique.catalog.rpm import source_of
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_FIELDS = 10


def parse(file: File) -> Iterator[Fact]:
    """A ``Package`` a line. Lines of another form are a blocking ``Problem``; all of them: ``Unreadable``."""
    if file.size > DEFAULT.file_list:
        raise LimitExceeded(f"{file.path!r} has {file.size} bytes; limits.file_list is {DEFAULT.file_list}")
    packages, damage = 0, Damage()
    for line in file.read().decode("utf-8", "replace").split("\n"):
        row = line.split("\t", _FIELDS)
        if len(row) == _FIELDS and row[0] and row[1] and (row[0] + row[1]).isprintable():
            packages += 1
            yield _package(row, file.path)
        elif line:
            damage.add(f"not {_FIELDS} fields parted by tabs: {line[:80]!r}")
    if damage.count and not packages:
        raise Unreadable(f"no package in {file.path!r}: {damage.first}")
    if damage.count:
        what = f"{damage.count} lines of {file.path!r} are no package: {damage.first}"
        yield Problem(where=file.path, what=what, blocking=True)


def _package(row: list[str], path: str) -> Package:
    name, plain, _, _, vendor, _, _, arch, epoch, source = row
    version = f"{epoch}:{plain}" if epoch.isdecimal() and int(epoch[:10]) else plain
    source_name, source_version = source_of(source)
    return Package(
        type="rpm",
        name=name,
        version=version,
        arch=arch,
        source_name=source_name,
        source_version=version if source_version == plain else source_version,
        vendor=vendor,
        path=path,
    )


CATALOGUER = Cataloguer(
    "rpm-manifest", 2, Claim(paths=("var/lib/rpmmanifest/container-manifest-2",)), parse, blocking=True
)
