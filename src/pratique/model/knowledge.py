"""What is known of a vulnerability: how bad it is, whether it is exploited, what fixes it, what others say of it."""

from __future__ import annotations

import enum

from pratique.model._struct import Struct


class Level(enum.Enum):
    """Qualitative severity (CVSS v3.1 specification, section 5)."""

    UNKNOWN = "unknown"
    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for unknown up to 5 for critical."""
        return _LEVELS.index(self)


_LEVELS = list(Level)


class Severity(Struct, frozen=True):
    """How bad, by whom: ``score`` is the CVSS base score of ``vector`` or None, ``source`` the feed that says so."""

    level: Level = Level.UNKNOWN
    score: float | None = None
    vector: str = ""
    source: str = ""


class Kev(Struct, frozen=True):
    """An entry in CISA's Known Exploited Vulnerabilities catalogue; dates are YYYY-MM-DD."""

    added: str
    due: str = ""
    ransomware: bool = False


class Epss(Struct, frozen=True):
    """FIRST's exploit prediction: probability and percentile in 0…1, and the day of the model's run."""

    score: float
    percentile: float
    date: str = ""


class FixState(enum.Enum):
    """What the feed says of a fix."""

    FIXED = "fixed"
    AFFECTED = "affected"
    WILL_NOT_FIX = "will_not_fix"
    DEFERRED = "deferred"
    UNDER_INVESTIGATION = "under_investigation"
    END_OF_LIFE = "end_of_life"
    NOT_AFFECTED = "not_affected"
    UNKNOWN = "unknown"


class Fix(Struct, frozen=True):
    """``versions``: the lowest versions that are no longer affected, as the records spell them. ``date`` is when the
    fix was published (YYYY-MM-DD), "" where the feed does not tell."""

    state: FixState = FixState.UNKNOWN
    versions: tuple[str, ...] = ()
    date: str = ""


class VexStatus(enum.Enum):
    """How a vulnerability touches a product (CISA, Minimum Requirements for VEX, April 2023)."""

    NOT_AFFECTED = "not_affected"
    AFFECTED = "affected"
    FIXED = "fixed"
    UNDER_INVESTIGATION = "under_investigation"


JUSTIFICATIONS = frozenset(
    {
        "component_not_present",
        "vulnerable_code_not_present",
        "vulnerable_code_not_in_execute_path",
        "vulnerable_code_cannot_be_controlled_by_adversary",
        "inline_mitigations_already_exist",
    }
)
"""OpenVEX's and CSAF's labels of why a product is not affected (CISA, VEX Status Justifications, June 2022)."""
CYCLONEDX_JUSTIFICATIONS = frozenset(
    {
        "code_not_present",
        "code_not_reachable",
        "requires_configuration",
        "requires_dependency",
        "requires_environment",
        "protected_by_compiler",
        "protected_at_runtime",
        "protected_at_perimeter",
        "protected_by_mitigating_control",
    }
)
"""CycloneDX's own (https://cyclonedx.org/docs/1.6/json/#vulnerabilities_items_analysis_justification)."""


class Vex(Struct, frozen=True):
    """What a VEX document says of a finding: its ``status``, why (a ``justification`` is one of the labels, ``impact``
    free text), what to do, who says so, in which document, and when (RFC 3339)."""

    status: VexStatus
    justification: str = ""
    impact: str = ""
    action: str = ""
    author: str = ""
    document: str = ""
    timestamp: str = ""


class Evidence(Struct, frozen=True):
    """Why a record matched: the record, the name and version compared, and the range they fell into.

    ``introduced`` "" means from the beginning, ``fixed`` and ``last_affected`` "" mean open at the top. ``symbols`` are
    those of the record's functions that the program holds, where it tells."""

    record: str
    ecosystem: str
    package: str
    version: str
    scheme: str
    introduced: str = ""
    fixed: str = ""
    last_affected: str = ""
    symbols: tuple[str, ...] = ()
