from __future__ import annotations

import pytest

from catalog.lock_files import fixture, packages, problem
from pratique.catalog.cocoapods import CATALOGUER

PATH = "app/Podfile.lock"


def test_a_lock_file_as_cocoapods_documents_it() -> None:
    found = packages(CATALOGUER, PATH, fixture("Podfile.lock"))
    assert {name: package.depends for name, package in found.items()} == {
        "cocoapods/Mast@2.1.0": ("Rope@1.4.2",),
        "cocoapods/Rope@1.4.2": (),
        "cocoapods/Keel@1.0.0-rc.1": (),
    }


@pytest.mark.parametrize(
    "data", [b"", b"a", b"PODS: {}", b"PODS:\n  - Mast\n", b"PODS: [", b"PODS:\n- &a x\n- [*a]\n- *b", b"\xff"]
)
def test_what_cocoapods_does_not_write_is_a_problem(data: bytes) -> None:
    problem(CATALOGUER, PATH, data)
