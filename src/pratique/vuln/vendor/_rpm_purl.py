"""A package URL of an rpm in, its parts out. https://github.com/package-url/purl-spec (type rpm), and Red Hat's use:
https://redhatproductsecurity.github.io/security-data-guidelines/purl/

``rpmmod`` names the module of an rpm; before 2025 modules had package URLs of a type of that name.
"""

from __future__ import annotations

from urllib.parse import unquote

import msgspec


class Rpm(msgspec.Struct, frozen=True, gc=False):
    """``version`` has its epoch where that is not 0, and is "" for all; ``arch`` is ``src`` for a source package and ""
    for all architectures; ``module`` is ``name:stream``."""

    name: str
    version: str = ""
    arch: str = ""
    module: str = ""


def rpm(purl: str) -> Rpm | None:
    """The parts; None for a package URL of another type, and for a module as a whole. Raises ``ValueError``."""
    scheme, _, rest = purl.partition(":")
    kind, _, rest = rest.lstrip("/").partition("/")
    if scheme != "pkg":
        raise ValueError(f"{purl[:200]!r} is no package URL")
    if kind not in ("rpm", "rpmmod"):
        return None
    path, _, text = rest.partition("#")[0].partition("?")
    qualifiers = dict(_pairs(text))
    path, _, version = path.partition("@")
    parts = [unquote(part) for part in path.split("/")]
    name = parts[-1]
    if kind == "rpmmod":  # pkg:rpmmod/redhat/ruby:2.6/ruby is an rpm of a module, pkg:rpmmod/redhat/ruby@3.0:806… one
        if len(parts) < 3:
            return None
        return Rpm(name, arch="src", module=_stream(parts[-2]))
    if not name:
        raise ValueError(f"{purl[:200]!r} names no package")
    epoch = qualifiers.get("epoch", "")
    version = unquote(version)
    if version and epoch.strip("0"):
        if not epoch.isascii() or not epoch.isdigit():
            raise ValueError(f"{purl[:200]!r} has the epoch {epoch[:20]!r}")
        version = f"{int(epoch[:20])}:{version}"
    module = _stream(qualifiers["rpmmod"]) if "rpmmod" in qualifiers else ""
    return Rpm(name, version, qualifiers.get("arch", ""), module)


def module(purl: str) -> str:
    """``name:stream`` of a module's own package URL (``pkg:rpmmod/redhat/ruby@3.0:8060…``), "" for another one. Raises
    ``ValueError``."""
    start, _, version = purl.partition("?")[0].partition("@")
    if not start.startswith("pkg:rpmmod/"):
        return ""
    return _stream(f"{unquote(start.rpartition('/')[2])}:{unquote(version)}")


def _stream(text: str) -> str:
    """Of name, stream, version and context the first two."""
    name, _, rest = text.partition(":")
    stream = rest.partition(":")[0]
    if not name or not stream:
        raise ValueError(f"the module {text[:100]!r} has no stream")
    return f"{name}:{stream}"


def _pairs(text: str) -> list[tuple[str, str]]:
    found = []
    for pair in text.split("&") if text else ():
        name, _, value = pair.partition("=")
        found.append((name, unquote(value)))
    return found
