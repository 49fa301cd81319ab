"""The JSON inventory or report that Pratique writes in, what it states out (``docs/inventory.schema.json``,
``docs/report.schema.json``). It tells neither channels nor a program's functions."""

from __future__ import annotations

import msgspec

from pratique.catalog.sbom._shape import Document, Kind, Part, Source, decoded
from pratique.model import Coverage, Distro, Image, Layer, Package, Platform, Problem, Report
from pratique.sbom_fields import document_pairs, package_pairs


class _Layer(msgspec.Struct, frozen=True):
    index: int
    digest: str = ""
    diff_id: str = ""
    size: int | None = None
    created_by: str = ""


class _Image(msgspec.Struct, frozen=True):
    name: str
    digest: str = ""
    id: str = ""
    platform: str = ""
    layers: list[_Layer] = []


class _Distro(msgspec.Struct, frozen=True):
    id: str
    version: str = ""
    codename: str = ""
    name: str = ""


class _Problem(msgspec.Struct, frozen=True):
    where: str
    what: str
    blocking: bool = False
    layer: int | None = None
    hint: str = ""


class _Origin(msgspec.Struct, frozen=True):
    name: str = ""
    version: str = ""


class _Package(msgspec.Struct, frozen=True, gc=False):
    type: str
    name: str
    version: str
    path: str = ""
    layer: int | None = None
    namespace: str = ""
    arch: str = ""
    source: _Origin | None = None
    licences: tuple[str, ...] = ()
    vendor: str = ""
    module: str = ""
    owner: str = ""
    cpe: str = ""
    locations: tuple[str, ...] = ()
    depends: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    declared: bool = False
    stated: bool = False
    scope: str = ""


class _Coverage(msgspec.Struct, frozen=True):
    layers: int = 0
    layers_read: int = 0


class _Document(msgspec.Struct, frozen=True):
    schema: str
    target: str = ""
    image: _Image | None = None
    distro: _Distro | None = None
    problems: list[_Problem] = []
    coverage: _Coverage = _Coverage()
    packages: list[_Package] = []


_DOCUMENT = msgspec.json.Decoder(_Document)
_NONE = Package("", "", "")


def read(source: Source) -> Document:
    """The document. Raises ``Unreadable``."""
    found = decoded(_DOCUMENT.decode, source, "inventory of Pratique")
    parts = tuple(
        Part(ref=str(position), name=package.name, pairs=tuple(package_pairs(_package(package), _NONE)))
        for position, package in enumerate(found.packages)
    )
    kind = "report" if ":report:" in found.schema else "inventory"
    return Document(
        format=f"Pratique JSON {kind}",
        tools=("pratique",),
        subject=Part("", found.target, kind=Kind.SUBJECT),
        parts=parts,
        pairs=tuple(document_pairs(_report(found, assessed=kind == "report"))),
    )


def _report(found: _Document, *, assessed: bool) -> Report:
    """A report's problems are also those of its own database and policy: only what blocked its reading is kept."""
    what = (
        "the JSON document tells neither the repositories that the image draws from nor the functions of its programs"
    )
    problems = tuple(
        Problem(one.where, one.what, one.blocking, one.layer if one.layer is not None else -1, one.hint)
        for one in found.problems
        if not assessed or one.layer is not None
    )
    distro = found.distro
    return Report(
        target=found.target,
        now="",
        image=_image(found.image) if found.image is not None else None,
        distro=Distro(distro.id, distro.version, distro.codename, name=distro.name) if distro is not None else None,
        problems=(*problems, Problem(found.target, what, hint="scan a CycloneDX or SPDX document of it")),
        coverage=Coverage(layers=found.coverage.layers, layers_read=found.coverage.layers_read),
    )


def _image(image: _Image) -> Image:
    system, _, rest = image.platform.partition("/")
    architecture, _, variant = rest.partition("/")
    layers = (
        Layer(one.index, one.digest, one.diff_id, size=-1 if one.size is None else one.size, created_by=one.created_by)
        for one in image.layers
    )
    platform = Platform(system, architecture, variant) if rest else Platform()
    return Image("", image.name, image.digest, image.id, platform, layers=tuple(layers))


def _package(package: _Package) -> Package:
    source = package.source or _Origin()
    return Package(
        type=package.type,
        name=package.name,
        version=package.version,
        namespace=package.namespace,
        arch=package.arch,
        source_name=source.name,
        source_version=source.version,
        licences=package.licences,
        vendor=package.vendor,
        module=package.module,
        path=package.path,
        layer=-1 if package.layer is None else package.layer,
        owner=package.owner,
        cpe=package.cpe,
        depends=package.depends,
        hashes=package.hashes,
        declared=package.declared,
        stated=package.stated,
        scope=package.scope,
        locations=package.locations,
    )
