"""A finding as somebody describes it, with the image that it would be in, in; a report of the two out.

The words are those of conditions (``docs/policy.md``, Fields): ``epss: 0.3`` is what ``finding.epss`` will be.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from pratique.model import (
    AnyFinding,
    AnyImageFinding,
    Base,
    BaseImageFinding,
    Coverage,
    CoverageFinding,
    Distro,
    Epss,
    Fix,
    FixState,
    Image,
    ImageConfig,
    Kev,
    Level,
    LicenceBreach,
    Malware,
    Misconfiguration,
    Package,
    Platform,
    Report,
    Secret,
    Severity,
    SignatureFinding,
    Vex,
    VexStatus,
    Vulnerability,
)
from pratique.policy.subject import Origin

_Day = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d([T ]|$)")]
_Share = Annotated[float, Meta(ge=0, le=1)]
Kind = Literal[
    "vulnerability", "malware", "licence", "secret", "misconfiguration", "signature", "base-image", "coverage"
]
_PARTS = 1_000_000  # a share of so many

_OF_PACKAGES = frozenset(("type", "namespace", "package", "version", "source", "arch", "vendor", "owner", "licences"))
_OF_VULNERABILITIES = frozenset(
    ("epss", "epss_percentile", "kev", "kev_ransomware", "fix_state", "fix_versions", "fix_date")
) | {"vex", "vex_justification"}
_PARTS_OF = {"epss_percentile": "epss", "kev_ransomware": "kev", "vex_justification": "vex"}
_OF_IMAGES: dict[str, type[AnyImageFinding]] = {
    "secret": Secret,
    "misconfiguration": Misconfiguration,
    "signature": SignatureFinding,
    "base-image": BaseImageFinding,
    "coverage": CoverageFinding,
}


class Subject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A finding, as the fields of conditions name it."""

    id: Annotated[str, Meta(min_length=1)]
    kind: Kind = "vulnerability"
    aliases: tuple[str, ...] = ()
    type: str = "deb"
    namespace: str = ""
    package: str = "package"
    version: str = "1"
    source: str = ""
    arch: str = ""
    vendor: str = ""
    owner: str = ""
    licences: tuple[str, ...] = ()
    path: str = ""
    layer: Annotated[int, Meta(ge=0)] | None = None
    origin: Origin = ""
    severity: Level = Level.UNKNOWN
    cvss: Annotated[float, Meta(ge=0, le=10)] | None = None
    epss: _Share | None = None
    epss_percentile: _Share = 0.0
    kev: _Day | None = None
    kev_ransomware: bool = False
    fix_state: FixState = FixState.UNKNOWN
    fix_versions: tuple[str, ...] = ()
    fix_date: _Day | None = None
    published: _Day | None = None
    vex: VexStatus | None = None
    vex_justification: str = ""

    @property
    def days(self) -> tuple[tuple[str, str | None], ...]:
        """The fields that are days, with what they say."""
        return ("kev", self.kev), ("fix_date", self.fix_date), ("published", self.published)

    def refusal(self, field: str) -> str:
        """Why a finding of the kind has no such field, "" where it may: what nobody asks would be said in vain."""
        if field in _OF_PACKAGES and self.kind in _OF_IMAGES:
            return f"a finding of kind {self.kind} is of no package"
        if field in _OF_VULNERABILITIES and self.kind != "vulnerability":
            return f"only a vulnerability has it, and this is of kind {self.kind}"
        whole = _PARTS_OF.get(field, "")
        if whole and getattr(self, whole) is None:
            return f"it says nothing without {whole}"
        if field == "origin" and self.origin == "own" and self.layer == 0:
            return "layer 0 is the base's, where there is one"
        return ""


class Surroundings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The image that it is in, its base and how much of it is known, as the fields of conditions name them."""

    image: str = "image"
    image_digest: str = ""
    image_created: _Day | None = None
    platform: Annotated[str, Meta(pattern=r"^[a-z0-9]+/[a-z0-9_]+(/[a-z0-9]+)?$")] = "linux/amd64"
    base: str = ""
    base_digest: str = ""
    base_created: _Day | None = None
    coverage_executables: _Share | None = None
    coverage_packages: _Share | None = None
    distro: str = ""

    @property
    def days(self) -> tuple[tuple[str, str | None], ...]:
        """The fields that are days, with what they say."""
        return ("image_created", self.image_created), ("base_created", self.base_created)


def report_of(said: Subject, around: Surroundings, now: str) -> Report:
    """A report of that one finding."""
    name, _, version = around.distro.partition(" ")
    layer = _layer(said)
    base = Base(around.base, around.base_digest, layer + (said.origin == "base"), "option", around.base_created or "")
    known = said.origin or around.base or around.base_digest or around.base_created
    executables, packages = (
        (0, 0) if share is None else (_PARTS, round(share * _PARTS))
        for share in (around.coverage_executables, around.coverage_packages)
    )
    return Report(
        "case",
        now,
        image=Image(
            around.image,
            around.image,
            around.image_digest,
            platform=Platform(*around.platform.split("/")),
            config=ImageConfig(created=around.image_created or ""),
            named="caller",
        ),
        distro=Distro(name, version) if name else None,
        findings=(_finding(said),),
        coverage=Coverage(*packages, executables=executables[0], accounted=executables[1]),
        base=msgspec.structs.replace(base, layers=base.layers if said.origin else 0) if known else None,
    )


def _layer(said: Subject) -> int:
    """The layer that it is in; with an origin and no layer, the lowest that there may be of it."""
    return said.layer if said.layer is not None else 1 if said.origin == "own" else 0


def _finding(said: Subject) -> AnyFinding:
    """The finding."""
    severity = Severity(said.severity, said.cvss)
    layer = _layer(said) if said.origin else -1 if said.layer is None else said.layer
    published = said.published or ""
    if (of_image := _OF_IMAGES.get(said.kind)) is not None:
        return of_image(said.id, severity, path=said.path, layer=layer, aliases=said.aliases, published=published)
    package = Package(
        said.type,
        said.package,
        said.version,
        namespace=said.namespace,
        arch=said.arch,
        vendor=said.vendor,
        source_name=said.source,
        licences=said.licences,
        path=said.path,
        owner=said.owner,
        layer=layer,
    )
    if said.kind != "vulnerability":
        of_package = Malware if said.kind == "malware" else LicenceBreach
        return of_package(
            said.id, severity, path=said.path, layer=layer, package=package, aliases=said.aliases, published=published
        )
    return Vulnerability(
        said.id,
        severity,
        path=said.path,
        layer=layer,
        package=package,
        aliases=said.aliases,
        fix=Fix(said.fix_state, said.fix_versions, said.fix_date or ""),
        kev=None if said.kev is None else Kev(said.kev, ransomware=said.kev_ransomware),
        epss=None if said.epss is None else Epss(said.epss, said.epss_percentile),
        vex=None if said.vex is None else Vex(said.vex, said.vex_justification),
        published=published,
    )
