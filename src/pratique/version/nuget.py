"""A NuGet version in, its key out: https://learn.microsoft.com/nuget/concepts/package-versioning.

A semantic version with a fourth number; missing numbers are 0, labels are compared without regard to case.
"""

from __future__ import annotations

import re

from pratique import plugins
from pratique.version._semver import PRERELEASE, RELEASE, identifiers

_VERSION = re.compile(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]*)?", re.ASCII)


def parse(text: str) -> plugins.Key:
    """The order of NuGet's default comparison: build metadata has no say."""
    match = _VERSION.fullmatch(text)
    if match is None:
        raise ValueError
    *numbers, labels = match.groups()
    release = (int(number or 0) for number in numbers)
    if labels is None:
        return (*release, RELEASE)
    return (*release, PRERELEASE, *identifiers(labels.lower()))


SCHEME = plugins.Scheme(names=("nuget", "NuGet"), parse=parse)
