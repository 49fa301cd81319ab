"""A package file of pacman or apk-tools that lies in the image in, the package that it would install out:
https://man.archlinux.org/man/PKGBUILD.5 and https://gitlab.archlinux.org/pacman/pacman/-/blob/master/scripts/makepkg.sh.in
(``write_pkginfo``), https://wiki.alpinelinux.org/wiki/Apk_spec#PKGINFO (version 2 of the format).

Both are tars whose ``.PKGINFO`` has a line ``key = value`` a field. Nothing shows that it was installed: the package is
``declared``. An archive of that suffix without one (Android's) is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.catalog._members import tar_files
from pratique.catalog._packed import head
from pratique.catalog._relations import names
from pratique.catalog.apk import needed
from pratique.errors import Unreadable
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_INFO = ".PKGINFO"
_HEAD = 1 << 20  # bytes: before it stand a signature, the list of files and scripts
_ZIP, _ADB, _GZIP = b"PK\x03\x04", b"ADB", b"\x1f\x8b"
_CACHE = "var/cache/pacman/pkg"
_PACKED = (".pkg.tar.zst", ".pkg.tar.xz", ".pkg.tar.gz", ".pkg.tar.bz2")


def parse(file: File) -> Iterator[Fact]:
    """One ``Package``, or nothing. Raises ``Unreadable`` for a package file that is damaged or of version 3."""
    with file.open() as stream:
        data = stream.read(_HEAD)
    if data.startswith(_ZIP):
        return
    if data.startswith(_ADB):
        raise Unreadable(f"{file.path!r} is a package of apk-tools 3, which is not read")
    for name, text in tar_files(head(data, 4 * _HEAD)):
        if name == _INFO:
            yield _package(text.decode("utf-8", "replace"), file.path)
            return
    if data.startswith(_GZIP) or not file.path.endswith(".apk"):
        raise Unreadable(f"no {_INFO} in the first {_HEAD} bytes of {file.path!r}")


def _package(text: str, path: str) -> Package:
    fields = dict[str, list[str]]()
    for line in text.split("\n"):
        key, sign, value = line.partition(" = ")
        if sign and not key.startswith("#"):
            fields.setdefault(key, []).append(value.strip())

    def first(*keys: str) -> str:
        return next((fields[key][0] for key in keys if key in fields), "")

    name, version, needs = first("pkgname"), first("pkgver"), fields.get("depend", ())
    alpine = path.endswith(".apk")
    if not name or not version:
        raise Unreadable(f"{_INFO} of {path!r} has no name or no version")
    return Package(
        type="apk" if alpine else "alpm",
        name=name,
        version=version,
        arch=first("arch"),
        source_name=first("pkgbase", "origin"),
        licences=tuple(fields.get("license", ())),
        vendor=first("packager", "maintainer"),
        path=path,
        depends=needed(" ".join(needs), {}) if alpine else names(",".join(needs)),
        declared=True,
    )


CATALOGUER = Cataloguer("pkginfo", 2, Claim(suffixes=(".apk", *_PACKED), head=_HEAD), parse)
