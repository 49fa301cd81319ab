"""An SPDX 2.2 or 2.3 document as tags and values in, what it states out (https://spdx.github.io/spdx-spec/v2.3/).

A ``Tag: value`` a line, ``<text>`` around a value of several lines, ``#`` before a comment; PackageName begins a
package, and what follows it is of that package.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pratique.catalog.sbom import _spdx
from pratique.catalog.sbom._shape import Document, Source
from pratique.errors import Unreadable

_SECTIONS = frozenset(("FileName", "SnippetSPDXID", "LicenseID", "Annotator", "Reviewer"))
_DOCUMENT = "SPDXRef-DOCUMENT"


class _Package(msgspec.Struct):
    """A package while it is read."""

    name: str
    values: dict[str, str] = {}
    references: list[_spdx.Reference] = []
    checksums: list[_spdx.Checksum] = []


def read(source: Source) -> Document:
    """The document. Raises ``Unreadable`` for bytes without the tag SPDXVersion."""
    reader = _Reader()
    for tag, value in _tags(source.data.decode("utf-8", "surrogateescape")):
        reader.take(tag, value)
    reader.end()
    if not reader.version:
        raise Unreadable(f"{source.where!r} is no SBOM that we know: neither JSON nor XML, and without SPDXVersion")
    return reader.document()


def _tags(text: str) -> Iterator[tuple[str, str]]:
    """Each tag with its value. A text without an end reaches to the end of the document."""
    lines = iter(text.split("\n"))
    for line in lines:
        tag, colon, value = line.partition(":")
        if not colon or line.startswith("#"):
            continue
        value = value.strip()
        if value.startswith("<text>"):
            parts = [value.removeprefix("<text>")]
            while "</text>" not in parts[-1]:
                more = next(lines, None)
                if more is None:
                    break
                parts.append(more)
            value = "\n".join(parts).partition("</text>")[0]
        yield tag.strip(), value


class _Reader:
    """Tags in, packages and the rest out."""

    def __init__(self) -> None:
        self.version = ""
        self._creators = list[str]()
        self._packages = list[_Package]()
        self._package: _Package | None = None
        self._section = ""  # what begins a section that is no package's
        self._relationships = list[_spdx.Relationship]()
        self._said = dict[str, list[_spdx.Annotation]]()
        self._licences = list[_spdx.License]()
        self._values = dict[str, str]()  # of the section

    def take(self, tag: str, value: str) -> None:
        """The next tag."""
        if tag == "PackageName":
            self.end()
            self._package, self._section = _Package(value, {}, [], []), ""
            self._packages.append(self._package)
        elif tag in _SECTIONS:
            self.end()
            self._section, self._values = tag, {tag: value}
        elif tag == "Relationship":
            self._relationship(value)
        elif tag == "Creator":
            self._creators.append(value)
        elif tag == "SPDXVersion":
            self.version = value
        elif self._section:
            self._values.setdefault(tag, value)
        elif self._package is not None:
            self._of_package(self._package, tag, value)

    def end(self) -> None:
        """A section is at its end."""
        values = self._values
        if self._section == "Annotator":
            annotation = _spdx.Annotation(values["Annotator"], values.get("AnnotationComment", ""))
            self._said.setdefault(values.get("SPDXREF", _DOCUMENT), []).append(annotation)
        elif self._section == "LicenseID":
            name, text = values.get("LicenseName", ""), values.get("ExtractedText", "")
            self._licences.append(_spdx.License(values["LicenseID"], name, text))
        self._section = ""

    def document(self) -> Document:
        """What was read."""
        return _spdx.document(
            _spdx.Stated(
                version=self.version,
                creators=self._creators,
                packages=[self._made(package) for package in self._packages],
                relationships=self._relationships,
                annotations=self._said.get(_DOCUMENT, ()),
                licences=self._licences,
            )
        )

    def _of_package(self, package: _Package, tag: str, value: str) -> None:
        if tag == "ExternalRef":
            _, _, rest = value.partition(" ")
            kind, _, locator = rest.strip().partition(" ")
            package.references.append(_spdx.Reference(kind, locator.strip()))
        elif tag == "PackageChecksum":
            algorithm, _, digits = value.partition(":")
            package.checksums.append(_spdx.Checksum(algorithm.strip(), digits.strip()))
        else:
            package.values.setdefault(tag, value)

    def _relationship(self, value: str) -> None:
        words = value.split(None, 2)
        if len(words) == 3:
            self._relationships.append(_spdx.Relationship(*words))

    def _made(self, package: _Package) -> _spdx.Package:
        values = package.values
        id_ = values.get("SPDXID", "")
        return _spdx.Package(
            name=package.name,
            id=id_,
            version_info=values.get("PackageVersion", ""),
            supplier=values.get("PackageSupplier", ""),
            originator=values.get("PackageOriginator", ""),
            source_info=values.get("PackageSourceInfo", ""),
            license_declared=values.get("PackageLicenseDeclared", ""),
            license_concluded=values.get("PackageLicenseConcluded", ""),
            primary_package_purpose=values.get("PrimaryPackagePurpose", ""),
            external_refs=package.references,
            checksums=package.checksums,
            annotations=self._said.get(id_, []),
        )
