from __future__ import annotations

import pytest

from catalog.lock_files import fixture, packages, problem
from pratique.catalog.pub import CATALOGUER

PATH = "app/pubspec.lock"


def test_a_lock_file_as_pub_documents_it() -> None:
    found = packages(CATALOGUER, PATH, fixture("pubspec.lock"))
    assert {name: package.scope for name, package in found.items()} == {
        "pub/harbour@1.2.0": "",
        "pub/buoy@0.1.0+3": "dev",
        "pub/flutter@0.0.0": "",
        "pub/keel@2.0.0-dev.1": "",
    }
    assert found["pub/harbour@1.2.0"].hashes[0].startswith("sha256:ca978112")


@pytest.mark.parametrize(
    "data", [b"", b"a", b"- a", b"packages: []", b"packages: {a: {version: [1]}}\nsdks: {}", b"a: [", b"\xff"]
)
def test_what_pub_does_not_write_is_a_problem(data: bytes) -> None:
    problem(CATALOGUER, PATH, data)


def test_a_version_is_no_number() -> None:
    assert set(packages(CATALOGUER, PATH, b"packages:\n  a:\n    version: 1.10\nsdks: {}\n")) == {"pub/a@1.10"}


MANIFEST = b"name: Harbour\ndescription: Berths.\nversion: 1.2.0+4\nenvironment:\n  sdk: ^3.0.0\n"


def test_a_project_tells_itself() -> None:
    found = packages(CATALOGUER, "app/pubspec.yaml", MANIFEST)
    assert [(name, package.declared) for name, package in found.items()] == [("pub/harbour@1.2.0+4", True)]
    assert packages(CATALOGUER, "app/pubspec.yaml", b"name: harbour\n") == {}
    assert packages(CATALOGUER, "root/.pub-cache/hosted/pub.example.org/harbour-1.2.0/pubspec.yaml", MANIFEST) == {}
