"""What there is to tell of an image in, an SPDX 2.3 document out (https://spdx.github.io/spdx-spec/v2.3/)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

import msgspec

from pratique.licences import is_expression
from pratique.model import Report
from pratique.plugins import WriteOptions
from pratique.report import _spdx_document as spdx
from pratique.report._bom import UNKNOWN, Bom, Part, bom, distro_name, hash_of, holds, identity
from pratique.report._spdx_security import references
from pratique.report._stated import Stated, stated
from pratique.report._text import visible
from pratique.sbom_fields import PREFIX, Pair, package_pairs

NOASSERTION = "NOASSERTION"
RESERVED = (NOASSERTION, "NONE")
_DOCUMENT, _ROOT, _SYSTEM = "SPDXRef-DOCUMENT", "SPDXRef-Image", "SPDXRef-OperatingSystem"
_FOREIGN = re.compile(r"[^A-Za-z0-9.-]+")  # what an identifier may not hold (clause 7.2)
_SHORT = 40  # characters of a name that an identifier shows
_LENGTHS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
CPE = re.compile(r"cpe:2\.3:[aho*-](?::(?:[A-Za-z0-9._\-~]|[*?]|\\[^A-Za-z0-9])+){10}")


def document(reports: Sequence[Report], options: WriteOptions) -> spdx.Document:
    """The document of one report. Raises ``UsageError`` for several."""
    found = bom(reports, "SPDX")
    report = found.report
    texts = dict[str, spdx.License]()
    subject = _subject(found)
    system = _system(found)
    known = [] if options.inventory else stated(report, [part.package for part in found.parts])
    advisories = references(known)
    packages = tuple(
        _package(position, part, found, texts, advisories.get(position, ()))
        for position, part in enumerate(found.parts)
    )
    return spdx.Document(
        spdx_version="SPDX-2.3",
        data_license="CC0-1.0",
        id=_DOCUMENT,
        name=found.name,
        document_namespace=namespace(found, known),
        creation_info=spdx.Creation(report.now, (f"Tool: {report.tool.name}-{report.tool.version or 'unknown'}",)),
        packages=(subject, *system, *packages),
        has_extracted_licensing_infos=tuple(texts[name] for name in sorted(texts)),
        relationships=tuple(_relationships(found, [package.id for package in packages])),
        annotations=(annotation(report, found.pairs),),
    )


def namespace(found: Bom, more: Sequence[Stated] = ()) -> str:
    """A URI for this document alone (clause 6.5): the same inventory, with the same vulnerabilities, written at the
    same time, has the same one."""
    report = found.report
    known = identity(found.identity, more) if more else found.identity
    told = hashlib.sha256(f"{known} {report.now} {report.tool.version}".encode()).hexdigest()
    return f"https://spdx.org/spdxdocs/pratique-{quote(_FOREIGN.sub('-', found.name)[:_SHORT])}-{told[:32]}"


def annotation(report: Report, pairs: Sequence[Pair]) -> spdx.Annotation:
    """The pairs, one a line."""
    return spdx.Annotation(
        report.now, "OTHER", f"Tool: {report.tool.name}-{report.tool.version or 'unknown'}", statement(pairs)
    )


def statement(pairs: Sequence[Pair]) -> str:
    """The pairs as one text, one a line."""
    return "\n".join(f"{name}={text}" for name, text in pairs)


def told(part: Part, licences: tuple[str, ...], hashes: tuple[str, ...], cpe: str) -> list[Pair]:
    """What the document has no place for; of licences, hashes and CPE what it has a place for."""
    known = msgspec.structs.replace(part.known, licences=licences, hashes=hashes, cpe=cpe)
    pairs = package_pairs(part.package, known)
    return [*pairs, (f"{PREFIX}layer-digest", part.layer)] if part.layer else pairs


def checksums(hashes: Sequence[str]) -> tuple[str, ...]:
    """The hashes that SPDX knows, as we write them, each once."""
    known = (hash_of(text) for text in hashes)
    found = (f"{algorithm}:{digits}" for algorithm, digits in known if _LENGTHS.get(algorithm) == len(digits))
    return tuple(dict.fromkeys(found))


def supplier(text: str) -> str:
    """Who supplies a package (clause 7.5); brackets would be taken for a mail address."""
    return f"Organization: {' '.join(text.translate(str.maketrans('()', '  ')).split()) or UNKNOWN}"


def licence(licences: Sequence[str], texts: dict[str, spdx.License]) -> tuple[str, tuple[str, ...]]:
    """The expression, and what a reader makes of it; names that SPDX does not know go into ``texts``."""
    if len(licences) == 1 and is_expression(licences[0]) and "LicenseRef-" not in licences[0]:
        return licences[0], (licences[0],)
    made = []
    for text in (shown for text in licences if (shown := visible(text))):
        if is_expression(text) and "LicenseRef-" not in text:
            made.append(f"({text})" if " " in text else text)
            continue
        short = _FOREIGN.sub("-", text)[:_SHORT].strip("-.")
        name = f"LicenseRef-{short}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        texts[name] = spdx.License(name, text, text if text not in RESERVED else f"licence {text}")
        made.append(name)
    return " AND ".join(dict.fromkeys(made)) or NOASSERTION, ()


def _subject(found: Bom) -> spdx.Package:
    image = found.report.image
    algorithm, digits = hash_of(image.digest) if image else ("", "")
    return spdx.Package(
        name=found.name,
        id=_ROOT,
        download_location=NOASSERTION,
        files_analyzed=False,
        version_info=found.version,
        supplier=supplier(found.supplier),
        checksums=(spdx.Checksum(algorithm.upper(), digits),) if _LENGTHS.get(algorithm) == len(digits) else (),
        license_concluded=NOASSERTION,
        license_declared=NOASSERTION,
        copyright_text=NOASSERTION,
        external_refs=(spdx.Reference("PACKAGE-MANAGER", "purl", found.url),) if found.url else (),
        primary_package_purpose="CONTAINER" if found.version else "FILE",
    )


def _system(found: Bom) -> tuple[spdx.Package, ...]:
    distro = found.report.distro
    if distro is None:
        return ()
    return (
        spdx.Package(
            name=distro_name(distro),
            id=_SYSTEM,
            download_location=NOASSERTION,
            files_analyzed=False,
            version_info=visible(distro.version or distro.codename),
            supplier=supplier(visible(distro.name or distro.id)),
            license_concluded=NOASSERTION,
            license_declared=NOASSERTION,
            copyright_text=NOASSERTION,
            primary_package_purpose="OPERATING-SYSTEM",
        ),
    )


def _package(
    position: int,
    part: Part,
    found: Bom,
    texts: dict[str, spdx.License],
    advisories: Sequence[spdx.Reference],
) -> spdx.Package:
    package = part.package
    expression, licences = licence(package.licences, texts)
    hashes = checksums(package.hashes)
    cpe = package.cpe if CPE.fullmatch(package.cpe) else ""
    pairs = told(part, licences, hashes, cpe)
    known = []
    if part.url:
        known.append(spdx.Reference("PACKAGE-MANAGER", "purl", part.url))
    if cpe:
        known.append(spdx.Reference("SECURITY", "cpe23Type", cpe))
    places = ", ".join(visible(path) for path in (package.path, *package.locations[:4]) if path)
    return spdx.Package(
        name=part.name,
        id=f"SPDXRef-Package-{position + 1}-{_FOREIGN.sub('-', part.name)[:_SHORT]}",
        download_location=NOASSERTION,
        files_analyzed=False,
        version_info=part.version,
        supplier=supplier(part.supplier),
        checksums=tuple(spdx.Checksum(text.partition(":")[0].upper(), text.partition(":")[2]) for text in hashes),
        source_info=f"found in {places}" if places else "",
        license_concluded=NOASSERTION,
        license_declared=expression,
        copyright_text=NOASSERTION,
        external_refs=(*known, *advisories),
        primary_package_purpose="APPLICATION" if package.cpe and package.type == "generic" else "LIBRARY",
        annotations=(annotation(found.report, pairs),) if pairs else (),
    )


def _relationships(found: Bom, ids: Sequence[str]) -> Iterator[spdx.Relationship]:
    """The document describes the image, which contains its operating system and all packages."""
    yield spdx.Relationship(_DOCUMENT, "DESCRIBES", _ROOT)
    if found.report.distro is not None:
        yield spdx.Relationship(_ROOT, "CONTAINS", _SYSTEM)
    for id_ in ids:
        yield spdx.Relationship(_ROOT, "CONTAINS", id_)
    for relation in found.relations:
        kind = "CONTAINS" if holds(relation) else "DEPENDS_ON"
        yield spdx.Relationship(ids[relation.one], kind, ids[relation.other])
