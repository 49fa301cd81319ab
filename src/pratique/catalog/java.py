"""A Java archive in, the packages in it out, those of the archives within it too.

The format is zip with a manifest (https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html); archives lie in
archives in a web application (``WEB-INF/lib``, Jakarta Servlet 6.0 section 10.5), an enterprise one and a Spring Boot
jar (``BOOT-INF/lib``, https://docs.spring.io/spring-boot/specification/executable-jar/nested-jars.html). Only the
directory, the manifest and the Maven descriptors are read. ``_java_identity`` tells what the coordinates follow from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

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
_WANTED = (b"manifest.mf", b"/pom.properties", b"/pom.xml", *(suffix.encode() for suffix in _SUFFIXES))
_HEAD = 64 << 10  # the main attributes and the coordinates stand at the beginning
_WITHIN = "!/"
_CLAUSE = re.compile(r'(?:^|,)\s*("[^"]*"|[^",;]+)')
_LICENCES, _LICENCE_LENGTH = 32, 256


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
    for member in listing.members:
        name = member.name
        if name.endswith(("/pom.properties", "/pom.xml")):
            descriptors.append(member)
        elif name[-5:].lower().endswith(_SUFFIXES):
            nested.append(member)
        elif len(name) == len(_MANIFEST) and name.upper() == _MANIFEST:  # JarFile finds it in any case
            manifest = Attributes(archive.read(member, _HEAD))
    yield from _packages(archive, listing.names, manifest, descriptors, path)
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
    archive: Archive, names: Sequence[bytes], manifest: Attributes, descriptors: Sequence[Member], path: str
) -> Iterator[Fact]:
    """The archive's own package and those shaded into it."""
    poms, folders = [], []
    for member in descriptors:
        place = _DESCRIPTOR.search(member.name)
        if place is None:
            continue
        group, artifact, kind = place.groups()
        if kind == "xml":
            folders.append((group, artifact))
            continue
        said = properties(archive.read(member, _HEAD))
        pom = valid(said.get("groupId", group), said.get("artifactId", artifact), said.get("version", ""))
        if pom is not None:
            poms.append(pom)
    stem = path.rpartition("/")[2].rpartition(".")[0]
    licences = _licences(manifest)
    for index, each in enumerate(identify(Evidence(stem, manifest, tuple(poms), tuple(folders), names))):
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


def _licences(manifest: Attributes) -> tuple[str, ...]:
    """``Bundle-License`` (OSGi Core 8, section 3.2.1.10): clauses between commas; addresses are no names."""
    clauses = _CLAUSE.findall(manifest["Bundle-License"])[:_LICENCES]
    names = (clause.strip(' "')[:_LICENCE_LENGTH] for clause in clauses)
    return tuple(dict.fromkeys(name for name in names if name and "://" not in name))


CATALOGUER = Cataloguer("java", 4, Claim(suffixes=(*_SUFFIXES, _PLAIN)), parse)
