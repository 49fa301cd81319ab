"""A part of a foreign document in, the package that it means out: in the words of Syft, Trivy and Docker.

Package URL qualifiers (``upstream``, ``epoch``, ``distro``: https://github.com/anchore/syft, syft/pkg), Syft's
properties ``syft:…``, and Trivy's ``aquasecurity:trivy:…`` (https://trivy.dev/latest/docs/supply-chain/sbom/).
"""

from __future__ import annotations

import re

import msgspec

from pratique.catalog.rpm import source_of
from pratique.catalog.sbom._shape import Part, told
from pratique.licences import expression
from pratique.model import DISTRIBUTION_TYPES, Distro, Package
from pratique.package_url import PackageUrl, package_of

SYFT, TRIVY = "syft:", "aquasecurity:trivy:"
LAYER = (f"{SYFT}location:0:layerID", f"{TRIVY}LayerDiffID", f"{TRIVY}LayerDigest")
_BUILT_FROM = "built package from: "  # Trivy's sourceInfo in SPDX
_RUNS = re.compile(r"[-_.]+")  # https://packaging.python.org/en/latest/specifications/name-normalization/
_SCOPES = {"optional": "optional", "excluded": "dev", "dev": "dev"}

# Trivy calls distributions by names of its own (https://trivy.dev/latest/docs/coverage/os/).
_TRIVY_IDS = {
    "alma": "almalinux",
    "amazon": "amzn",
    "cbl-mariner": "mariner",
    "opensuse.leap": "opensuse-leap",
    "opensuse.tumbleweed": "opensuse-tumbleweed",
    "oracle": "ol",
    "redhat": "rhel",
    "suse linux enterprise micro": "sle-micro",
    "suse linux enterprise server": "sles",
}


def package(part: Part, url: PackageUrl | None, distro: str | None, layers: dict[str, int]) -> Package:
    """The package. One without a package URL is of type ``generic``, and may have a CPE: with a URL, a CPE is but a
    tool's guess from the name. A distribution's package has the id ``distro`` as its namespace, as in an
    image; None leaves the URL's.
    ``layers`` are the positions of the layers that the document names."""
    made = _named(part, url, distro) if url is not None else Package("generic", part.name, part.version, cpe=part.cpe)
    source = _source(part, url, made) if made.type in DISTRIBUTION_TYPES else ("", "")
    layer = told(
        part.get(f"{SYFT}location:0:layerID"), part.get(f"{TRIVY}LayerDiffID"), part.get(f"{TRIVY}LayerDigest")
    )
    places = [place.lstrip("/") for place in (*_places(part), *part.places) if place]
    return msgspec.structs.replace(
        made,
        source_name=source[0],
        source_version=source[1],
        licences=tuple(dict.fromkeys(expression(licence) for licence in part.licences)),
        vendor=_vendor(part) if made.type == "rpm" else "",
        module=told(part.get(f"{SYFT}metadata:modularityLabel"), part.get(f"{TRIVY}Modularitylabel")),
        arch=made.arch or part.get(f"{SYFT}metadata:architecture") if made.type in DISTRIBUTION_TYPES else made.arch,
        path=places[0] if places else "",
        locations=tuple(sorted(set(places[1:]) - set(places[:1]))),
        layer=layers.get(layer, -1),
        hashes=part.hashes,
        scope=_SCOPES.get(part.scope, ""),
    )


def _named(part: Part, url: PackageUrl, distro: str | None) -> Package:
    """The package by its URL; Python's names as they were given, for the URL has them all in lower case."""
    made = _epoch(package_of(url), url)
    known = part.name if made.type == "pypi" and _RUNS.sub("-", part.name).lower() == made.name else made.name
    return msgspec.structs.replace(
        made,
        name=known,
        version=made.version or part.version,
        namespace=made.namespace if distro is None or made.type not in DISTRIBUTION_TYPES else distro.lower(),
        cpe=part.cpe if made.type == "generic" else "",
    )


def distro_of(part: Part) -> Distro | None:
    """The distribution that an operating system's component names; None where it names none."""
    name = part.name.lower()
    id_ = part.get(f"{SYFT}distro:id") or _TRIVY_IDS.get(name, name.replace(" ", "-"))
    version = part.get(f"{SYFT}distro:versionID") or part.version
    like = tuple(value for key, value in part.pairs if key.startswith(f"{SYFT}distro:idLike"))
    codename = part.get(f"{SYFT}distro:versionCodename") or part.get(f"{SYFT}distro:codename")
    pretty = part.get(f"{SYFT}distro:prettyName") or part.name
    return Distro(id_, version, codename, like, pretty) if id_ not in ("", "none") else None  # Trivy's word for unknown


def distro_in(url: PackageUrl) -> Distro | None:
    """The distribution that a package's URL names: ``distro=debian-12``, Trivy's ``distro=3.19.1`` for Alpine, a mere
    codename, or Docker's ``os_name`` and ``os_version``. None where it names none."""
    if url.type not in DISTRIBUTION_TYPES:
        return None
    told_ = url.qualifiers
    if told_.get("os_name"):
        return Distro(told_["os_name"], told_.get("os_version", ""))
    text = told_.get("distro", "")
    id_, hyphen, version = text.rpartition("-")
    if hyphen and version[:1].isdigit():
        return Distro(_TRIVY_IDS.get(id_, id_), version)
    space = url.namespace.partition("/")[0].lower()
    if not text or not space:
        return None
    space = _TRIVY_IDS.get(space, space)
    if text[:1].isdigit():
        return Distro(space, text)
    return Distro(space) if text == space else Distro(space, codename=text.removeprefix(f"{space}-"))


def _epoch(made: Package, url: PackageUrl) -> Package:
    """Trivy gives a deb's epoch as an rpm's."""
    epoch = url.qualifiers.get("epoch", "")
    if made.type != "deb" or not epoch or ":" in made.version:
        return made
    return msgspec.structs.replace(made, version=f"{epoch}:{made.version}")


def _source(part: Part, url: PackageUrl | None, made: Package) -> tuple[str, str]:
    """Name and version of the source package, "" for what is not told."""
    if name := part.get(f"{TRIVY}SrcName"):
        return name, _trivy_version(part, "Src")
    if part.source.startswith(_BUILT_FROM):
        name, _, version = part.source.removeprefix(_BUILT_FROM).partition(" ")
        return name, version
    upstream = url.qualifiers.get("upstream", "") if url is not None else ""
    file = part.get(f"{SYFT}metadata:sourceRpm") or (upstream if upstream.endswith(".rpm") else "")
    if file:
        name, version = source_of(file)
        own = made.version.partition(":")[2] or made.version
        return name, made.version if version == own else version
    name, _, version = upstream.partition("@")
    name = name or part.get(f"{SYFT}metadata:source") or part.get(f"{SYFT}metadata:originPackage")
    return name, version or part.get(f"{SYFT}metadata:sourceVersion")


def _trivy_version(part: Part, prefix: str) -> str:
    """Trivy tells epoch, version and release apart."""
    epoch, release = part.get(f"{TRIVY}{prefix}Epoch"), part.get(f"{TRIVY}{prefix}Release")
    version = part.get(f"{TRIVY}{prefix}Version")
    if version and release:
        version += f"-{release}"
    return f"{epoch}:{version}" if version and epoch and epoch != "0" else version


def _vendor(part: Part) -> str:
    found = told(part.get(f"{SYFT}metadata:vendor"), part.supplier)
    return "" if found == "unknown" else found


def _places(part: Part) -> tuple[str, ...]:
    """The files by Syft's and Trivy's properties."""
    names = ("FilePath", "PkgFilePath", "LibPath")
    found = [part.get(f"{TRIVY}{name}") for name in names]
    found += [value for key, value in part.pairs if key.startswith(f"{SYFT}location:") and key.endswith(":path")]
    return tuple(found)
