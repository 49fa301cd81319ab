"""The name of a format as a user writes it in, the module that writes it and the version asked for out.

A module's name with hyphens is the format's; ``ALIASES`` are what users of other tools call them, and ``_VERSIONED``
those that have versions, ``cyclonedx-1.5`` or ``cyclonedx@1.5``. Nothing is imported for it.
"""

from __future__ import annotations

import msgspec

ALIASES = {
    "cyclonedx-json": "cyclonedx",
    "github-json": "github",
    "purl": "purls",
    "spdx-2.3": "spdx",
    "spdx-3.0": "spdx-3",
    "spdx-json": "spdx",
    "spdx-tv": "spdx-tag-value",
}
_VERSIONED = ("cyclonedx", "cyclonedx-json", "cyclonedx-xml")
_VERSIONS = ("1.4", "1.5", "1.6", "1.7")


class Asked(msgspec.Struct, frozen=True):
    """The format's own name, and the version of it, "" where none is asked for."""

    format: str
    variant: str = ""


def find(name: str) -> Asked:
    """What the name asks for, whether there is such a format or not."""
    plain, at, version = name.partition("@")
    if not at and name.rpartition("-")[0] in _VERSIONED:
        plain, _, version = name.rpartition("-")
        if version not in _VERSIONS:
            plain, version = name, ""
    if version and (plain not in _VERSIONED or version not in _VERSIONS):
        plain, version = f"{plain}-{version}", ""
    return Asked(ALIASES.get(plain, plain), version)


def versioned() -> list[str]:
    """The names with a version."""
    return [f"{name}-{version}" for name in ("cyclonedx", "cyclonedx-xml") for version in _VERSIONS]
