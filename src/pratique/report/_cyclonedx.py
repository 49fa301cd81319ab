"""What there is to tell of an image in, a CycloneDX document of the version asked for out.

https://cyclonedx.org/specification/overview/, and https://cyclonedx.org/docs/1.4/json/ up to 1.7 for what each version
has a place for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from pratique.errors import UsageError
from pratique.licences import is_expression
from pratique.model import Image, Package, Report
from pratique.plugins import WriteOptions
from pratique.report import _cyclonedx_document as cdx
from pratique.report._bom import Bom, Part, bom, distro_name, hash_of, identity
from pratique.report._cyclonedx_vulnerabilities import vulnerabilities
from pratique.report._text import visible
from pratique.sbom_fields import PREFIX, Pair, package_pairs

VERSIONS = ("1.4", "1.5", "1.6", "1.7")
DEFAULT = "1.6"
_ALGORITHMS = {
    "md5": ("MD5", 32),
    "sha1": ("SHA-1", 40),
    "sha256": ("SHA-256", 64),
    "sha384": ("SHA-384", 96),
    "sha512": ("SHA-512", 128),
}
_BINARY = frozenset(("golang", "cargo", "generic"))
_SCOPES = {"optional": "optional", "dev": "excluded", "test": "excluded", "build": "excluded"}
_ROOT, _SYSTEM = "image", "operating-system"
_CPE = re.compile(r"cpe:2\.3:[aho](?::[A-Za-z0-9._\-~!%*?\\/+&()]+){10}")  # what every version's schema takes


def document(reports: Sequence[Report], options: WriteOptions) -> cdx.Document:
    """The document; ``options.variant`` is its version. Raises ``UsageError`` for a version that is not written."""
    version = options.variant or DEFAULT
    if version not in VERSIONS:
        raise UsageError(f"CycloneDX {version!r} is not written; there are: {', '.join(VERSIONS)}")
    found = bom(reports, "CycloneDX")
    report = found.report
    system = _system(report)
    told = () if options.inventory else vulnerabilities(found, version, _ROOT)
    return cdx.Document(
        schema=f"http://cyclonedx.org/schema/bom-{version}.schema.json",
        bom_format="CycloneDX",
        spec_version=version,
        serial_number=f"urn:uuid:{identity(found.identity, told) if told else found.identity}",
        version=1,
        metadata=cdx.Metadata(
            timestamp=report.now,
            tools=_tools(report, version),
            component=_subject(found),
            properties=tuple(cdx.Property(name, value) for name, value in (*_shown(report.image), *found.pairs)),
        ),
        components=(*system, *(_component(part, version) for part in found.parts)),
        dependencies=tuple(_dependencies(found, bool(system))),
        compositions=(cdx.Composition("unknown" if found.is_whole else "incomplete", (_ROOT,)),),
        vulnerabilities=told,
    )


def _tools(report: Report, version: str) -> cdx.Tools | tuple[cdx.Tool, ...]:
    tool = report.tool
    if version == "1.4":
        return (cdx.Tool(tool.name, tool.version),)
    return cdx.Tools((cdx.Component("application", tool.name, version=tool.version),))


def _subject(found: Bom) -> cdx.Component:
    image = found.report.image
    digest = hash_of(image.digest) if image else ("", "")
    return cdx.Component(
        type="container" if found.version else "file",
        name=found.name,
        bom_ref=_ROOT,
        supplier=cdx.Organization(found.supplier),
        version=found.version,
        hashes=_hashes((image.digest,))[0] if image and digest[0] else (),
        purl=found.url,
    )


def _shown(image: Image | None) -> Iterator[Pair]:
    """What people and other tools look for, beside the whole image in one pair."""
    if image is None:
        return
    yield (f"{PREFIX}image:digest", visible(image.digest))
    yield (f"{PREFIX}image:id", visible(image.config_digest))
    yield (f"{PREFIX}image:reference", visible(image.name))
    yield (f"{PREFIX}image:platform", visible(str(image.platform)))
    for layer in image.layers:
        yield (f"{PREFIX}layer:{layer.index}:digest", visible(layer.digest))
        yield (f"{PREFIX}layer:{layer.index}:diff-id", visible(layer.diff_id))
        yield (f"{PREFIX}layer:{layer.index}:created-by", visible(layer.created_by))
    for key in sorted(image.config.labels):
        yield (f"{PREFIX}image:label", f"{visible(key)}={visible(image.config.labels[key])}")


def _system(report: Report) -> tuple[cdx.Component, ...]:
    distro = report.distro
    if distro is None:
        return ()
    return (
        cdx.Component(
            type="operating-system",
            name=distro_name(distro),
            bom_ref=_SYSTEM,
            supplier=cdx.Organization(visible(distro.name or distro.id)),
            version=visible(distro.version or distro.codename),
        ),
    )


def _component(part: Part, version: str) -> cdx.Component:
    package = part.package
    licences, told = _licences(package)
    hashes, digests = _hashes(package.hashes)
    cpe = package.cpe if _CPE.fullmatch(package.cpe) else ""
    known = msgspec.structs.replace(part.known, licences=told, hashes=digests, cpe=cpe)
    layer = ((f"{PREFIX}layer-digest", part.layer),) if part.layer else ()
    return cdx.Component(
        type="application" if package.cpe and package.type == "generic" else "library",
        name=part.name,
        bom_ref=part.ref,
        supplier=cdx.Organization(part.supplier),
        group="" if package.type in ("apk", "deb", "rpm") else visible(package.namespace),
        version=part.version,
        scope=_SCOPES.get(package.scope, ""),
        hashes=hashes,
        licenses=licences,
        cpe=cpe,
        purl=part.url,
        properties=tuple(cdx.Property(name, text) for name, text in (*package_pairs(package, known), *layer)),
        evidence=_evidence(part, version),
    )


def _licences(package: Package) -> tuple[tuple[cdx.License, ...], tuple[str, ...]]:
    """The licences, and what a reader makes of them. Only one expression may stand, and then alone."""
    told = package.licences
    if len(told) == 1 and is_expression(told[0]) and not _is_identifier(told[0]):
        return (cdx.License(expression=told[0]),), told
    names = tuple(name for text in told if (name := visible(text)))
    made = (cdx.LicenseName(id=name) if _is_identifier(name) else cdx.LicenseName(name=name) for name in names)
    return tuple(cdx.License(license=name) for name in made), names


def _is_identifier(text: str) -> bool:
    """Whether it is one licence of SPDX's list: a ``+`` behind it makes an expression, and LicenseRef- is none."""
    return is_expression(text) and not set(text) & set(" +():") and not text.startswith("LicenseRef-")


def _hashes(told: Sequence[str]) -> tuple[tuple[cdx.Hash, ...], tuple[str, ...]]:
    """The hashes that the format knows, and what a reader makes of them."""
    made = list[cdx.Hash]()
    read = list[str]()
    for text in told:
        algorithm, digits = hash_of(text)
        name, length = _ALGORITHMS.get(algorithm, ("", 0))
        if name and len(digits) == length:
            made.append(cdx.Hash(name, digits))
            read.append(f"{algorithm}:{digits}")
    return tuple(made), tuple(read)


def _evidence(part: Part, version: str) -> cdx.Evidence | None:
    """Since 1.5: the files, and what the identity was read from."""
    package = part.package
    if version == "1.4" or not package.path:
        return None
    places = tuple(dict.fromkeys(visible(path) for path in (package.path, *package.locations)))
    technique = "binary-analysis" if package.type in _BINARY and not package.declared else "manifest-analysis"
    method = cdx.Method(technique, 1, places[0])
    identity = cdx.Identity("purl" if part.url else "name", 1, (method,))
    return cdx.Evidence(
        identity if version == "1.5" else (identity,), tuple(cdx.Occurrence(place) for place in places if place)
    )


def _dependencies(found: Bom, has_system: bool) -> Iterator[cdx.Dependency]:
    """The image needs its operating system and what nothing else in it needs or holds; every part has an entry."""
    parts = found.parts
    needed = dict[int, dict[str, None]]()
    for relation in found.relations:
        needed.setdefault(relation.one, {})[parts[relation.other].ref] = None
    own = tuple(parts[position].ref for position in found.roots)
    yield cdx.Dependency(_ROOT, (_SYSTEM, *own) if has_system else own)
    if has_system:
        yield cdx.Dependency(_SYSTEM)
    for position, part in enumerate(parts):
        yield cdx.Dependency(part.ref, tuple(needed.get(position, ())))
