"""A report in, what every format of SBOMs tells of it out: the subject, the packages in order, and their relations.

NTIA, The Minimum Elements For a Software Bill of Materials (July 2021): supplier, name, version, other identifiers,
relationships, author of the SBOM, and time.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence

import msgspec

from pratique.errors import UsageError
from pratique.model import DISTRIBUTION_TYPES, Distro, Image, Package, Report
from pratique.package_url import package_of, parse
from pratique.relations import Kind, Relation, relations
from pratique.report._parts import package_order
from pratique.report._purl import image_purl, purl
from pratique.report._text import visible
from pratique.sbom_fields import Pair, document_pairs

UNNAMED = "unnamed"
"""What a package without a name is called, for each format demands one."""

UNKNOWN = "unknown"
"""A supplier that nothing tells: NTIA wants what is unknown to be said."""
_VENDOR = "org.opencontainers.image.vendor"


class Part(msgspec.Struct, frozen=True):
    """A package as a document lists it: ``ref`` is unique in it, ``url`` "" where the package has no package URL,
    ``known`` what the URL alone tells. ``layer`` is the digest of the layer that it came with."""

    package: Package
    ref: str
    url: str
    known: Package
    name: str
    version: str
    supplier: str
    layer: str = ""


class Bom(msgspec.Struct, frozen=True):
    """``identity`` is a UUID derived from all that the document tells but its time and its tool: the same inventory has
    the same one. ``roots`` are the positions of parts that no other needs or holds."""

    report: Report
    name: str
    version: str
    url: str
    supplier: str
    identity: str
    parts: tuple[Part, ...]
    relations: tuple[Relation, ...]
    pairs: tuple[Pair, ...]
    roots: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is known to be missing."""
        return not any(problem.blocking or problem.hides for problem in self.report.problems)


def bom(reports: Sequence[Report], format_: str) -> Bom:
    """What the document tells. Raises ``UsageError`` where it would have to tell of several images."""
    if len(reports) != 1:
        raise UsageError(
            f"a {format_} document tells of one image, and {len(reports)} were read",
            hint="call it once an image, with --platform for one of an index; --format json and purls tell of several",
        )
    report = reports[0]
    packages = sorted(report.packages, key=package_order)
    parts = _parts(packages, report)
    found = relations(packages)
    pairs = tuple(document_pairs(report))
    held = {relation.other for relation in found}
    name = visible(report.image.name if report.image else "") or visible(report.target) or UNNAMED
    return Bom(
        report=report,
        name=name,
        version=visible(report.image.digest or report.image.config_digest) if report.image else "",
        url=image_purl(report.image) if report.image else "",
        supplier=visible(report.image.config.labels.get(_VENDOR, "") if report.image else "") or UNKNOWN,
        identity=identity(name, packages, pairs),
        parts=parts,
        relations=tuple(found),
        pairs=pairs,
        roots=tuple(position for position in range(len(parts)) if position not in held),
    )


def url_of(package: Package, distro: Distro | None) -> str:
    """The package URL, "" for a package that has none."""
    url = purl(package, distro)
    try:
        parse(url)
    except ValueError:
        return ""
    return url


def distro_name(distro: Distro) -> str:
    """The name of the operating system's component."""
    return visible(distro.id) or UNNAMED


def digests(image: Image | None) -> tuple[str, ...]:
    """The digests that name the image."""
    return (image.digest,) if image is not None and image.digest else ()


def hash_of(text: str) -> tuple[str, str]:
    """The algorithm, in lower case without hyphens, and the digits in lower case; ("", "") where it is no hash in
    hexadecimal."""
    algorithm, _, digits = text.partition(":")
    plain = all(letter in "0123456789abcdef" for letter in digits)
    return (algorithm.lower().replace("-", ""), digits) if digits and plain else ("", "")


def holds(relation: Relation) -> bool:
    """Whether the one holds the other, rather than needs it."""
    return relation.kind is Kind.HOLDS


def _parts(packages: Sequence[Package], report: Report) -> tuple[Part, ...]:
    taken = dict[str, int]()
    image = report.image.layers if report.image else ()
    layers = {layer.index: visible(layer.digest or layer.diff_id) for layer in image}
    made = []
    for package in packages:
        url = url_of(package, report.distro)
        base = url or f"package:{visible(package.name) or UNNAMED}"
        taken[base] = taken.get(base, 0) + 1
        made.append(
            Part(
                package=package,
                ref=base if taken[base] == 1 else f"{base}#{taken[base]}",
                url=url,
                known=package_of(parse(url)) if url else Package("", "", ""),
                name=visible(package.name) or UNNAMED,
                version=visible(package.version),
                supplier=_supplier(package, report.distro),
                layer=layers.get(package.layer, ""),
            )
        )
    return tuple(made)


def _supplier(package: Package, distro: Distro | None) -> str:
    """Who supplies it: its vendor, the distribution, or the owner of its namespace in the ecosystem."""
    if package.vendor:
        return visible(package.vendor)
    if package.type in DISTRIBUTION_TYPES:
        return visible((distro.name or distro.id).partition("(")[0]) if distro else UNKNOWN
    return visible(package.namespace) or UNKNOWN


def identity(*told: object) -> str:
    """A UUID of version 8 (RFC 9562, section 5.8) over what is told."""
    digest = hashlib.sha256(repr(told).encode("utf-8", "backslashreplace")).digest()
    return str(uuid.UUID(int=int.from_bytes(digest[:16]) & ~(0xF << 76) & ~(3 << 62) | 8 << 76 | 2 << 62))
