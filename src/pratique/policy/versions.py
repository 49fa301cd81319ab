"""The ``version`` of a suppression in, one or a range as ``>=1.0 <2.0``; whether an installed one is meant, out.

Versions are compared as their ecosystem orders them (``pratique.version``). What cannot be compared is not meant.
"""

from __future__ import annotations

import re

import msgspec

from pratique import version
from pratique.model import PackageFinding

_BOUND = re.compile(r"(<=|>=|<|>)(\S+)")


class Incomparable(Exception):
    """Why an installed version cannot be compared with a range. Does not leave ``policy``."""


class _Bound(msgspec.Struct, frozen=True):
    operator: str
    version: str

    def holds(self, scheme: str, key: bytes) -> bool:
        """A local version (PEP 440) counts as the one that it is made of."""
        if self.operator in ("<", ">="):
            return (key < version.key(scheme, self.version)) is (self.operator == "<")
        return (key < version.after(scheme, self.version)) is (self.operator == "<=")


def check(text: str) -> None:
    """Raises ``ValueError`` for a range with a bound that no ecosystem has versions like."""
    for bound in _bounds(text):
        if not _is_version(bound.version):
            raise ValueError(f"{bound.version!r} is a version in no ecosystem")


def _bounds(text: str) -> tuple[_Bound, ...]:
    """The bounds of a range, () of one version; ``schema`` says how they are written."""
    return tuple(_Bound(*found) for found in _BOUND.findall(text)) if text.startswith(("<", ">")) else ()


def _is_version(text: str) -> bool:
    for scheme in version.names():
        try:
            version.key(scheme, text)
        except ValueError:
            continue
        return True
    return False


def is_meant(text: str, finding: PackageFinding) -> bool:
    """Whether the finding's package has that version, or one in that range; "" means all. Raises ``Incomparable``."""
    installed = finding.package.version
    bounds = _bounds(text)
    if not bounds:
        return text in ("", installed)
    scheme = _scheme(finding)
    try:
        key = version.key(scheme, installed)
        return all(bound.holds(scheme, key) for bound in bounds)
    except ValueError as error:
        raise Incomparable(f"{installed!r} cannot be compared with {text!r}: {error}") from error


def _scheme(finding: PackageFinding) -> str:
    """That of the package's ecosystem, else the one that the finding itself was compared in."""
    type = finding.package.type
    if type in version.names():
        return type
    return next((each.scheme for each in finding.evidence if each.scheme), type)
