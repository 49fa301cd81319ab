"""An rpm database of any backend in, its packages and their files out:
https://rpm-software-management.github.io/rpm/manual/ (tags), https://rpm.org (Berkeley DB, NDB and SQLite backends)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pratique.catalog import _rpm_bdb, _rpm_header, _rpm_ndb, _rpm_sqlite
from pratique.catalog._damage import Damage
from pratique.catalog._rpm_header import Header
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Owns, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

# Where the databases lie: of old, of SUSE and of Fedora since 36, of rpm-ostree.
_FOLDERS = ("var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm")
_NAMES = ("Packages", "Packages.db", "rpmdb.sqlite", "rpmdb.sqlite-wal")


def parse(file: File) -> Iterator[Fact]:
    """A ``Package`` and what it ``Owns`` for each header.

    Raises ``Unreadable`` for what is no database and for one without any readable package. Damage that hides some of
    them is a blocking ``Problem`` after those that could be read.
    """
    if file.path.endswith("-wal"):
        yield from _log(file)
        return
    damage, room, needs, found = Damage(), DEFAULT.owned_path, _Needs(), list[Fact]()
    blobs, end = _blobs(file), ""
    while not end:
        try:
            blob = next(blobs, None)
            if blob is None:
                break
            header = Header(blob)
            for fact in _facts(header, file.path, room):
                if isinstance(fact, Owns):
                    room -= sum(map(len, fact.paths))
                found.append(fact)
            needs.add(header)
        except Unreadable as error:  # of one header; after a damaged page the backend's generator has ended
            end = _counted(damage, error)
    yield from map(needs.told, found)
    if damage.count and not found:
        raise Unreadable(f"no package can be read from {file.path!r}: {damage.first}")
    if end:
        raise LimitExceeded(end)
    if damage.count:
        what = f"{file.path!r} is damaged in {damage.count} places, so packages may be missing: {damage.first}"
        yield Problem(where=file.path, what=what, blocking=True)


def _counted(damage: Damage, error: Unreadable) -> str:
    """Counts; why no more is read, or ""."""
    try:
        damage.add(str(error))
    except LimitExceeded as end:
        return str(end)
    return ""


class _Needs:
    """What the packages of a database provide and require by name: libraries, files, capabilities, packages."""

    def __init__(self) -> None:
        self._provided = dict[str, str]()
        self._required = dict[str, list[str]]()
        self._count = 0

    def add(self, header: Header) -> None:
        """One more package. Raises ``Unreadable``."""
        name = header.text(_rpm_header.NAME)
        provided, required = header.texts(_rpm_header.PROVIDENAME), header.texts(_rpm_header.REQUIRENAME)
        self._count += len(provided) + len(required)
        if self._count > DEFAULT.owned_paths:
            raise LimitExceeded(
                f"the packages provide and require more than limits.owned_paths = {DEFAULT.owned_paths}"
            )
        for one in provided:
            self._provided.setdefault(one, name)
        self._required.setdefault(name, []).extend(required)

    def told(self, fact: Fact) -> Fact:
        """A package with those of the others that provide what it requires; what none of them does is left out: what
        rpm itself provides, files of packages that do not say so, and conditions."""
        if not isinstance(fact, Package):
            return fact
        provided, name = self._provided, fact.name
        found = {provided[one]: None for one in self._required.get(name, ()) if one in provided}
        found.pop(name, None)
        return msgspec.structs.replace(fact, depends=tuple(found)) if found else fact


def _log(file: File) -> Iterator[Fact]:
    """SQLite's write-ahead log: empty or absent after an orderly end, else it may hold packages that the file lacks."""
    if file.size:
        what = f"{file.path!r} holds {file.size} bytes of transactions that are not in the database yet"
        hint = "run `rpmdb --rebuilddb` in the image's build"
        yield Problem(where=file.path, what=what, blocking=True, hint=hint)


def _blobs(file: File) -> Iterator[bytes]:
    stream = file.open()
    head = stream.read(16)
    if _rpm_sqlite.is_sqlite(head):
        return _rpm_sqlite.blobs(stream, file.size)
    if _rpm_ndb.is_ndb(head):
        return _rpm_ndb.blobs(stream, file.size)
    if _rpm_bdb.is_bdb(head):
        return _rpm_bdb.blobs(stream, file.size)
    raise Unreadable(f"{file.path!r} is no rpm database of a known kind: it begins with {head!r}")


def _facts(header: Header, path: str, room: int) -> Iterator[Fact]:
    package = package_of(header, path)
    if package is None:
        return
    yield package
    paths = _paths(header, room)
    if paths:
        yield Owns(package=package.name, paths=paths)


def package_of(header: Header, path: str) -> Package | None:
    """The package of a header; None for a key that rpm trusts, which it stores as if it were one. Raises ``Unreadable``
    for a header that makes no sense."""
    name, release = header.text(_rpm_header.NAME), header.text(_rpm_header.RELEASE)
    if name == "gpg-pubkey":
        return None
    plain = header.text(_rpm_header.VERSION)
    if not name or not plain:
        raise Unreadable("an rpm header lacks a name or a version")
    if release:
        plain += f"-{release}"
    epoch = header.integers(_rpm_header.EPOCH)
    version = f"{epoch[0]}:{plain}" if epoch else plain
    source_name, source_version = source_of(header.text(_rpm_header.SOURCERPM))
    licence = header.text(_rpm_header.LICENSE)
    return Package(
        type="rpm",
        name=name,
        version=version,
        arch=header.text(_rpm_header.ARCH),
        source_name=source_name,
        # the file's name has no epoch; a package of its source's version has its source's epoch
        source_version=version if source_version == plain else source_version,
        licences=(licence,) if licence else (),
        vendor=header.text(_rpm_header.VENDOR),
        module=header.text(_rpm_header.MODULARITYLABEL),
        path=path,
    )


def source_of(file_name: str) -> tuple[str, str]:
    """ "bash-5.1.8-6.el9.src.rpm" -> ("bash", "5.1.8-6.el9"); two empty texts for what is not of that form."""
    stem = file_name.removesuffix(".rpm").rpartition(".")[0]
    parts = stem.rsplit("-", 2)
    return (parts[0], f"{parts[1]}-{parts[2]}") if len(parts) == 3 else ("", "")


def _paths(header: Header, room: int) -> tuple[str, ...]:
    names = header.texts(_rpm_header.BASENAMES)
    if not names:
        return tuple([path.lstrip("/") for path in header.texts(_rpm_header.OLDFILENAMES)])
    folders = [folder.lstrip("/") for folder in header.texts(_rpm_header.DIRNAMES)]
    indexes = header.integers(_rpm_header.DIRINDEXES)
    lengths = list(map(len, folders))
    try:
        # one long folder and a million names in it make a file of some megabytes a memory of terabytes
        if sum(map(lengths.__getitem__, indexes)) > room:
            raise LimitExceeded(f"the packages' paths are longer than limits.owned_path = {DEFAULT.owned_path}")
        return tuple([folders[index] + name for index, name in zip(indexes, names, strict=True)])
    except (IndexError, ValueError):
        raise Unreadable(f"an rpm header has {len(names)} names of files in {len(indexes)} folders") from None


CATALOGUER = Cataloguer(
    "rpm",
    2,
    Claim(paths=tuple(f"{folder}/{name}" for folder in _FOLDERS for name in _NAMES)),
    parse,
    blocking=True,
)
