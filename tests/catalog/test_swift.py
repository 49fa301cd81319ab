from __future__ import annotations

import json

import pytest

from catalog.lock_files import facts, fixture, named, packages, problem
from pratique.catalog.swift import CATALOGUER
from pratique.model import Package

PATH = "app/Package.resolved"


def test_version_1() -> None:
    found = packages(CATALOGUER, PATH, fixture("Package.v1.resolved"))
    assert set(found) == {"swift/git.example.org/Quay/Mast@2.1.0"}


def test_version_2_and_a_pin_to_a_branch() -> None:
    found = facts(CATALOGUER, PATH, fixture("Package.v2.resolved"))
    names = {named(fact) for fact in found if isinstance(fact, Package)}
    assert names == {"swift/git.example.org/Quay/Mast@2.1.0", "swift/quay/rope@1.4.2"}
    assert len(found) == 3


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("https://github.example.org/apple/swift-nio", "github.example.org/apple/swift-nio"),
        ("https://GitHub.example.org/apple/swift-nio.git/", "github.example.org/apple/swift-nio"),
        ("https://user:secret@git.example.org:8443/a/b/c.git", "git.example.org/a/b/c"),
        ("git@git.example.org:a/b.git", "git.example.org/a/b"),
        ("ssh://git@git.example.org/a/b.git", "git.example.org/a/b"),
    ],
)
def test_a_package_is_named_after_its_repository(location: str, name: str) -> None:
    lock = {"pins": [{"identity": "x", "location": location, "state": {"version": "1.0.0"}}], "version": 3}
    assert set(packages(CATALOGUER, PATH, json.dumps(lock).encode())) == {f"swift/{name}@1.0.0"}


@pytest.mark.parametrize("data", [b"", b"[]", b'{"pins": {}}', b'{"pins": [1]}', b'{"object": null}', b"\xff"])
def test_what_swift_does_not_write_is_not_read(data: bytes) -> None:
    assert problem(CATALOGUER, PATH, data).startswith("no lock file of Swift")


@pytest.mark.parametrize("pin", [{}, {"state": {"version": None}}, {"location": "../local", "state": {}}])
def test_a_pin_without_a_version_is_counted(pin: dict[str, object]) -> None:
    assert problem(CATALOGUER, PATH, json.dumps({"pins": [pin]}).encode()).startswith("names a package")
