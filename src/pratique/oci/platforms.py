"""A wanted platform and what an image offers in, the best match out, chosen as containerd does.

Names, aliases and fall-backs between variants: https://github.com/containerd/platforms (platforms.go, compare.go,
database.go) and the table of image-spec, image-index.md, "Platform Variants".
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from pratique.errors import UsageError
from pratique.model import Platform

ALL = "all"

_ARCHITECTURES = {
    "x86_64": "amd64",
    "x86-64": "amd64",
    "aarch64": "arm64",
    "i386": "386",
    "i486": "386",
    "i586": "386",
    "i686": "386",
    "armhf": "arm",
    "armel": "arm/v6",
    "armv5l": "arm/v5",
    "armv6l": "arm/v6",
    "armv7l": "arm/v7",
    "armv8l": "arm/v7",
}
# The variant that is meant where none is written.
_IMPLIED = {"arm": "v7", "arm64": "v8", "amd64": "v1"}
_ARM = ("v8", "v7", "v6", "v5")


def host() -> Platform:
    """This machine's architecture, under Linux: images of other systems do not run here."""
    return normalise(Platform("linux", os.uname().machine))


def parse(text: str) -> Platform:
    """``os/architecture[/variant]``, or one of both alone, as ``--platform`` takes it. Raises ``UsageError``."""
    parts = text.split("/")
    if not 1 <= len(parts) <= 3 or not all(part and part.replace("_", "").replace("-", "").isalnum() for part in parts):
        raise UsageError(f"{text!r} is no platform", hint="write os/architecture[/variant], e.g. linux/arm64, or all")
    if len(parts) == 1:
        parts = [parts[0], host().architecture] if parts[0] in ("linux", "windows", "freebsd") else ["linux", parts[0]]
    return normalise(Platform(*parts))


def normalise(platform: Platform) -> Platform:
    """Aliases resolved; the implied variant is left out, except for 32-bit ARM, where it is written."""
    architecture, _, variant = _ARCHITECTURES.get(
        platform.architecture.lower(), platform.architecture.lower()
    ).partition("/")
    variant = platform.variant.lower() or variant
    variant = f"v{variant}" if variant.isdigit() else variant
    implied = _IMPLIED.get(architecture, "")
    if architecture == "arm":
        variant = variant or implied
    elif variant == implied:
        variant = ""
    return Platform(platform.os.lower(), architecture, variant)


def best(wanted: Platform, offered: Sequence[Platform]) -> list[int]:
    """Which of ``offered`` serve ``wanted`` best: their positions, none if nothing serves."""
    ranks = _acceptable(normalise(wanted))
    found = [normalise(platform) for platform in offered]
    for rank in ranks:
        positions = [position for position, platform in enumerate(found) if platform == rank]
        if positions:
            return positions
    return []


def _acceptable(wanted: Platform) -> list[Platform]:
    """What runs on ``wanted``, best first: lower variants, and the 32-bit sibling of a 64-bit architecture."""

    def variants(architecture: str, names: Sequence[str]) -> list[Platform]:
        return [normalise(Platform(wanted.os, architecture, name)) for name in names]

    architecture, variant = wanted.architecture, wanted.variant or _IMPLIED.get(wanted.architecture, "")
    if architecture == "arm" and variant in _ARM:
        return variants("arm", _ARM[_ARM.index(variant) :])
    if architecture == "arm64":
        own = [] if variant == "v8" else variants("arm64", [variant])
        return own + variants("arm64", ["v8"]) + variants("arm", _ARM)
    if architecture == "amd64" and variant[1:].isdigit():
        return variants("amd64", [f"v{level}" for level in range(min(int(variant[1:]), 9), 0, -1)]) + variants(
            "386", [""]
        )
    return [wanted]
