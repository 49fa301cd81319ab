"""What a file of .NET says of a package in, a package of type ``nuget`` out.

https://learn.microsoft.com/en-us/nuget/reference/nuspec (``id``),
https://learn.microsoft.com/en-us/nuget/concepts/package-versioning.
"""

from __future__ import annotations

import base64
import binascii
import re

from pratique.model import Fact, Package, Problem

_NAME = re.compile(r"[A-Za-z0-9_](?:[\w.-]{0,98}\w)?", re.ASCII)
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+-]{0,199}")


def package(
    path: str,
    name: str,
    version: str,
    depends: tuple[str, ...] = (),
    hashes: tuple[str, ...] = (),
    declared: bool = False,
    scope: str = "",
) -> Fact:
    """A problem where name or version cannot be one."""
    if not _NAME.fullmatch(name) or not _VERSION.fullmatch(version):
        return Problem(path, f"names {name[:200]!r} {version[:200]!r}, which is no package of NuGet and version")
    return Package("nuget", name, version, path=path, depends=depends, hashes=hashes, declared=declared, scope=scope)


def content_hash(text: str) -> tuple[str, ...]:
    """``sha512-BASE64`` or the BASE64 alone."""
    try:
        digest = base64.b64decode(text.removeprefix("sha512-"), validate=True)
    except (binascii.Error, ValueError):
        return ()
    return (f"sha512:{digest.hex()}",) if len(digest) == 64 else ()
