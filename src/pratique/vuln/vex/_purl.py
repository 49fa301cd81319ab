"""A package URL and a package or an image in, whether the one names the other out.

https://github.com/package-url/purl-spec; how VEX compares them: https://github.com/openvex/spec/issues/27 - what the
document's URL leaves out is not asked, what it says must hold. A qualifier that we know nothing of is not held to hold.
Of its qualifiers ``vers`` names versions (https://github.com/package-url/purl-spec/blob/main/docs/common-qualifiers.md).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from packageurl import PackageURL

from pratique import version
from pratique.model import DISTRIBUTION_TYPES, Distro, Image, Package
from pratique.vuln.distro._shape import source as source_of
from pratique.vuln.vex import _vers

_RUNS = re.compile(r"[-_.]+")
_HUB = "docker.io"
_HUBS = frozenset({_HUB, "hub.docker.com", "index.docker.io", "registry-1.docker.io"})
_ARCHIVES = frozenset({"aar", "ear", "jar", "war"})
_NOT_IDENTITY = frozenset({"checksum", "download_url", "file_name", "vcs_url"})
_OF_IMAGES = frozenset({"arch", "os", "repository_url", "tag"})
_OF_PACKAGES = frozenset({"arch", "distro", "epoch", "type", "upstream", "uuid", "vers"})


@functools.lru_cache(maxsize=4096)
def parse(text: str) -> PackageURL:
    """The parts. Raises ``ValueError`` for what is no package URL."""
    return PackageURL.from_string(text)


def fault(text: str) -> str:
    """Why nothing can be compared with a package URL, "" where it can."""
    try:
        url = parse(text)
    except ValueError:
        return "is no package URL"
    qualifiers = _qualifiers(url)
    known = _OF_IMAGES if url.type in ("docker", "oci") else _OF_PACKAGES
    strange = sorted(qualifiers.keys() - known - _NOT_IDENTITY)
    if strange:
        return f"has the qualifier {strange[0]!r}, of which we do not know what it changes"
    if "vers" not in qualifiers:
        return ""
    if url.version:
        return "tells both a version and a range of them"
    try:
        _vers.parse(qualifiers["vers"], url.type)
    except ValueError as error:
        return f"has a range of versions that cannot be used: {error}"
    return ""


def is_exact(text: str) -> bool:
    """Whether a package URL tells a version, some versions or an image's tag; True for what is none, which is told of
    elsewhere."""
    try:
        url = parse(text)
    except ValueError:
        return True
    return bool(url.version or _qualifiers(url).keys() & {"tag", "vers"})


def exact(texts: Iterable[str], version: str = "") -> tuple[str, ...]:
    """The package URLs of one component: those that tell its version, with the ``version`` beside them where
    none does; each once."""
    found = tuple(dict.fromkeys(texts))
    told = tuple(text for text in found if is_exact(text))
    if told or not version:
        return told or found
    return tuple(parse(text)._replace(version=version).to_string() for text in found)


def limited(texts: Iterable[str], versions: str) -> tuple[str, ...]:
    """The package URLs of one component of some versions, a range (``vers:…``) or one; of those that tell a version
    themselves the ones that are meant."""
    urls = [parse(text) for text in texts if not fault(text)]
    if not versions.startswith("vers:"):
        return tuple(url._replace(version=versions).to_string() for url in urls if url.version in (None, "", versions))
    return tuple(
        url.to_string() if url.version else url._replace(qualifiers={**_qualifiers(url), "vers": versions}).to_string()
        for url in urls
        if not url.version or _is_in(versions, url.type, url.version)
    )


def names_package(url: PackageURL, package: Package, distro: Distro | None) -> bool:
    """Whether the URL is one of the package. ``arch=source``, an rpm's ``arch=src``, means a distribution's source
    package."""
    qualifiers = _qualifiers(url)
    source = qualifiers.get("arch") == ("src" if package.type == "rpm" else "source")
    name, number = source_of(package) if source else (package.name, package.version)
    namespace = package.namespace
    if package.type in DISTRIBUTION_TYPES and not namespace and distro is not None:
        namespace = distro.id
    if url.type != package.type or _plain(url.type, url.namespace or "", url.name) != _plain(url.type, namespace, name):
        return False
    if url.version and not _same_version(package.type, url.version, qualifiers.get("epoch", ""), number):
        return False
    if "vers" in qualifiers and (url.version or not _is_in(qualifiers.pop("vers"), package.type, number)):
        return False
    release = qualifiers.pop("distro", "")
    if release and (distro is None or not _is_release(release, distro, namespace, exact=bool(url.version))):
        return False
    return all(_holds(key, value, package) for key, value in qualifiers.items() if not (source and key == "arch"))


def names_image(url: PackageURL, image: Image) -> bool:
    """Whether the URL is one of the image: its name, and its digest and repository where the URL gives them. A name
    that only its maker gave it is not believed without a digest."""
    repository, tag = _repository(image.name)
    known = {"arch": image.platform.architecture, "os": image.platform.os, "tag": tag}
    qualifiers = _qualifiers(url)
    if url.type == "docker":
        if _docker(url, qualifiers.pop("repository_url", "")) != _located(repository):
            return False
    elif url.type != "oci" or url.namespace or url.name.lower() != repository.rpartition("/")[2].lower():
        return False
    digests = image.digests_shown
    if not image.name_said and url.version not in digests:
        return False
    if url.version and (url.version not in digests if ":" in url.version else url.version != tag):
        return False
    known["repository_url"] = repository
    return all(known.get(key) == value for key, value in qualifiers.items() if key not in _NOT_IDENTITY)


def _repository(name: str) -> tuple[str, str]:
    """The name without tag, and the tag."""
    folder, slash, last = name.partition("@")[0].rpartition("/")
    last, _, tag = last.partition(":")
    return f"{folder}{slash}{last}", tag


def _docker(url: PackageURL, registry: str) -> tuple[str, str]:
    """The registry and the path in it that a URL of type docker means: its namespace is the user, the organisation or,
    before them, the registry, and what names no registry means Docker Hub.
    https://github.com/package-url/purl-spec/blob/main/types/docker-definition.json"""
    path = f"{url.namespace}/{url.name}" if url.namespace else url.name
    registry = registry.removeprefix("https://").strip("/")
    if registry.endswith(f"/{path}"):  # the whole repository
        registry = registry.removesuffix(f"/{path}")
    return _located(f"{registry}/{path}" if registry else path)


def _located(repository: str) -> tuple[str, str]:
    """The registry and the path in it, as ``docker pull`` takes the name."""
    first, slash, rest = repository.lower().partition("/")
    if not slash or not ("." in first or ":" in first or first == "localhost"):
        first, rest = _HUB, repository.lower()
    if first in _HUBS:
        return _HUB, rest if "/" in rest else f"library/{rest}"
    return first, rest


def _qualifiers(url: PackageURL) -> dict[str, str]:
    found = url.qualifiers
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _plain(kind: str, namespace: str, name: str) -> str:
    """Namespace and name as one text, for Go knows no namespace, in the form in which the type compares them."""
    if kind == "pypi":
        return _RUNS.sub("-", name).lower()
    text = f"{namespace.removeprefix('%40')}/{name}" if namespace else name
    if kind == "rpm":
        return f"{namespace.lower()}/{name}"
    return text.lower() if kind in ("apk", "composer", "deb", "nuget") else text


def _same_version(kind: str, said: str, epoch: str, installed: str) -> bool:
    if kind == "rpm":  # the epoch is a qualifier there
        own, colon, rest = installed.partition(":")
        if not colon:
            own, rest = "", installed
        return said == rest and (epoch or "0") == (own or "0")
    if kind == "golang":
        return said.removeprefix("v") == installed.removeprefix("v")
    return said == installed


def _is_in(specifier: str, kind: str, installed: str) -> bool:
    """Whether the range holds the version; one that cannot be read is in none."""
    try:
        return _vers.parse(specifier, kind).holds(version.key(_vers.scheme_of(kind), installed))
    except ValueError:
        return False


def _is_release(said: str, distro: Distro, namespace: str, *, exact: bool) -> bool:
    """Whether the qualifier ``distro`` means the image's: its codename, or its id, or the package's namespace, with
    that or a version. ``alpine-3.19`` is all of 3.19.1. os-release tells less of a release than some tools write, who
    read ``debian-12.5`` elsewhere: where the URL is ``exact``, of one version of the package, that is the same build.
    """
    if said in {distro.id, distro.codename, f"{distro.id}-{distro.codename}"} - {""}:
        return True
    id_, _, told = said.rpartition("-")
    theirs, ours = told.split("."), distro.version.split(".")
    shared = min(len(theirs), len(ours)) if exact else len(theirs)
    return id_ in (distro.id, namespace) and theirs[:shared] == ours[:shared]


def _holds(key: str, value: str, package: Package) -> bool:
    if key in _NOT_IDENTITY or (key == "epoch" and package.type == "rpm"):
        return True
    if key == "arch":
        return value == package.arch
    if key == "uuid":  # julia-definition.json
        return value.lower() == package.uuid
    if key == "upstream" and package.type in DISTRIBUTION_TYPES:  # as Syft writes the source package
        name, number = source_of(package)
        plain = number.partition(":")[2] or number
        return value in {name, f"{name}@{number}", f"{name}-{plain}.src.rpm"}
    if key == "type" and package.type == "maven":  # "jar" where it is not told
        ending = package.path.rpartition(".")[2]
        return value == (ending if ending in _ARCHIVES else "jar")
    return False
