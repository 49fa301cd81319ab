"""A Go version in, its key out: https://go.dev/ref/mod#versions for modules, https://go.dev/doc/toolchain#version for
the toolchain.

Modules have semantic versions; pseudo-versions are pre-releases, ``+incompatible`` has no say. OSV leaves the ``v`` out
and writes toolchains (``stdlib``, ``toolchain``) as semantic versions too: ``go1.22rc1`` is ``1.22.0-rc.1`` there.
"""

from __future__ import annotations

import re

from pratique import plugins
from pratique.version._semver import order, split

# A vendor's suffix ("-bigcorp") is cut as go/version does; " X:name" are experiments of the build.
_TOOLCHAIN = re.compile(
    r"(?:go)?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:(alpha|beta|rc)(\d+))?(?:-[!-~]*)?(?: X:[!-~]*)?", re.ASCII
)


def parse(text: str) -> plugins.Key:
    """The order of golang.org/x/mod/semver, and of go/version from 1.21 on. ``go1.21`` is 1.21.0, the release."""
    if not text.startswith("go"):
        try:
            return order(*split(text))
        except ValueError:
            pass  # "1.22rc1"
    match = _TOOLCHAIN.fullmatch(text)
    if match is None:
        raise ValueError
    major, minor, patch, phase, number = match.groups()
    return order(int(major), int(minor or 0), int(patch or 0), f"{phase}.{number}" if phase else None)


SCHEME = plugins.Scheme(names=("golang", "Go"), parse=parse)
