"""The ways in which the lock files of yarn, pnpm, bun and Deno name an npm package in, name and version out."""

from __future__ import annotations

import re

# https://semver.org/#backusnaur-form-grammar-for-valid-semver-versions, with what npm allows beside: a "v" in front
_VERSION = re.compile(r"v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")


def is_version(text: str) -> bool:
    """Whether it is a version as a registry has it, and no URL, path, range or commit."""
    return len(text) <= 256 and _VERSION.fullmatch(text) is not None


def split(text: str) -> tuple[str, str]:
    """``"@scope/name@rest"`` is ``("@scope/name", "rest")``; the rest may have further ``@``, or be ""."""
    name, _, rest = text[1:].partition("@")
    return text[:1] + name, rest


def without_peers(text: str) -> str:
    """A version without the peers that it was resolved with: ``1.0.0(react@18.2.0)``, ``1.0.0_react@18.2.0``."""
    return text.partition("(")[0].partition("_")[0]
