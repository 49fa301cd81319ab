"""An OSV ecosystem in, its version scheme and the spelling of its names out.

https://ossf.github.io/osv-schema/#defined-ecosystems and https://github.com/package-url/purl-spec (types).
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec


class Ecosystem(msgspec.Struct, frozen=True):
    """``name`` as OSV has it, without a release; ``scheme`` as ``pratique.version.key`` has it; ``type`` the purl type
    of its packages, "" for a distribution's (``vuln/distro`` says there); ``spell`` brings a name to the form in which
    it is stored and asked for."""

    name: str
    scheme: str
    type: str = ""
    spell: Callable[[str], str] = str


_RUNS = re.compile(r"[-_.]+")


def pypi_name(name: str) -> str:
    """The normalised name: https://packaging.python.org/en/latest/specifications/name-normalization/."""
    return _RUNS.sub("-", name).lower()


_ALL = (
    Ecosystem("PyPI", "pypi", "pypi", pypi_name),
    Ecosystem("npm", "npm", "npm"),
    Ecosystem("Go", "golang", "golang"),
    Ecosystem("crates.io", "cargo", "cargo"),
    Ecosystem("Maven", "maven", "maven"),
    Ecosystem("RubyGems", "gem", "gem"),
    Ecosystem("Packagist", "composer", "composer", str.lower),
    Ecosystem("NuGet", "nuget", "nuget", str.lower),
    Ecosystem("Hex", "semver", "hex"),
    Ecosystem("Pub", "semver", "pub"),
    Ecosystem("Hackage", "hackage", "hackage"),
    Ecosystem("GHC", "hackage"),
    Ecosystem("CRAN", "cran", "cran"),
    Ecosystem("Bioconductor", "cran", "bioconductor"),
    Ecosystem("SwiftURL", "semver", "swift"),
    Ecosystem("ConanCenter", "semver", "conan"),
    Ecosystem("GitHub Actions", "semver", "githubactions"),
    Ecosystem("Julia", "semver", "julia"),
    Ecosystem("Bitnami", "bitnami", "bitnami"),
    Ecosystem("Debian", "deb"),
    Ecosystem("Ubuntu", "deb"),
    Ecosystem("Echo", "deb"),
    Ecosystem("Alpine", "apk"),
    Ecosystem("Wolfi", "apk"),
    Ecosystem("Chainguard", "apk"),
    Ecosystem("MinimOS", "apk"),
    Ecosystem("CleanStart", "apk"),
    Ecosystem("Alpaquita", "apk"),
    Ecosystem("BellSoft Hardened Containers", "apk"),
    Ecosystem("Mageia", "rpm"),
    Ecosystem("AlmaLinux", "rpm"),
    Ecosystem("Rocky Linux", "rpm"),
    Ecosystem("Red Hat", "rpm"),
    Ecosystem("SUSE", "rpm"),
    Ecosystem("openSUSE", "rpm"),
    Ecosystem("Azure Linux", "rpm"),
    Ecosystem("Oracle Linux", "rpm"),
    Ecosystem("Amazon Linux", "rpm"),
    Ecosystem("openEuler", "rpm"),
    Ecosystem("Photon OS", "rpm"),
    Ecosystem("NVD", "generic"),
)

BY_NAME = {ecosystem.name: ecosystem for ecosystem in _ALL}
BY_TYPE = {ecosystem.type: ecosystem for ecosystem in _ALL if ecosystem.type}


def split(ecosystem: str) -> tuple[str, str]:
    """``"Debian:12"`` -> ``("Debian", "12")``; the release is all that follows the first colon, "" where none does."""
    name, _, release = ecosystem.partition(":")
    return name, release
