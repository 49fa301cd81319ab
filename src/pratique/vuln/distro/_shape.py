"""The shape of a distribution: how os-release and package become a question to a feed."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence

import msgspec

from pratique.model import Channel, Distro, Package
from pratique.vuln.distro._publishers import is_of_another
from pratique.vuln.streams import Stream


def whole(version: str) -> tuple[str, ...]:
    """The release is VERSION_ID."""
    return (version,)


def major(version: str) -> tuple[str, ...]:
    """The release is what stands before the first dot."""
    return (version.partition(".")[0],)


def plain(version: str) -> str:
    """Every build is the plain one."""
    return ""


def nothing(version: str) -> tuple[Channel, ...]:
    """The version tells of no channel."""
    return ()


def source(package: Package) -> tuple[str, str]:
    """The source package as the package's database has it; itself where that tells of none. The name of a source rpm
    bears no epoch: then the binary's is meant (https://rpm.org/docs/latest/manual/dependencies.html#versioning)."""
    version = package.source_version or package.version
    epoch, colon, _ = package.version.partition(":")
    if package.type == "rpm" and colon and ":" not in version:
        version = f"{epoch}:{version}"
    return package.source_name or package.name, version


class Named(enum.Enum):
    """Which packages a feed names. ``BOTH``: binary ones where it tells of a fix, the source where there is none."""

    BINARY = "binary"
    SOURCE = "source"
    BOTH = "both"


Asks = Callable[[Distro, Sequence[Channel]], tuple[Stream, ...]]


class Term(msgspec.Struct, frozen=True):
    """Support that there is for a release: it ends when the end-of-life table says so of ``table`` and the first of
    ``versions`` that it knows. ``name`` is the publisher's word for it; of one that is not ``drawn`` upon the image has
    nothing."""

    table: str
    versions: tuple[str, ...]
    name: str = "security support"
    drawn: bool = True


Terms = Callable[[Distro, Sequence[Channel], Sequence[Package]], tuple[Term, ...]]


def numbers(version: str) -> tuple[str, ...]:
    """A VERSION_ID as tables spell it: whole, or the major release alone, or that with a zero."""
    first = version.partition(".")[0]
    return (version, first, f"{first}.0") if version else ()


class Distribution(msgspec.Struct, frozen=True):
    """``ids`` are those of os-release(5); ``type`` and ``namespace`` the package URL's.

    ``ecosystem`` is OSV's name, "" where no feed that we read speaks for it: it is identified, and not assessed.
    ``releases`` gives the texts after OSV's colon for a VERSION_ID, the likeliest first, of which the first that the
    feed knows is asked; ``streams`` takes its place where several are, or where the image's channels count;
    ``rolling`` ones have none. ``named`` says which packages the feed names; ``table`` names the distribution in the
    end-of-life table, "" where that has none or ``terms`` take its place: they tell all support that there is for the
    image's release, the general one first.
    ``flavour`` of a package's version: which of the vendor's builds of one package it is, "" for the plain one.
    ``implied`` by a package's version are channels that it must have come from, whatever the image says of itself.
    ``modular`` feeds name the module of every statement on a modular package.
    ``source`` gives a package's source package and the version of that; ``spell`` a version as the feed writes it.
    ``vendors`` are the beginnings of what the distribution's own packages name as their vendor; ``mark`` is in the
    versions of all of them, where some name none. Without ``vendors``, ``is_own`` goes by publishers that are known.
    """

    ids: tuple[str, ...]
    name: str
    type: str
    namespace: str
    ecosystem: str = ""
    releases: Callable[[str], tuple[str, ...]] = whole
    streams: Asks | None = None
    rolling: bool = False
    named: Named = Named.BINARY
    table: str = ""
    terms: Terms | None = None
    flavour: Callable[[str], str] = plain
    implied: Callable[[str], tuple[Channel, ...]] = nothing
    modular: bool = False
    source: Callable[[Package], tuple[str, str]] = source
    spell: Callable[[str], str] = str
    vendors: tuple[str, ...] = ()
    mark: str = ""

    def is_named_by(self, package: Package) -> bool:
        """Whether the package names the distribution as its vendor."""
        return bool(self.vendors) and package.vendor.startswith(self.vendors)

    def is_own(self, package: Package, names_itself: bool) -> bool:
        """Whether the package is the distribution's, as far as it tells; another one's is not assessed.
        ``names_itself``: the image shows that the distribution's packages name it. A list of components may leave all
        vendors out."""
        if not self.vendors:
            return not is_of_another(package)
        if package.vendor or not names_itself:
            return not package.vendor or self.is_named_by(package)
        return bool(self.mark) and self.mark in package.version
