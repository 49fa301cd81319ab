"""A Java archive in, the packages in it out, those of the archives within it too.

The format is zip with a manifest (https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html); archives lie in
archives in a web application (``WEB-INF/lib``, Jakarta Servlet 6.0 section 10.5), an enterprise one and a Spring Boot
jar (``BOOT-INF/lib``, https://docs.spring.io/spring-boot/specification/executable-jar/nested-jars.html). Only the
directory, the manifest, the Maven descriptors and the beginning of a licence are read. ``_java_identity`` tells what
the coordinates follow from, ``_java_licences`` which licences are meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from pratique.catalog import _java_licences
from pratique.catalog._java_identity import Coordinates, Evidence, identify, valid
from pratique.catalog._java_manifest import Attributes, properties
from pratique.catalog._zip import Archive, Budget, Member
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

# Java's own; war, ear, rar of Jakarta EE; sar and par of JBoss, nar of NiFi, kar of Karaf, hpi and jpi of Jenkins, lpkg
# of Liferay, far of FusionReactor and others, zap of ZAP
_SUFFIXES = (".jar", ".war", ".ear", ".rar", ".sar", ".par", ".nar", ".kar", ".hpi", ".jpi", ".lpkg", ".far", ".zap")
_ALWAYS_ZIP = (".jar", ".war", ".ear", ".hpi", ".jpi")  # the other suffixes are used by other formats as well
_PLAIN = ".zip"  # what is no Java archive itself, and may hold some
_MANIFEST = "META-INF/MANIFEST.MF"
_DESCRIPTOR = re.compile(r"(?:^|/)META-INF/maven/([^/]+)/([^/]+)/pom\.(properties|xml)$")
_WANTED = (
    *(b"manifest.mf", b"/pom.properties", b"/pom.xml", b"license", b"license.txt", b"license.md"),
    *(suffix.encode() for suffix in _SUFFIXES),
)
_HEAD = 64 << 10  # the main attributes and the coordinates stand at the beginning
_WITHIN = "!/"
_OWN = 2  # descriptors of the archive's own: pom.xml and pom.properties; with more, the licence may be another's
_LONGEST = len("META-INF/LICENSE.txt") + 1
_LICENCE = re.compile(r"(?:meta-inf/)?licen[cs]e(?:\.txt|\.md)?")


def parse(file: File) -> Iterable[Fact]:
    """The packages of an archive and of those nested in it. Raises ``Unreadable`` where the file is no archive; a
    nested one that cannot be read is a ``Problem``."""
    with file.open() as stream:
        archive = Archive(stream, 0, file.size, Budget(DEFAULT))
        if not file.path.lower().endswith(_ALWAYS_ZIP) and stream.read(2) != b"PK":
            return
        if file.path.lower().endswith(_PLAIN):
            yield from _plain(archive, file.path)
        else:
            yield from _archive(archive, file.path, 1)


def _plain(archive: Archive, path: str) -> Iterator[Fact]:
    """The Java archives in one that is none itself. What it holds past a bound is most often no Java at all: told, and
    no more."""
    try:
        for member in archive.listing(tuple(suffix.encode() for suffix in _SUFFIXES)).members:
            yield from _nested(archive, member, path + _WITHIN + member.name, 1)
            if archive.budget.spent:
                return
    except LimitExceeded as error:
        yield Problem(path, str(error), hides=True)


def _archive(archive: Archive, path: str, depth: int) -> Iterator[Fact]:
    """Facts of one archive, those of its nested ones last; ``depth`` is 1 for the file itself."""
    listing = archive.listing(_WANTED)
    nested, descriptors, manifest = [], [], Attributes(b"")
    licence: Member | None = None
    for member in listing.members:
        name = member.name
        if name.endswith(("/pom.properties", "/pom.xml")):
            descriptors.append(member)
        elif name[-5:].lower().endswith(_SUFFIXES):
            nested.append(member)
        elif len(name) == len(_MANIFEST) and name.upper() == _MANIFEST:  # JarFile finds it in any case
            manifest = Attributes(archive.read(member, _HEAD))
        elif licence is None and len(name) < _LONGEST and _LICENCE.fullmatch(name.lower()):
            licence = member
    licences = _java_licences.stated(manifest)
    if licence is not None and not licences and len(descriptors) <= _OWN:
        licences = tuple(filter(None, (_java_licences.of_text(archive.read(licence, _java_licences.HEAD)),)))
    yield from _packages(archive, listing.names, manifest, descriptors, licences, path)
    for member in nested:
        yield from _nested(archive, member, path + _WITHIN + member.name, depth)
        if archive.budget.spent:
            return


def _nested(archive: Archive, member: Member, path: str, depth: int) -> Iterator[Fact]:
    if depth > archive.budget.limits.nesting:
        what = f"archive nested {depth} deep is not read: limits.nesting is {archive.budget.limits.nesting}"
        yield Problem(path, what, blocking=True, hides=True)
        return
    inner = None
    try:
        inner = archive.nested(member)
        yield from _archive(inner, path, depth + 1)
    except Unreadable as error:
        yield Problem(path, str(error), blocking=isinstance(error, LimitExceeded), hides=True)
    finally:
        if inner is not None and inner.stream is not archive.stream:
            inner.stream.close()


def _packages(
    archive: Archive,
    names: Sequence[bytes],
    manifest: Attributes,
    descriptors: Sequence[Member],
    licences: tuple[str, ...],
    path: str,
) -> Iterator[Fact]:
    """The archive's own package, under these licences, and those shaded into it."""
    poms, folders = [], dict[tuple[str, str], Member]()
    for member in descriptors:
        place = _DESCRIPTOR.search(member.name)
        if place is None:
            continue
        group, artifact, kind = place.groups()
        if kind == "xml":
            folders[group, artifact] = member
            continue
        said = properties(archive.read(member, _HEAD))
        pom = valid(said.get("groupId", group), said.get("artifactId", artifact), said.get("version", ""))
        if pom is not None:
            poms.append(pom)
    stem = path.rpartition("/")[2].rpartition(".")[0]
    for index, each in enumerate(identify(Evidence(stem, manifest, tuple(poms), tuple(folders), names))):
        own = folders.get((each.group, each.artifact)) if index == 0 and not licences else None
        if own is not None:
            licences = _java_licences.of_pom(archive.read(own, _HEAD))
        yield from _package(each, path, licences if index == 0 else ())


def _package(said: Coordinates, path: str, licences: tuple[str, ...]) -> Iterator[Fact]:
    name = f"{said.group}:{said.artifact}".lstrip(":")
    if not said.version:
        yield Problem(path, f"Java archive holds {name!r} and tells no version")
        return
    if not said.group:
        what = f"Java archive of {name!r} {said.version!r} tells no group id, by which advisories name it"
        yield Problem(path, what)
    yield Package("maven", said.artifact, said.version, namespace=said.group, licences=licences, path=path)


CATALOGUER = Cataloguer("java", 5, Claim(suffixes=(*_SUFFIXES, _PLAIN)), parse)
