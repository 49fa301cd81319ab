"""What was found in an image, and what the policy decided of it."""

from __future__ import annotations

import enum
from typing import ClassVar

from pratique.model._struct import Struct
from pratique.model.fact import Package
from pratique.model.knowledge import Epss, Evidence, Fix, Kev, Severity, Vex


class Action(enum.Enum):
    """What a rule of the policy says of a finding; ``NONE`` where no rule spoke."""

    FAIL = "fail"
    WARN = "warn"
    ALLOW = "allow"
    NONE = "none"


class Decision(Struct, frozen=True):
    """What the policy said and why. ``suppressed_until`` (YYYY-MM-DD), ``reason`` and ``owner`` are set when a
    suppression holds, and ``baseline`` too, its day, when it is a baseline's; ``grace_until`` when a grace period
    turned a failure into a warning; ``vex`` when a VEX document (then ``owner`` is its author) said so, as the status
    that it gives."""

    action: Action = Action.NONE
    rule: str = ""
    suppressed_until: str = ""
    reason: str = ""
    owner: str = ""
    grace_until: str = ""
    note: str = ""
    vex: str = ""
    baseline: str = ""


class Finding(Struct, frozen=True, tag_field="kind"):
    """What all findings have; ``layer`` is -1 where it belongs to none. Subclasses bind the kind."""

    id: str
    severity: Severity = Severity()
    title: str = ""
    path: str = ""
    layer: int = -1
    decision: Decision = Decision()
    aliases: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    published: str = ""
    modified: str = ""

    @property
    def file(self) -> str:
        """The path that proves it, "" for none."""
        return self.path

    @property
    def from_layer(self) -> int:
        """The index of the layer that it came with, -1 for none."""
        return self.layer

    @property
    def is_exploited(self) -> bool:
        """Whether CISA's catalogue of known exploited vulnerabilities has it."""
        return False


class PackageFinding(Finding, frozen=True, kw_only=True):
    """A finding of one package."""

    package: Package

    @property
    def file(self) -> str:
        """The path that proves it, else the package."""
        return self.path or self.package.path

    @property
    def from_layer(self) -> int:
        """The index of the layer that it, else the package, came with."""
        return self.layer if self.layer >= 0 else self.package.layer


class Vulnerability(PackageFinding, frozen=True, tag="vulnerability", kw_only=True):
    """One vulnerability of one package, all records of it merged. ``id`` is the CVE where there is one."""

    fix: Fix = Fix()
    kev: Kev | None = None
    epss: Epss | None = None
    vex: Vex | None = None

    @property
    def is_exploited(self) -> bool:
        """Whether CISA's catalogue of known exploited vulnerabilities has it."""
        return self.kev is not None


class Malware(PackageFinding, frozen=True, tag="malware"):
    """A package that is itself the attack (OSV ``MAL-`` records)."""


class LicenceBreach(PackageFinding, frozen=True, tag="licence"):
    """A package under a licence that the policy refuses: ``id`` is its SPDX identifier, ``title`` all that the package
    says of its licences. Where they are not known, ``id`` is ``licence-unknown``."""


class ImageFinding(Finding, frozen=True, kw_only=True):
    """A finding of the image itself, of no package: ``title`` says what is amiss, ``hint`` what to do."""

    package: ClassVar[None] = None
    hint: str = ""


class BaseImageFinding(ImageFinding, frozen=True, tag="base-image"):
    """What is amiss with the image that this one was built on: ``base-unknown``, ``base-unpinned``, …"""


class CoverageFinding(ImageFinding, frozen=True, tag="coverage"):
    """A part of the image that nothing speaks for: ``executables-unaccounted``, ``packages-not-assessed``."""


class Secret(ImageFinding, frozen=True, tag="secret"):
    """A credential in a file of some layer, also of one that a later layer removes."""


class Misconfiguration(ImageFinding, frozen=True, tag="misconfiguration"):
    """What the image's configuration, or a file of it, should not say."""


class SignatureFinding(ImageFinding, frozen=True, tag="signature"):
    """A signature or attestation that is missing or cannot be verified."""


AnyPackageFinding = Vulnerability | Malware | LicenceBreach
AnyImageFinding = BaseImageFinding | CoverageFinding | Secret | Misconfiguration | SignatureFinding
AnyFinding = AnyPackageFinding | AnyImageFinding
