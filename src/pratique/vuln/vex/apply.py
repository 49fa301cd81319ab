"""Findings and VEX documents in, the same findings with what the documents say of them out.

A statement holds for a finding when it names the vulnerability, and a product that is the image, the finding's
package, or a package of the image that the finding's package belongs to; of a product with parts only these are meant.
Of several statements the latest holds, of those of one time the gravest.
https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from packageurl import PackageURL

from pratique.model import (
    DISTRIBUTION_TYPES,
    AnyPackageFinding,
    Distro,
    Image,
    Package,
    Problem,
    Vex,
    VexStatus,
    Vulnerability,
)
from pratique.vuln.asof import parse_date
from pratique.vuln.vex import _purl
from pratique.vuln.vex._shape import Component, Document, Product, Statement


class Applied(msgspec.Struct, frozen=True):
    """The findings in their order, and what of the documents could not be used."""

    findings: tuple[AnyPackageFinding, ...]
    problems: tuple[Problem, ...] = ()


class _Voice(msgspec.Struct, frozen=True):
    """A statement with the document that it is of."""

    statement: Statement
    document: Document
    path: str
    at: datetime


class Subject(msgspec.Struct, frozen=True):
    """What the findings were found in."""

    image: Image | None
    distro: Distro | None
    packages: tuple[Package, ...]


def apply(
    findings: Sequence[AnyPackageFinding], subject: Subject, documents: Iterable[tuple[Path, Document]], now: datetime
) -> Applied:
    """Fill ``vex`` of every vulnerability that a statement holds for. ``now`` is aware; statements of a later time, or
    of none, are not used, and told of."""
    problems: list[Problem] = []
    voices: dict[str, list[_Voice]] = {}
    for path, document in documents:
        problems += [Problem(str(path), f"not used: {what}") for what in document.unread]
        for statement in document.statements:
            at = parse_date(statement.timestamp)
            if at is None or at > now:
                said = f"is of {statement.timestamp}, which is yet to come" if at else "does not say when it was made"
                problems.append(Problem(str(path), f"not used: the statement on {statement.names[0]} {said}"))
                continue
            problems += _unnamed(statement, str(path))
            for name in statement.names:
                voices.setdefault(name.casefold(), []).append(_Voice(statement, document, str(path), at))
    believed = _believed(subject)
    told = tuple(_told(finding, subject, believed, voices) for finding in findings)
    mild = any(voice.statement.status in _MILD for heard in voices.values() for voice in heard)
    if believed is not subject and mild:  # what is not, is heard as believed at once
        problems += _unheard(told, tuple(_told(finding, believed, believed, voices) for finding in findings), believed)
    return Applied(told, tuple(dict.fromkeys(problems)))


def _believed(subject: Subject) -> Subject:
    """The same, as if the image were what it calls itself."""
    image = subject.image
    if image is None or image.name == image.name_said:
        return subject
    return msgspec.structs.replace(subject, image=msgspec.structs.replace(image, named="caller"))


def _unheard(
    told: Sequence[AnyPackageFinding], others: Sequence[AnyPackageFinding], believed: Subject
) -> Iterator[Problem]:
    """That statements are not heard which name the image as nobody but its maker does."""
    count = sum(one != other for one, other in zip(told, others, strict=True))
    if count and believed.image is not None:
        what = f"only the image itself says that it is {believed.image.name}"
        what += f": what is said of that is not heard for {count} of its findings"
        yield Problem("VEX", what, hint="if it is, say so: --name IMAGE")


_GRAVITY = (VexStatus.NOT_AFFECTED, VexStatus.FIXED, VexStatus.UNDER_INVESTIGATION, VexStatus.AFFECTED)


_MILD = frozenset({VexStatus.NOT_AFFECTED, VexStatus.FIXED})


def _told(
    finding: AnyPackageFinding, subject: Subject, believed: Subject, voices: dict[str, list[_Voice]]
) -> AnyPackageFinding:
    """The finding with the statement that holds for it; one that lets nothing be is heard as ``believed``."""
    if not isinstance(finding, Vulnerability):
        return finding
    found = [
        voice
        for name in dict.fromkeys((finding.id, *finding.aliases))
        for voice in voices.get(name.casefold(), ())
        for meant in [subject if voice.statement.status in _MILD else believed]
        if any(_meant(product, finding.package, meant) for product in voice.statement.products)
    ]
    if not found:
        return finding
    last = max(found, key=lambda voice: (voice.at, _GRAVITY.index(voice.statement.status)))
    said = last.statement
    vex = Vex(
        status=said.status,
        justification=said.justification,
        impact=said.impact,
        action=said.action,
        author=last.document.author,
        document=last.document.id or last.path,
        timestamp=said.timestamp,
    )
    return msgspec.structs.replace(finding, vex=vex)


def _meant(product: Product, package: Package, subject: Subject) -> bool:
    whole = product.component
    if not product.parts:
        return _is_package(whole, package, subject) or _is_image(whole, subject)
    if not any(_is_package(part, package, subject) for part in product.parts):
        return False
    return _is_image(whole, subject) or any(
        _is_package(whole, other, subject) and _belongs(package, other) for other in subject.packages
    )


def _is_package(component: Component, package: Package, subject: Subject) -> bool:
    return any(
        _purl.names_package(url, package, subject.distro) for url in map(_url, component.purls) if url is not None
    )


def _is_image(component: Component, subject: Subject) -> bool:
    image = subject.image
    if image is None:
        return False
    digests = image.digests_shown
    if digests & {*component.hashes, component.version}:
        return True
    if digests and any(each.startswith("sha256:") for each in component.hashes):  # of the name, and another's content
        return False
    if component.name and image.name_said:
        named = f"{component.name}:{component.version}" if component.version else component.name
        if named == image.name_said:
            return True
    return any(_purl.names_image(url, image) for url in map(_url, component.purls) if url is not None)


def _belongs(package: Package, other: Package) -> bool:
    """Whether a package is part of another: installed by it, nested in its archive, or built into the same program or
    archive. What one database or lock file lists side by side holds nothing of one another."""
    if package == other:
        return False
    if package.owner and package.owner == other.name and other.type in DISTRIBUTION_TYPES:
        return True
    if not other.path or other.declared:
        return False
    beside = package.path == other.path and package.type == other.type and package.type in _BUILT_IN
    return beside or package.path.startswith(f"{other.path}!/")


_BUILT_IN = frozenset(("cargo", "golang", "maven"))
"""The types of packages that are read from what they were built into: programs, and jars that hold others' classes."""


def _url(text: str) -> PackageURL | None:
    try:
        return _purl.parse(text)
    except ValueError:
        return None


def _unnamed(statement: Statement, where: str) -> list[Problem]:
    """What of a statement names nothing that we can compare: a part is a package, a product may be the image too."""
    parts = [part for product in statement.products for part in product.parts]
    wholes = [product.component for product in statement.products]
    lost = [part for part in parts if not part.purls]
    lost += [whole for whole in wholes if not (whole.purls or whole.name or whole.version or whole.hashes)]
    texts = dict.fromkeys(text for component in (*wholes, *parts) for text in component.purls)
    of = f"of {statement.names[0]},"
    return [
        *(Problem(where, f"not used: {text!r}, {of} {why}") for text in texts if (why := _purl.fault(text))),
        *(Problem(where, f"not used: {_spelt(each)}, {of} names nothing that can be compared") for each in lost),
    ]


def _spelt(component: Component) -> str:
    """What the document calls a component that has no package URL."""
    texts = (component.called, component.name, *component.hashes)
    return next((repr(text) for text in texts if text), "a product without a name")
