"""A package URL in, its parts out, percent-decoded; and what such a URL alone tells of a package.

ECMA-427, https://github.com/package-url/purl-spec (how to parse: clause 5.7).
"""

from __future__ import annotations

import re
from urllib.parse import unquote

import msgspec

from pratique.model import DISTRIBUTION_TYPES, Package

_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9.+-]*")  # clause 5.6.2


class PackageUrl(msgspec.Struct, frozen=True):
    """The parts of a package URL; the namespace has "/" between its segments. Bytes that are no UTF-8 stand as lone
    surrogates (PEP 383)."""

    type: str
    name: str
    version: str = ""
    namespace: str = ""
    qualifiers: dict[str, str] = msgspec.field(default_factory=dict)


def parse(text: str) -> PackageUrl:
    """The parts. Raises ``ValueError`` for what is no package URL."""
    scheme, colon, rest = text.strip().partition(":")
    if not colon or scheme.lower() != "pkg":
        raise ValueError(f"{text[:100]!r} is no package URL: it does not begin with pkg:")
    rest, _, told = rest.partition("#")[0].partition("?")
    kind, slash, path = rest.lstrip("/").partition("/")
    at = path.rfind("@")
    version = ""
    if at > 0 and path[at - 1] != "/":  # @scope/name may stand there as it is
        path, version = path[:at], path[at + 1 :]
    namespace, _, name = path.strip("/").rpartition("/")
    if not (slash and name and _TYPE.fullmatch(kind)):
        raise ValueError(f"{text[:100]!r} is no package URL: it has no type, or no name")
    space = "/".join(_decode(part) for part in namespace.split("/") if part) if namespace else ""
    return PackageUrl(kind.lower(), _decode(name), _decode(version), space, _qualifiers(told) if told else {})


def package_of(url: PackageUrl) -> Package:
    """The package, without what the URL does not tell."""
    version, epoch = url.version, url.qualifiers.get("epoch", "")
    if url.type == "rpm" and epoch:  # rpm-definition.json
        version = f"{epoch}:{version}"
    told = url.qualifiers
    return Package(
        url.type, url.name, version, namespace=url.namespace, arch=told.get("arch", ""), uuid=told.get("uuid", "")
    )


def spelt(package: Package) -> str:
    """The name as the package's ecosystem writes it: ``@scope/name``, ``group:artifact``."""
    space, name = package.namespace, package.name
    if not space or package.type in DISTRIBUTION_TYPES:
        return name
    if package.type == "maven":
        return f"{space}:{name}"
    return f"@{space.removeprefix('@')}/{name}" if package.type == "npm" else f"{space}/{name}"


def _qualifiers(text: str) -> dict[str, str]:
    """The qualifiers that have a value, by their keys in lower case."""
    pairs = (pair.partition("=") for pair in text.split("&"))
    return {key.lower(): _decode(value) for key, _, value in pairs if key and value}


def _decode(text: str) -> str:
    return unquote(text, errors="surrogateescape") if "%" in text else text
