"""What a document states in; the image, its inventory and what is missing from both out.

A document of ours tells all (``sbom_fields``). A foreign one is read in the words of its tool (``_dialect``), and what
it lacks for an assessment is a problem: one that blocks where a distribution's packages cannot be assessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from pratique import sbom_fields
from pratique.catalog.sbom import _dialect
from pratique.catalog.sbom._shape import Document, Kind, Part
from pratique.errors import LimitExceeded
from pratique.limits import Limits
from pratique.model import DISTRIBUTION_TYPES, Coverage, Distro, Image, Inventory, Layer, Package, Platform, Problem
from pratique.package_url import PackageUrl, package_of, parse, spelt

PURLS = "package URLs"
"""The format of a list of package URLs, of which nobody expects more."""
GITHUB = "GitHub dependency snapshot"
"""In which of all tools only Syft names source packages, by its package URLs."""
_SHOWN = 5  # names in a sentence
_TELL_SOURCES = ("syft", "trivy", "buildkit", "docker")  # silence of these means that the names are equal
_APART = frozenset(("apk", "deb", "rpm"))  # have source packages


class Stated(msgspec.Struct, frozen=True):
    """What a document of that format tells of one image."""

    format: str
    image: Image
    inventory: Inventory
    coverage: Coverage


class _Known(msgspec.Struct, frozen=True):
    """A part and its package URL, None where it has none that can be read."""

    part: Part
    url: PackageUrl | None


def inventory(document: Document, target: str, where: str, limits: Limits) -> Stated:
    """What the document tells; ``where`` names it in problems. Raises ``LimitExceeded``."""
    if len(document.parts) > limits.facts_per_file:
        bound = f"limits.facts_per_file = {limits.facts_per_file}"
        raise LimitExceeded(f"{where!r} lists {len(document.parts)} packages, more than {bound}")
    if sbom_fields.is_ours(document.pairs):
        return _own(document, target, where)
    return _foreign(document, target, where)


def packages(document: Document) -> tuple[Package, ...]:
    """The packages alone, as a document within an image states them: what it says of the system is not asked, but whose
    a distribution's package is, for it may be another's, of which files were copied. What has neither package URL nor
    CPE nor version names nothing that anybody could know of."""
    known = map(_known, _listed(document))
    told = (one for one in known if one.url is not None or one.part.cpe or (one.part.name and one.part.version))
    return tuple(_dialect.package(one.part, one.url, None, {}) for one in told)


def _own(document: Document, target: str, where: str) -> Stated:
    stated = sbom_fields.stated(document.pairs)
    problems = [Problem(where, what, blocking=True) for what in (*stated.unread, *document.unread)]
    found = list[Package]()
    for part in document.parts:
        if part.kind is not Kind.PACKAGE:
            continue
        try:
            found.append(sbom_fields.package_told(_native(part), part.pairs))
        except ValueError as error:
            problems.append(Problem(where, f"{part.name[:100]!r} of it cannot be read: {error}", hides=True))
    image = stated.image or Image(target, _name(document, where))
    return Stated(
        format=document.format,
        image=msgspec.structs.replace(image, target=target),
        inventory=Inventory(
            distro=stated.distro,
            packages=tuple(found),
            problems=(*stated.problems, *problems),
            layers_read=stated.coverage.layers_read,
            channels=stated.channels,
            functions=stated.functions,
            executables=stated.coverage.executables,
            strays=stated.coverage.strays,
        ),
        coverage=stated.coverage,
    )


def _native(part: Part) -> Package:
    """What the format itself tells of a package, which is what our writers take for told."""
    base = package_of(parse(part.purl)) if part.purl else Package("", "", "")
    return msgspec.structs.replace(base, licences=part.licences, hashes=part.hashes, cpe=part.cpe)


def _foreign(document: Document, target: str, where: str) -> Stated:
    known = [_known(part) for part in _listed(document)]
    distros = _distros(document, known)
    distro = distros[0] if distros else None
    layers = _layers(document)
    index = {digest: position for position, digest in enumerate(layers)}
    made = [_dialect.package(one.part, one.url, distro.id if distro else None, index) for one in known]
    found = _needing(made, known, document.links)
    problems = (
        *(Problem(where, what, hides=True) for what in document.unread),
        *_lacks(document, found, known, distros, bool(layers), where),
    )
    return Stated(
        format=document.format,
        image=_image(document, target, where, layers),
        inventory=Inventory(distro=distro, packages=found, problems=problems, layers_read=len(layers)),
        coverage=Coverage(layers=len(layers), layers_read=len(layers)),
    )


def _listed(document: Document) -> Iterator[Part]:
    """The parts that stand for packages: what the document is about only where it has a package URL, and Trivy's
    headings of lists not at all."""
    subject = document.subject
    for part in document.parts if subject is None else (*document.parts, subject):
        heading = part.get(f"{_dialect.TRIVY}Class") or (subject is not None and part.ref == subject.ref)
        if part.kind is Kind.PACKAGE and (part.purl or not heading):
            yield part


def _known(part: Part) -> _Known:
    try:
        return _Known(part, parse(part.purl) if part.purl else None)
    except ValueError:
        return _Known(part, None)


def _distros(document: Document, known: Sequence[_Known]) -> tuple[Distro, ...]:
    """The distributions that the document names, the one that counts first: that of its system's component, else that
    of most packages."""
    systems = [distro for part in document.parts if part.kind is Kind.SYSTEM if (distro := _dialect.distro_of(part))]
    voted = Counter(distro for one in known if one.url is not None if (distro := _dialect.distro_in(one.url)))
    return (*systems, *(distro for distro, _ in voted.most_common())) if not systems else tuple(systems)


def _layers(document: Document) -> tuple[str, ...]:
    """The layers' digests, bottom first: as the subject lists them, else in the order of the packages."""
    subject = document.subject.pairs if document.subject is not None else ()
    listed = [value for key, value in subject if key in (f"{_dialect.TRIVY}DiffID", f"{_dialect.SYFT}image:layer")]
    if listed:
        return tuple(dict.fromkeys(value for text in listed for value in text.split(",") if value))
    named = (part.get(name) for part in document.parts for name in _dialect.LAYER)
    return tuple(dict.fromkeys(digest for digest in named if digest))


def _image(document: Document, target: str, where: str, layers: Sequence[str]) -> Image:
    subject = document.subject
    version = subject.version if subject is not None else ""
    id_ = ""
    if subject is not None:
        id_ = subject.get(f"{_dialect.TRIVY}ImageID") or subject.get(f"{_dialect.SYFT}image:id")
    return Image(
        target,
        _name(document, where),
        digest=version if version.startswith("sha256:") else "",
        config_digest=id_,
        platform=Platform("", ""),  # for none is told
        layers=tuple(Layer(position, "", digest) for position, digest in enumerate(layers)),
    )


def _name(document: Document, where: str) -> str:
    return (document.subject.name if document.subject is not None else "") or where


def _needing(made: Sequence[Package], known: Sequence[_Known], links: Sequence[tuple[str, str]]) -> tuple[Package, ...]:
    """The packages, with what the document says that they need of the same type."""
    position = {one.part.ref: place for place, one in enumerate(known) if one.part.ref}
    needs = dict[int, dict[str, None]]()
    for one, other in links:
        first, second = position.get(one), position.get(other)
        if first is None or second is None or made[first].type != made[second].type or first == second:
            continue
        needed = made[second]
        needs.setdefault(first, {})[f"{spelt(needed)}@{needed.version}" if needed.version else spelt(needed)] = None
    return tuple(
        msgspec.structs.replace(package, depends=tuple(sorted(needs[place]))) if place in needs else package
        for place, package in enumerate(made)
    )


def _lacks(
    document: Document,
    found: Sequence[Package],
    known: Sequence[_Known],
    distros: Sequence[Distro],
    has_layers: bool,
    where: str,
) -> Iterator[Problem]:
    """What an assessment wants and the document does not tell."""
    own = [package for package in found if package.type in DISTRIBUTION_TYPES]
    if own and not distros:
        yield Problem(
            where, f"the document does not say which distribution its {len(own)} packages are of", blocking=True
        )
    others = {(distro.id, distro.version, distro.codename) for distro in distros}
    if len(others) > 1:
        names = ", ".join(sorted(" ".join(part for part in each if part) for each in others)[:_SHOWN])
        yield Problem(where, f"the document names several distributions ({names}): the first that counts is assumed")
    yield from _sources(document, own, where)
    unnamed = [one.part.name for one in known if one.url is None and not one.part.cpe]
    if unnamed:
        hidden = any(one.url is None and one.part.get(f"{_dialect.TRIVY}SrcName") for one in known)  # a distribution's
        what = f"{_count(unnamed)} neither a package URL that can be read nor a CPE, so no feed is asked for them"
        yield Problem(where, what, blocking=hidden)
    without = [package.name for package in found if not package.version]
    if without:
        yield Problem(where, f"{_count(without)} no version")
    if found and not has_layers and document.format != PURLS:
        yield Problem(where, "the document tells of no layers: which of them brought a package is not known")


def _sources(document: Document, own: Sequence[Package], where: str) -> Iterator[Problem]:
    """Feeds of distributions speak of source packages. Of a tool that tells them where they differ, silence says that
    they do not."""
    apart = [package for package in own if package.type in _APART]
    if not apart or any(package.source_name for package in apart):
        return
    teller = _TELL_SOURCES if document.format != GITHUB else ("syft",)
    if any(tool.startswith(teller) for tool in document.tools):
        return
    what = f"the document names the source package of none of its {len(apart)} packages of a distribution"
    yield Problem(where, f"{what}: what its feed says of source packages may be missed", blocking=True)


def _count(names: Sequence[str]) -> str:
    """How many, with some names, up to the verb."""
    shown = ", ".join(repr(name[:80]) for name in names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    return f"{len(names)} of its packages ({shown}) {'has' if len(names) == 1 else 'have'}"
