"""Databases of root file systems that lie in a folder."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from catalog.test_rpm_manifest import OPENSSL
from pratique.catalog import apk, dpkg, rpm
from pratique.catalog._index import Index
from pratique.catalog.nested_roots import CATALOGUER, parse
from pratique.errors import Unreadable
from pratique.model import Package, Problem

FIXTURES = Path(__file__).parent
STATUS = (FIXTURES / "dpkg" / "status").read_bytes()
INSTALLED = b"P:musl\nV:1.2.4-r2\n"


def names(path: str, data: bytes) -> set[str]:
    return {fact.name for fact in parse(memory_file(path, data)) if isinstance(fact, Package)}


def test_databases_of_every_kind() -> None:
    assert names("srv/chroot/var/lib/dpkg/status", STATUS) >= {"harbour", "pilot"}
    assert names("rootfs/lib/apk/db/installed", INSTALLED) == {"musl"}
    rpmdb = gzip.decompress((FIXTURES / "rpm" / "rpmdb.sqlite.gz").read_bytes())
    assert names("mnt/usr/lib/sysimage/rpm/rpmdb.sqlite", rpmdb)


def test_the_assumption_is_told() -> None:
    *_, problem = parse(memory_file("rootfs/lib/apk/db/installed", INSTALLED))
    assert isinstance(problem, Problem)
    assert not problem.blocking
    assert "1 packages" in problem.what
    assert list(parse(memory_file("rootfs/var/lib/dpkg/status", b""))) == []


@pytest.mark.parametrize("path", [path for one in (apk, dpkg, rpm) for path in one.CATALOGUER.claim.paths])
def test_the_image_s_own_are_left_to_their_cataloguers(path: str) -> None:
    assert list(parse(memory_file(path, STATUS))) == []


def test_claims() -> None:
    index = Index([CATALOGUER])
    assert index.find("a/b/var/lib/dpkg/status")
    assert index.find("a/var/lib/rpm/Packages")
    assert not index.find("srv/status")
    assert not index.find("var/lib/apt/lists/Packages")


@given(mutated(STATUS) | mutated(INSTALLED))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, "a/var/lib/dpkg/status", data)
    survives(CATALOGUER, "a/lib/apk/db/installed", data)
    survives(CATALOGUER, "a/var/lib/rpm/Packages", data)


def test_what_cannot_be_read() -> None:
    with pytest.raises(Unreadable):
        list(parse(memory_file("a/var/lib/rpm/Packages", b"no database")))


def test_a_stanza_a_file_other_folders_and_manifests() -> None:
    stanza = b"Package: harbour\nVersion: 2.4-1\n"
    assert names("srv/root/var/lib/dpkg/status.d/harbour", stanza) == {"harbour"}
    assert names("opt/port/lib/dpkg/status", STATUS) >= {"harbour", "pilot"}
    assert names("srv/root/var/lib/rpmmanifest/container-manifest-2", OPENSSL.encode()) == {"openssl"}


def test_the_image_s_own_are_its_cataloguers() -> None:
    for path in ("var/lib/dpkg/status", "var/lib/dpkg/status.d/harbour", "var/lib/rpmmanifest/container-manifest-2"):
        assert names(path, STATUS) == set()
