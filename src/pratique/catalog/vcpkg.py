"""vcpkg's status file in, the ports that are installed out; a vcpkg.json in, those that it overrides to a version.

https://github.com/microsoft/vcpkg-tool (``src/vcpkg/statusparagraph.cpp``: stanzas as dpkg's, one for each feature of a
port too; ``installeddatabase.cpp``: what a run has changed stands in files in ``updates`` until the next one) and
https://learn.microsoft.com/en-us/vcpkg/reference/vcpkg-json (``overrides``; ``version>=`` is only the lowest one). The
purl type ``vcpkg`` is a proposal for https://github.com/package-url/purl-spec.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from pratique.catalog._documents import from_json
from pratique.catalog._projects import is_of_a_package
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_STATUS, _MANIFEST = "status", "vcpkg.json"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_VERSION = re.compile(r"[^\s#]{1,200}")
_NEED = re.compile(r"\s*([a-z0-9-]+)")
_INSTALLED = " ok installed"  # behind what is wanted of it
_REMOVED = " ok not-installed"
_UPDATE = "/updates/"


class _Override(msgspec.Struct, frozen=True, rename="kebab"):
    name: str = ""
    version: str = ""
    version_semver: str = ""
    version_date: str = ""
    version_string: str = ""


class _Manifest(msgspec.Struct, frozen=True):
    overrides: tuple[_Override, ...] = ()


def parse(file: File) -> Iterable[Fact]:
    """The ports. Raises ``Unreadable``."""
    if not file.path.endswith(_MANIFEST):
        return _installed(file)
    return () if is_of_a_package(file.path) else _overridden(file)


def _installed(file: File) -> Iterator[Fact]:
    data = file.read()
    if len(data) > DEFAULT.file_list:
        raise LimitExceeded(f"vcpkg's status file of {len(data)} bytes; limits.file_list is {DEFAULT.file_list}")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(f"no status file of vcpkg: {error}") from error
    for stanza in re.split(r"\r?\n[ \t]*\r?\n", text):
        said = dict(line.partition(":")[::2] for line in stanza.splitlines() if ":" in line)
        said = {key.strip(): value.strip() for key, value in said.items()}
        if stanza.strip() and not {"Package", "Status"} <= said.keys():
            raise Unreadable(f"status file of vcpkg with a stanza of no port: {stanza.strip()[:80]!r}")
        if said.get("Feature"):
            continue
        if _UPDATE in file.path and said.get("Status", "").endswith(_REMOVED):
            what = f"says that {said['Package'][:200]!r} was removed, which the status file may list as before"
            yield Problem(file.path, what)
        if not said.get("Status", "").endswith(_INSTALLED):
            continue
        depends = (_NEED.match(need) for need in said.get("Depends", "").split(","))
        names = tuple(dict.fromkeys(need[1] for need in depends if need))
        yield _package(file.path, said.get("Package", ""), said.get("Version", ""), said.get("Architecture", ""), names)


def _overridden(file: File) -> Iterator[Fact]:
    for one in from_json(file.read(), _Manifest, _MANIFEST).overrides:
        version = one.version or one.version_semver or one.version_date or one.version_string
        yield _package(file.path, one.name, version.partition("#")[0], declared=True)


def _package(
    path: str, name: str, version: str, triplet: str = "", depends: tuple[str, ...] = (), declared: bool = False
) -> Fact:
    if not _NAME.fullmatch(name) or not _VERSION.fullmatch(version):
        return Problem(
            path, f"names {name[:200]!r} {version[:200]!r}, which is no port of vcpkg and version", hides=not declared
        )
    return Package("vcpkg", name, version, arch=triplet[:64], path=path, depends=depends, declared=declared)


CATALOGUER = Cataloguer(
    "vcpkg", 3, Claim(names=(_MANIFEST,), below=(("vcpkg", 0, _STATUS), ("vcpkg/updates", 0, ""))), parse
)
