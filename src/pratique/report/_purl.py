"""A package in, its package URL out (ECMA-427, https://github.com/package-url/purl-spec, types in its ``types/``)."""

from __future__ import annotations

import functools
import re
from urllib.parse import quote

from pratique.model import Distro, Image, Package

_KEPT = frozenset(chr(code) for code in range(128) if chr(code).isalnum() or chr(code) in ".-_~:")
_ENCODED = {code: f"%{code:02X}" for code in range(128) if chr(code) not in _KEPT}
_RUNS = re.compile(r"[-_.]+")

# Types whose definition says that case means nothing. Those of npm and Go say so too, but both registries tell
# "JSONStream" from "jsonstream" and a Go module path is case-sensitive: a lowered name would be another package's.
_LOWER_NAMES = frozenset({"apk", "composer", "deb"})
_LOWER_NAMESPACES = frozenset({"apk", "composer", "deb", "rpm"})
_OF_A_DISTRO = frozenset({"apk", "deb", "rpm"})


def purl(package: Package, distro: Distro | None) -> str:
    """``pkg:type/namespace/name@version?qualifiers``, or "" for a package without a name, which has none."""
    kind, version, epoch = package.type, package.version, ""
    if kind == "rpm" and ":" in version:  # rpm-definition.json: a qualifier; that of a deb stays in its version
        epoch, _, version = version.partition(":")
    path = _path(kind, package, distro)
    if not path:
        return ""
    text = f"pkg:{kind}/{path}@{_encode(version)}" if version else f"pkg:{kind}/{path}"
    if kind not in _OF_A_DISTRO:
        return f"{text}?uuid={_encode(package.uuid)}" if package.uuid else text  # julia-definition.json
    if distro is None or (package.stated and package.namespace not in ("", distro.id)):  # another system's
        return text + _qualifiers(package.arch, "", "", epoch)
    return text + _qualifiers(package.arch, distro.id, distro.version or distro.codename, epoch)


def image_purl(image: Image) -> str:
    """``pkg:oci/name@digest?arch=…&repository_url=…`` (oci-definition.json), "" for an image without a digest."""
    folder, slash, last = image.name.partition("@")[0].rpartition("/")
    name = last.partition(":")[0]
    if not image.digest or not name:
        return ""
    repository = f"{folder}{slash}{name}" if folder else ""
    pairs = (("arch", image.platform.architecture), ("repository_url", repository))
    qualifiers = "&".join(f"{key}={_encode(value)}" for key, value in pairs if value)
    return f"pkg:oci/{_encode(name.lower())}@{_encode(image.digest)}?{qualifiers}"


def _path(kind: str, package: Package, distro: Distro | None) -> str:
    """Namespace and name in the type's canonical form, each segment encoded, the empty ones left out."""
    namespace, name = package.namespace, package.name.strip("/")
    if not name:
        return ""
    if kind in _OF_A_DISTRO and not namespace and distro is not None:
        namespace = distro.id
    if kind in _LOWER_NAMESPACES:
        namespace = namespace.lower()
    if kind in _LOWER_NAMES:
        name = name.lower()
    elif kind == "pypi":
        name = _RUNS.sub("-", name).lower()  # pypi-definition.json: as PEP 503 normalises
    if not namespace and "/" not in name:
        return _encode(name)
    return "/".join(_encode(part) for part in f"{namespace}/{name}".split("/") if part)


@functools.lru_cache(maxsize=256)  # a few architectures and epochs; thousands of packages
def _qualifiers(arch: str, distro: str, release: str, epoch: str) -> str:
    """``?key=value&…`` with the keys sorted and the empty ones left out (clause 5.6.6)."""
    pairs = (("arch", arch), ("distro", f"{distro}-{release}" if distro and release else distro), ("epoch", epoch))
    text = "&".join(f"{key}={_encode(value)}" for key, value in pairs if value)
    return f"?{text}" if text else ""


def _encode(text: str) -> str:
    """Percent-encoded but for letters, digits, ``.-_~`` and the colon (clause 5.4). Bytes that were no UTF-8 come as
    lone surrogates (PEP 383) and leave as the bytes that they were."""
    if _KEPT.issuperset(text):  # nearly always, and a third of the time of the others
        return text
    if text.isascii():
        return text.translate(_ENCODED)
    try:
        return quote(text.encode("utf-8", "surrogateescape"), safe=":")
    except UnicodeEncodeError:  # a surrogate that stands for no byte
        return quote(text.encode("utf-8", "replace"), safe=":")
