"""What an archive says of itself in — its file's name, manifest, Maven descriptors, members — coordinates out.

The rules, in the order in which they hold:
1. ``META-INF/maven/GROUP/ARTIFACT/pom.properties``, which Maven's archiver writes, is proof: each one is a package, for
   a shaded archive holds several (https://maven.apache.org/shared/maven-archiver/#pom-properties-content).
2. The archive itself, where none of them is its own: artifact and version by the file's name, ARTIFACT-VERSION.jar as
   the repository layout has it (https://maven.apache.org/repositories/layout.html), else by the manifest.
3. Its group: the folder of a pom.xml, the table of ``_java_groups``, the manifest's ``Group-Id`` (Jenkins plug-ins),
   ``GROUP#NAME;VERSION`` as its ``Implementation-Title`` (https://github.com/nebula-plugins/gradle-info-plugin; the
   project's name, which need not be the artifact's), ``Implementation-Vendor-Id`` (Maven's archiver and sbt write the
   group there). Else it is unknown: ``Bundle-SymbolicName`` less the artifact looks like a group, but was wrong for 22
   of the 52 archives that we tried, and ``Automatic-Module-Name``, ``Main-Class`` and the classes' folders more often.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from pratique.catalog._java_groups import known
from pratique.catalog._java_manifest import Attributes

_SPLIT = re.compile(r"-(?=v?\d)")
# A later "-word-1.2" shows that the number before is a part of the artifact's id (log4j-1.2-api-2.14.1).
_LATER_VERSION = re.compile(
    r"-(?!(?i:alpha|beta|rc|cr|m|pre|sp|build|jre|jdk|java|b)\b)[A-Za-z]\w*(?:-[A-Za-z]\w*)*-v?\d+\.\d"
)
_ECLIPSE = re.compile(
    r"([A-Za-z][\w.-]*)_(\d+\.\d+\.\d[\w.-]*)"
)  # SYMBOLICNAME_VERSION.jar, as Eclipse p2 names bundles
_CLASSIFIER = re.compile(
    r"-(?:sources|javadoc|tests?|test-sources|test-fixtures|jar-with-dependencies|all|shaded|uber|fat|exec|boot|classes"
    r"|no_?aop|(?:linux|windows|osx|macos|darwin)[\w-]*)$"
)
_FOR_JAVA = re.compile(r"\.jre\d{1,2}")
_CLASSIFIED = re.compile(r"-(?:jdk1\d|native)$")  # behind a version only: artifacts' ids end so, too
_NEBULA = re.compile(r"([\w.-]+)#[\w.-]+;[\w.+-]+")
_TOMCAT = "org.apache.tomcat-"
_ARTIFACT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,199}")
_GROUP = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+~-]{0,199}")
_NO_GROUPS = ("org.apache",)  # a vendor whose projects have groups of their own
_VERSION_ATTRIBUTES = ("Implementation-Version", "Plugin-Version", "Bundle-Version", "Specification-Version")


class Coordinates(msgspec.Struct, frozen=True, gc=False):
    """A package of Maven; an empty group or version is unknown."""

    group: str
    artifact: str
    version: str


class Evidence(msgspec.Struct, frozen=True):
    """What one archive says: ``stem`` is the file's name without the suffix, ``names`` those of its members, ``poms``
    what its pom.properties say, ``folders`` (GROUP, ARTIFACT) of each pom.xml."""

    stem: str
    manifest: Attributes
    poms: tuple[Coordinates, ...]
    folders: tuple[tuple[str, str], ...]
    names: Sequence[bytes]


def identify(evidence: Evidence) -> Iterator[Coordinates]:
    """The archive's own coordinates, if they can be told, then those of what is shaded into it; none twice."""
    seen = set()
    own = _own(evidence)
    for each in ((own,) if own else ()) + tuple(_released(pom, evidence.stem) for pom in evidence.poms):
        if (each.group, each.artifact, each.version) not in seen:
            seen.add((each.group, each.artifact, each.version))
            yield each


def valid(group: str, artifact: str, version: str) -> Coordinates | None:
    """Coordinates, without what cannot be one (an unfiltered ``${project.version}``); None without an artifact."""
    if not _ARTIFACT.fullmatch(artifact):
        return None
    return Coordinates(
        group if _GROUP.fullmatch(group) else "", artifact, version if _VERSION.fullmatch(version) else ""
    )


def split(stem: str, versions: Sequence[str] = ()) -> tuple[str, str]:
    """(artifact, version) of a file's name; the version is "" where it has none. ``versions`` are those that the
    archive itself names: one of them at the end of the stem settles where the version begins."""
    stem = _CLASSIFIER.sub("", stem)
    for version in versions:
        if version and stem.endswith("-" + version):
            return stem[: -len(version) - 1], version
    bundle = _ECLIPSE.fullmatch(stem)
    if bundle and "-" not in bundle[2]:
        return bundle[1], bundle[2]
    for place in _SPLIT.finditer(stem):
        version = stem[place.end() :]
        if place.start() and not _LATER_VERSION.search(version):
            return stem[: place.start()], _CLASSIFIED.sub("", version)
    return stem, ""


def _own(evidence: Evidence) -> Coordinates | None:
    """The archive itself; None where a pom.properties says it, or nothing does."""
    stated = [evidence.manifest[name] for name in _VERSION_ATTRIBUTES]
    artifact, version = split(evidence.stem, [*(pom.version for pom in evidence.poms), *stated])
    if _described(evidence, artifact, version):
        return None
    if not version and evidence.poms:  # app.jar: the libraries in it are told, its own name is nobody's package
        return None
    artifact = evidence.manifest["Short-Name"] or artifact
    symbolic = evidence.manifest["Bundle-SymbolicName"]
    if symbolic.startswith(_TOMCAT) and not artifact.startswith("tomcat-"):  # el-api.jar of its own distribution
        artifact = symbolic.partition(";")[0].removeprefix("org.apache.")
    version = version or next((text for text in stated if _VERSION.fullmatch(text)), "")
    artifact, group = known(artifact, version, evidence.names)
    return valid(group or _group(evidence, artifact), artifact, version)


def _released(pom: Coordinates, stem: str) -> Coordinates:
    """The version that the file's name has, where the descriptor lacks for which Java it was built: it was written
    before that was put behind it (mssql-jdbc-12.8.1.jre11)."""
    before = f"{pom.artifact}-{pom.version}"
    rest = stem.removeprefix(before)
    return msgspec.structs.replace(pom, version=pom.version + rest) if _FOR_JAVA.fullmatch(rest) else pom


def _described(evidence: Evidence, artifact: str, version: str) -> bool:
    """Whether one of the pom.properties is the archive's own."""
    manifest = evidence.manifest
    titles = {
        artifact,
        evidence.stem,
        manifest["Implementation-Title"],
        manifest["Short-Name"],
        manifest["Bundle-Name"],
    }
    symbolic = manifest["Bundle-SymbolicName"].partition(";")[0]
    for pom in evidence.poms:
        if pom.artifact in titles or symbolic in (f"{pom.group}.{pom.artifact}", pom.artifact):
            return True
        if pom.version and evidence.stem.startswith(f"{pom.artifact}-{pom.version}"):
            return True
    return len(evidence.poms) == 1 and bool(version) and evidence.poms[0].version == version


def _group(evidence: Evidence, artifact: str) -> str:
    manifest = evidence.manifest
    for group, name in evidence.folders:
        if name == artifact:
            return group
    title = _NEBULA.fullmatch(manifest["Implementation-Title"])
    stated = (manifest["Group-Id"], title[1] if title else "", manifest["Implementation-Vendor-Id"])
    return next((group for group in stated if _GROUP.fullmatch(group) and group not in _NO_GROUPS), "")
