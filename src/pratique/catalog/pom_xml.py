"""A pom.xml in, its project and the dependencies that it declares with a version out: https://maven.apache.org/pom.html.

Properties and managed versions of the file itself are applied; those of a parent or of an imported BOM are elsewhere,
and what needs them stays without a version. Nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.catalog._projects import is_of_a_package
from pratique.catalog._xml import Element, from_xml
from pratique.errors import Unreadable
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_PROPERTY = re.compile(r"\$\{([^${}]{1,200})\}")
_PASSES = 8  # properties that name properties
_MOST = 1024  # characters of a value, however its properties multiply
_ID = re.compile(r"[A-Za-z0-9_.-]{1,200}")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+~-]{0,199}")
_PINNED = re.compile(r"\[\s*([^\s,\[\]()]+)\s*\]")  # [1.2.3] is exactly that version
_OF_AN_ARCHIVE = "META-INF/maven/"
_EXAMPLES = 5


def parse(file: File) -> Iterator[Fact]:
    """The project and its dependencies; one problem for all of these that have no version. Nothing for the descriptor
    within an unpacked archive: that tells what the archive was built from. Raises ``Unreadable``."""
    if is_of_a_package(file.path) or _OF_AN_ARCHIVE in file.path:
        return
    root = from_xml(file.read(), "pom.xml")
    if root.name != "project":
        raise Unreadable(f"no pom.xml: the root is {root.name[:80]!r}")
    project = _Project(root)
    yield from project.itself(file.path)
    open_ = list[str]()
    seen = set[tuple[str, str, str]]()
    for place in (root, *root.first("profiles").all("profile")):
        for dependency in place.first("dependencies").all("dependency"):
            group, artifact, version = project.coordinates(dependency)
            if (group, artifact, version) in seen:
                continue
            seen.add((group, artifact, version))
            if _ID.fullmatch(group) and _ID.fullmatch(artifact) and _VERSION.fullmatch(version):
                scope = project.scope(dependency)
                yield Package("maven", artifact, version, namespace=group, path=file.path, declared=True, scope=scope)
            else:
                open_.append(f"{group}:{artifact}")
    if open_:
        names = ", ".join(repr(name[:200]) for name in open_[:_EXAMPLES])
        more = f" and {len(open_) - _EXAMPLES} more" if len(open_) > _EXAMPLES else ""
        yield Problem(file.path, f"declares {names}{more} without a version: a parent or a BOM tells it")


class _Project:
    """What of a project decides on its dependencies' versions."""

    def __init__(self, root: Element) -> None:
        parent = root.first("parent")
        self._properties = {one.name: one.text for one in root.first("properties").children}
        for name in ("groupId", "version", "artifactId"):
            said = root.first(name).text or parent.first(name).text
            for prefix in ("project.", "pom.", ""):
                self._properties.setdefault(prefix + name, said)
            self._properties.setdefault(f"project.parent.{name}", parent.first(name).text)
        self._managed = dict[tuple[str, str], Element]()
        for one in root.first("dependencyManagement", "dependencies").all("dependency"):
            self._managed.setdefault((self._value(one, "groupId"), self._value(one, "artifactId")), one)

    def itself(self, path: str) -> Iterator[Package]:
        """The project's own package, where its version is told."""
        group, artifact, version = (
            self._resolved(f"${{project.{name}}}") for name in ("groupId", "artifactId", "version")
        )
        if _ID.fullmatch(group) and _ID.fullmatch(artifact) and _VERSION.fullmatch(version):
            yield Package("maven", artifact, version, namespace=group, path=path, declared=True)

    def coordinates(self, dependency: Element) -> tuple[str, str, str]:
        """Group, artifact and version; a version that is a range, or that another file tells, is ""."""
        group, artifact = self._value(dependency, "groupId"), self._value(dependency, "artifactId")
        version = self._value(dependency, "version")
        if not version and (group, artifact) in self._managed:
            version = self._value(self._managed[group, artifact], "version")
        pinned = _PINNED.fullmatch(version)
        version = pinned[1] if pinned else version
        return group, artifact, version if _VERSION.fullmatch(version) else ""

    def scope(self, dependency: Element) -> str:
        """``test``; ``build`` for what something else provides when it runs; ``optional``."""
        key = self._value(dependency, "groupId"), self._value(dependency, "artifactId")
        scope = self._value(dependency, "scope") or (
            self._value(self._managed[key], "scope") if key in self._managed else ""
        )
        if scope in ("test", "provided"):
            return "test" if scope == "test" else "build"
        return "optional" if self._value(dependency, "optional") == "true" else ""

    def _value(self, element: Element, name: str) -> str:
        return self._resolved(element.first(name).text[:_MOST])

    def _resolved(self, text: str) -> str:
        for _ in range(_PASSES):
            if "${" not in text:
                break
            text = _PROPERTY.sub(lambda one: self._properties.get(one[1], "") or one[0], text)[:_MOST]
        return text


CATALOGUER = Cataloguer("pom-xml", 1, Claim(names=("pom.xml",)), parse)
