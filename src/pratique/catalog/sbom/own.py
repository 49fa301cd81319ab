"""The JSON inventory or report that Pratique writes in, what it states out (``docs/inventory.schema.json``,
``docs/report.schema.json``). A report tells neither channels nor the functions of programs."""

from __future__ import annotations

import msgspec

from pratique.catalog.sbom._shape import Document, Kind, Part, Source, decoded
from pratique.model import (
    Channel,
    Coverage,
    Distro,
    Functions,
    Image,
    ImageConfig,
    Layer,
    Package,
    Platform,
    Problem,
    Report,
    Step,
)
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
    created: str = ""
    user: str = ""
    ports: tuple[str, ...] = ()


class _Step(msgspec.Struct, frozen=True):
    created_by: str = ""
    empty: bool = False


class _Config(msgspec.Struct, frozen=True):
    env: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    working_dir: str = ""
    volumes: tuple[str, ...] = ()
    labels: dict[str, str] = {}
    author: str = ""
    history: tuple[_Step, ...] = ()


class _Distro(msgspec.Struct, frozen=True):
    id: str
    version: str = ""
    codename: str = ""
    name: str = ""
    like: tuple[str, ...] = ()
    path: str = ""


class _Problem(msgspec.Struct, frozen=True):
    where: str
    what: str
    blocking: bool = False
    layer: int | None = None
    hint: str = ""
    hides: bool = False


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
    uuid: str = ""
    depends: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    declared: bool = False
    stated: bool = False
    scope: str = ""


class _Executables(msgspec.Struct, frozen=True):
    all: int = 0
    accounted: int = 0
    others: tuple[str, ...] = ()


class _Coverage(msgspec.Struct, frozen=True):
    layers: int = 0
    layers_read: int = 0
    executables: _Executables = _Executables()
    declared: int = 0


class _Channel(msgspec.Struct, frozen=True):
    kind: str
    name: str
    path: str = ""


class _Functions(msgspec.Struct, frozen=True):
    path: str
    names: bytes
    main: str = ""
    goos: str = ""
    goarch: str = ""
    replaced: tuple[tuple[str, str], ...] = ()


class _Document(msgspec.Struct, frozen=True):
    schema: str
    target: str = ""
    image: _Image | None = None
    distro: _Distro | None = None
    problems: list[_Problem] = []
    coverage: _Coverage = _Coverage()
    packages: list[_Package] = []
    channels: list[_Channel] | None = None
    functions: list[_Functions] | None = None
    config: _Config = _Config()
    annotations: dict[str, str] = {}


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
    problems = [
        Problem(one.where, one.what, one.blocking, -1 if one.layer is None else one.layer, one.hint, one.hides)
        for one in found.problems
        if not assessed or one.layer is not None
    ]
    if found.channels is None or found.functions is None:
        what = (
            "the JSON document tells neither the repositories that the image draws from nor the functions of its "
            "programs"
        )
        problems.append(Problem(found.target, what, hint="scan an inventory of it: pratique sbom"))
    distro, coverage = found.distro, found.coverage
    return Report(
        target=found.target,
        now="",
        image=_image(found.image, found) if found.image is not None else None,
        distro=(
            Distro(distro.id, distro.version, distro.codename, distro.like, distro.name, distro.path)
            if distro is not None
            else None
        ),
        problems=tuple(problems),
        coverage=Coverage(
            layers=coverage.layers,
            layers_read=coverage.layers_read,
            executables=coverage.executables.all,
            accounted=coverage.executables.accounted,
            strays=coverage.executables.others,
            declared=coverage.declared,
        ),
        channels=tuple(Channel(one.kind, one.name, one.path) for one in found.channels or ()),
        functions=tuple(
            Functions(one.path, one.names, one.main, one.goos, one.goarch, one.replaced)
            for one in found.functions or ()
        ),
    )


def _image(image: _Image, found: _Document) -> Image:
    system, _, rest = image.platform.partition("/")
    architecture, _, variant = rest.partition("/")
    layers = tuple(
        Layer(one.index, one.digest, one.diff_id, size=-1 if one.size is None else one.size, created_by=one.created_by)
        for one in image.layers
    )
    platform = Platform(system, architecture, variant) if rest else Platform()
    said = found.config
    config = ImageConfig(
        user=image.user,
        env=said.env,
        entrypoint=said.entrypoint,
        cmd=said.cmd,
        working_dir=said.working_dir,
        exposed_ports=image.ports,
        volumes=said.volumes,
        labels=said.labels,
        created=image.created,
        author=said.author,
        history=tuple(Step(step.created_by, step.empty) for step in said.history),
    )
    return Image("", image.name, image.digest, image.id, platform, config, layers=layers, annotations=found.annotations)


def _package(package: _Package) -> Package:
    source = package.source or _Origin()
    return Package(
        type=package.type,
        name=package.name,
        version=package.version,
        namespace=package.namespace,
        arch=package.arch,
        source_name=source.name,
        source_version=source.version if source.version != package.version else "",  # the document writes it out
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
        uuid=package.uuid,
    )
