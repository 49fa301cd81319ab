"""A finding, and the image that it was found in, in; where it stands among others by risk out. A foundation: reports
sort by it, and advice does.

The order is ``docs/risk.md``'s: known to be exploited (CISA's KEV, https://www.cisa.gov/known-exploited-vulnerabilities;
ransomware first), the probability of exploitation (FIRST's EPSS, https://www.first.org/epss/model), severity, a fix at
hand, exposure. What nobody has scored is not zero: it stands between what is likely and what is not.
"""

from __future__ import annotations

import enum
import math

from pratique.model import AnyFinding, Epss, Image, ImageConfig, Level, Malware, Severity, Vulnerability

LIKELY, NOTICEABLE = 0.5, 0.1
"""The EPSS probabilities from which on exploitation within thirty days is likely, and worth a look."""

Risk = tuple[int, int, int, int, int, float, float]
"""Exploitation, its probability, severity, fix, exposure, each counted from 0 for the worst; then EPSS and CVSS below
zero."""


class Exposure(enum.IntEnum):
    """What an image's config tells of how far an attacker gets: its user, and the ports that it says it listens on."""

    ROOT_AND_LISTENS = 0
    ROOT_OR_LISTENS = 1
    UNKNOWN = 2
    NEITHER = 3


# Most urgent first. Nobody has rated the unknown ones: they may be anything, and stand below the known to be medium.
_LEVELS = (Level.CRITICAL, Level.HIGH, Level.MEDIUM, Level.UNKNOWN, Level.LOW, Level.NONE)
_MIDDLE = {Level.CRITICAL: 9.5, Level.HIGH: 8.0, Level.MEDIUM: 5.5, Level.UNKNOWN: 4.0, Level.LOW: 2.0, Level.NONE: 0.0}
_UNSCORED_EPSS = NOTICEABLE
_PARTS = (3, 5, len(_LEVELS), 2, len(Exposure))  # how many values each counted part of a risk may have
_MOST = math.prod(_PARTS) - 1


def risk(finding: AnyFinding, image: Image | None = None) -> Risk:
    """What to sort by: the lesser, the more urgent."""
    epss = finding.epss if isinstance(finding, Vulnerability) else None
    return (
        _exploited(finding),
        _likelihood(finding, epss),
        _LEVELS.index(finding.severity.level),
        0 if isinstance(finding, Malware) or (isinstance(finding, Vulnerability) and finding.fix.versions) else 1,
        exposure(image),
        -(epss.score if epss else _UNSCORED_EPSS),
        -_score(finding.severity),
    )


def rank(finding: AnyFinding, image: Image | None = None) -> float:
    """From 100 for the most urgent down to 0, to one decimal (SARIF 2.1.0, section 3.27.25): what ``risk`` says, but
    for EPSS and CVSS within a band."""
    place = 0
    exploited, likely, severity, fix, exposed, *_ = risk(finding, image)
    for part, values in zip((exploited, likely, severity, fix, exposed), _PARTS, strict=True):
        place = place * values + part
    return round(100 * (1 - place / _MOST), 1)


def exposure(image: Image | None) -> Exposure:
    """As the config tells, UNKNOWN where there is none to be read."""
    if image is None or image.config == ImageConfig():
        return Exposure.UNKNOWN
    root = image.config.user.partition(":")[0] in ("", "0", "root")  # image-spec, config.md: "" is left to the runtime
    listens = bool(image.config.exposed_ports)
    if root and listens:
        return Exposure.ROOT_AND_LISTENS
    return Exposure.ROOT_OR_LISTENS if root or listens else Exposure.NEITHER


def _exploited(finding: AnyFinding) -> int:
    """Malware is the attack itself."""
    if isinstance(finding, Malware):
        return 0
    kev = finding.kev if isinstance(finding, Vulnerability) else None
    if kev is None:
        return 2
    return 0 if kev.ransomware else 1


def _likelihood(finding: AnyFinding, epss: Epss | None) -> int:
    """The band; the last is of what no attack makes use of by itself, as a licence or an old base."""
    if not isinstance(finding, (Vulnerability, Malware)):
        return 4
    if epss is None:
        return 2
    return 0 if epss.score >= LIKELY else 1 if epss.score >= NOTICEABLE else 3


def _score(severity: Severity) -> float:
    """The CVSS score; the middle of its level where nobody gave one."""
    return _MIDDLE[severity.level] if severity.score is None else severity.score
