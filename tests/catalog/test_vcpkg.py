"""vcpkg's status file as https://github.com/microsoft/vcpkg-tool writes it, and its manifests."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from catalog.declared import WITHIN, facts, is_refused, packages, problems, told
from catalog.hostile import survives
from catalog.mutated import mutated
from pratique.catalog._index import Index
from pratique.catalog.vcpkg import CATALOGUER
from pratique.errors import Unreadable
from pratique.model import Package

PATH = "opt/vcpkg/installed/vcpkg/status"
STATUS = b"""Package: zlib
Version: 1.3.1
Depends: vcpkg-cmake
Architecture: x64-linux
Multi-Arch: same
Abi: 4b4cf1a7b6dbf3a0b5
Description: A compression library
Type: Port
Status: install ok installed

Package: curl
Version: 8.5.0
Port-Version: 2
Depends: zlib, vcpkg-cmake:x64-linux, openssl[core]
Architecture: x64-linux
Status: install ok installed

Package: curl
Feature: ssl
Depends: openssl
Architecture: x64-linux
Status: install ok installed

Package: gone
Version: 1.0
Architecture: x64-linux
Status: purge ok not-installed
"""
MANIFEST = """{"name": "harbour", "version": "1.0", "dependencies": ["fmt", {"name": "zlib", "version>=": "1.2.13"}],
 "overrides": [{"name": "fmt", "version": "9.1.0#1"}, {"name": "boost", "version-string": "1.80"}]}"""


def test_installed_ports() -> None:
    assert (
        packages(CATALOGUER, STATUS.replace(b"\n", b"\r\n"), PATH)
        == packages(CATALOGUER, STATUS, PATH)
        == [
            Package("vcpkg", "zlib", "1.3.1", arch="x64-linux", path=PATH, depends=("vcpkg-cmake",)),
            Package("vcpkg", "curl", "8.5.0", arch="x64-linux", path=PATH, depends=("zlib", "vcpkg-cmake", "openssl")),
        ]
    )


def test_what_the_last_run_has_installed_stands_apart() -> None:
    path = "opt/vcpkg/installed/vcpkg/updates/0000000001"
    claim = Index([CATALOGUER])
    assert claim.find(path)
    assert claim.find(PATH)
    held = STATUS.replace(b"install ok installed", b"hold ok installed")
    assert [one.name for one in facts(CATALOGUER, held, path) if isinstance(one, Package)] == ["zlib", "curl"]
    removed = "says that 'gone' was removed, which the status file may list as before"
    assert problems(CATALOGUER, STATUS, path) == [removed]
    assert problems(CATALOGUER, STATUS.replace(b"ok installed", b"ok half-installed"), path) == [removed]


@pytest.mark.parametrize("data", [b"words\n", b"{}", b"Package: a\nVersion: 1\n", STATUS + b"\nword\n"])
def test_a_stanza_of_no_port_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, PATH)


def test_a_port_without_a_version_is_told() -> None:
    (what,) = problems(CATALOGUER, b"Package: zlib\nStatus: install ok installed\n", PATH)
    assert what == "names 'zlib' '', which is no port of vcpkg and version"


def test_only_overrides_tell_a_version() -> None:
    assert told(CATALOGUER, MANIFEST, "app/vcpkg.json") == {"fmt": ("9.1.0", ""), "boost": ("1.80", "")}


@pytest.mark.parametrize("folder", WITHIN)
def test_those_of_packages_say_nothing(folder: str) -> None:
    assert facts(CATALOGUER, MANIFEST, folder + "vcpkg.json") == []


def test_nonsense() -> None:
    is_refused(CATALOGUER, PATH, b"Package\n\n" * 100_000)
    is_refused(CATALOGUER, "app/vcpkg.json")
    with pytest.raises(Unreadable):
        facts(CATALOGUER, b"Package: \xff", PATH)


@settings(max_examples=60, deadline=None)
@given(mutated(STATUS), mutated(MANIFEST.encode()))
def test_any_bytes(status: bytes, manifest: bytes) -> None:
    survives(CATALOGUER, PATH, status)
    survives(CATALOGUER, "app/vcpkg.json", manifest)
