"""What the schemes of the Semantic Versioning family share: https://semver.org/spec/v2.0.0.html, section 11."""

from __future__ import annotations

import re

# More than the specification's grammar, as records and manifests hold more: a "v" or "=" before it, minor and patch
# left out (0 then, as in OSV's own evaluation), zeros before a number. Not more: a fourth number has no place in it.
_VERSION = re.compile(r"[v=\s]*(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]*)?\s*", re.ASCII)

PRERELEASE, RELEASE = 0, 1


def split(text: str) -> tuple[int, int, int, str | None]:
    """Major, minor, patch and the pre-release part or None; what stands after ``+`` has no say in the order.

    Raises ``ValueError`` for anything else."""
    match = _VERSION.fullmatch(text)
    if match is None:
        raise ValueError
    major, minor, patch, prerelease = match.groups()
    return int(major), int(minor or 0), int(patch or 0), prerelease


def identifiers(prerelease: str) -> tuple[int | str, ...]:
    """The dotted identifiers of a pre-release: numbers by value, before words; the shorter list before the longer.

    Raises ``ValueError`` for an empty identifier."""
    key: list[int | str] = []
    for identifier in prerelease.split("."):
        if not identifier:
            raise ValueError("empty identifier")
        key += (1, int(identifier)) if identifier.isdigit() else (2, identifier)
    key.append(0)
    return tuple(key)


def order(major: int, minor: int, patch: int, prerelease: str | None) -> tuple[int | str, ...]:
    """The key: a version sorts after all of its pre-releases."""
    if prerelease is None:
        return (major, minor, patch, RELEASE)
    return (major, minor, patch, PRERELEASE, *identifiers(prerelease))
